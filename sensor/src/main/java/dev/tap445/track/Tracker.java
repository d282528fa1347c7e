package dev.tap445.track;

import static dev.tap445.track.FlowLayout.CLIENT;
import static dev.tap445.track.FlowLayout.CLIENT_FIN;
import static dev.tap445.track.FlowLayout.CLIENT_SEEN;
import static dev.tap445.track.FlowLayout.CLIENT_SYNCED;
import static dev.tap445.track.FlowLayout.CONTACTED;
import static dev.tap445.track.FlowLayout.GOES_ON;
import static dev.tap445.track.FlowLayout.HAS_ATTEMPT;
import static dev.tap445.track.FlowLayout.HAS_SIDE_ATTEMPTS;
import static dev.tap445.track.FlowLayout.OFFERED;
import static dev.tap445.track.FlowLayout.RESET;
import static dev.tap445.track.FlowLayout.SERVER;

import dev.tap445.decode.Distinguish;
import dev.tap445.decode.FrameHandler;
import dev.tap445.decode.PacketClass;
import dev.tap445.decode.Segment;
import dev.tap445.decode.WatchedPorts;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Tcp;
import io.netty.buffer.ByteBuf;

/**
 * Follows the flows of one worker and reports observations. One thread; everything bounded; nothing allocated per packet
 * or flow. Time is that of a {@link PacketClock}.
 */
public final class Tracker implements FrameHandler, Handshakes.Flows, AutoCloseable {
    /** Frames to announce at a time. */
    public static final int LOOKAHEAD = Lookahead.PACKETS;

    private static final long SECOND = 1_000_000_000L;
    private static final long LIFE_FLUSH = SECOND;
    private static final long IDLE = 1800 * SECOND;

    private final TrackerOptions options;
    private final FailureCounters failures;
    private final FlowTable table;
    private final Lookahead lookahead;
    private final TimerWheel wheel;
    private final Flow flow;
    private final Flow timed;
    private final Reassembly reassembly = new Reassembly();
    private final SmbConversation smb;
    private final StreamReader streams;
    private final Successors successors;
    private final FlowReports reports;
    private final Eviction eviction;
    private final Patience patience;
    private final PacketClock clock;
    private final Handshakes handshakes;
    private final TimerWheel.Expiry expiry = this::onTimer;
    private final int duplicateMicros;

    /** When the flow at hand was last seen before the segment at hand. */
    private long silentSince;

    private long nextLifeFlush = LIFE_FLUSH;
    private long evicted;
    private volatile long evictions;
    private volatile long flows;

    public Tracker(TrackerOptions options, Observer observer, FailureCounters failures) {
        this.options = options;
        this.failures = failures;
        this.table = new FlowTable(options.maxFlows(), options.seed(), options.distinguish() != Distinguish.NONE);
        this.lookahead = new Lookahead(table);
        this.wheel = new TimerWheel(table);
        this.flow = new Flow(table);
        this.timed = new Flow(table);
        this.smb = new SmbConversation(observer, failures::count);
        this.streams = new StreamReader(reassembly, smb);
        this.reports = new FlowReports(observer);
        this.eviction = new Eviction(table);
        this.successors = new Successors(reassembly);
        this.handshakes = new Handshakes(options, observer, this, table, successors);
        this.patience = new Patience(options, handshakes, smb);
        this.clock = new PacketClock(options.byClock());
        this.duplicateMicros = (int) (options.duplicateWindow() / 1000);
    }

    /** Any thread: flows held. */
    public long flows() {
        return flows;
    }

    /** The worker's thread: flows held now. */
    public int held() {
        return table.size();
    }

    /** Any thread: flows given up because the table was full. */
    public long evictions() {
        return evictions;
    }

    /** Advances the clock to {@code timeNanos}, packet time, and does what has come due. */
    public void advance(long timeNanos) {
        if (!clock.advance(timeNanos)) {
            return;
        }
        long elapsed = clock.elapsed();
        if ((int) (elapsed >>> TimerWheel.TICK_SHIFT) != wheel.tick()) {
            wheel.advance(elapsed, expiry);
            if (elapsed >= nextLifeFlush) {
                nextLifeFlush = elapsed + LIFE_FLUSH;
                flush();
            }
        }
    }

    /** Whether there are so many flows that {@link #expect} pays. */
    public boolean looksAhead() {
        return lookahead.isWorthwhile();
    }

    /** This frame comes soon: a hint, for up to {@link #LOOKAHEAD} frames before they come, then {@link #fetch}. */
    public void expect(ByteBuf m, int offset, int captured, int linkType) {
        lookahead.note(m, offset, captured, linkType);
    }

    /** Fetches what the frames that were announced need. */
    public void fetch() {
        lookahead.fetch();
    }

    private void flush() {
        reports.flush();
        flows = table.size();
    }

    @Override
    public void onLife(long high, long low, int zone, boolean opening, long timeNanos) {
        reports.life(high, low, zone, opening, timeNanos);
    }

    @Override
    public void onFailure(DecodeFailure reason) {
        failures.count(reason);
    }

    @Override
    public void onUnreachable(
            long clientHigh,
            long clientLow,
            int clientPort,
            long serverHigh,
            long serverLow,
            int serverPort,
            int zone,
            int sequence,
            long timeNanos) {
        long ports = FlowTable.ports(clientPort, serverPort, 0);
        int entry = table.find(clientHigh, clientLow, serverHigh, serverLow, ports, zone);
        if (entry != FlowTable.NONE) {
            handshakes.onUnreachable(flow.at(entry), sequence);
        }
    }

    @Override
    public PacketClass onSegment(Segment s) {
        if (!IpAddress.isHost(s.sourceHigh(), s.sourceLow())
                || !IpAddress.isHost(s.destinationHigh(), s.destinationLow())) {
            return PacketClass.IGNORED;
        }
        int direction = direction(s);
        int entry = find(s, direction);
        if (entry != FlowTable.NONE && patience.isForgotten(flow.at(entry), s.time())) {
            remove(flow); // the clock may not have come to it yet: what a packet means must not hang on that
            entry = FlowTable.NONE;
        }
        if (entry == FlowTable.NONE) {
            if (s.has(Tcp.RST)) {
                onLife(
                        s.sourceHigh(),
                        s.sourceLow(),
                        s.zone(),
                        false,
                        s.time()); // backscatter, or the end of something long forgotten
                if (direction == SERVER) {
                    reports.strayReset(s);
                }
                return PacketClass.LIFE;
            }
            entry = create(s, direction);
        }
        flow.at(entry);
        if (s.isDistinct() && flow.isDuplicate(direction, s.fingerprint(), s.time(), duplicateMicros)
                || s.isSyn() && direction == CLIENT && isLateCopyOfSyn(s)) {
            reports.duplicate();
            return PacketClass.DUPLICATE;
        }
        if (!flow.is(CLIENT_SEEN << direction)) {
            reports.firstPacket(s);
        }
        silentSince = Math.max(flow.lastPacket(CLIENT), flow.lastPacket(SERVER));
        flow.touch(direction, s.time());
        lookahead.seen(flow.activeTick() != wheel.tick());
        flow.activeTick(wheel.tick());
        dispatch(s, direction);
        smb.segmentEnds();
        return PacketClass.SEGMENT;
    }

    /**
     * Whether this is a SYN counted before, though more packets of the client lay between than fingerprints are kept: a
     * second mirror is some milliseconds behind, or a file of two interfaces holds the packets of each in blocks. A
     * client that went on does not ask again, and none asks again before the time of what it sent later.
     */
    private boolean isLateCopyOfSyn(Segment s) {
        if (!flow.is(HAS_ATTEMPT) || flow.isn() != s.sequence()) {
            return false;
        }
        long window = duplicateMicros * 1000L;
        boolean near = Math.abs(s.time() - flow.firstSyn()) <= window || Math.abs(s.time() - flow.lastSyn()) <= window;
        return near && flow.lastPacket(CLIENT) > Math.min(s.time(), flow.lastSyn());
    }

    private void dispatch(Segment s, int direction) {
        if (s.isSyn() && direction == CLIENT) {
            handshakes.onSyn(flow, s);
            return; // Fast Open data is counted with the connection it opens, once that is answered
        }
        if (!successors.isEmpty() && successors.isConfirmed(flow, direction, s)) {
            succeed(s, direction);
        }
        if (direction == CLIENT && flow.is(HAS_SIDE_ATTEMPTS) && !s.has(Tcp.RST)) {
            handshakes.onClientBeside(flow, s);
        }
        if (s.isSynAck() && direction == SERVER) {
            handshakes.onSynAck(flow, s);
        } else if (s.has(Tcp.RST)) {
            smb.onSegment(flow, direction, s);
            onReset(s, direction);
            return;
        } else if (flow.isPending()) {
            handshakes.onOther(flow, direction, s);
        }
        if (!flow.is(CONTACTED) && !s.has(Tcp.SYN)) {
            flow.raise(CONTACTED);
        }
        smb.onSegment(flow, direction, s);
        if (s.payloadLength() > 0) {
            onPayload(s, direction);
        }
        if (s.has(Tcp.FIN)) {
            onFin(s, direction);
        }
    }

    /** Goes over to the connection that has followed this one on the same 4-tuple. */
    private void succeed(Segment s, int direction) {
        int client = successors.client(flow);
        int server = successors.server(flow);
        int slot = successors.take(flow);
        if (slot < 0) {
            handshakes.succeed(flow, client, direction, s);
            return;
        }
        handshakes.succeed(flow, client, server, slot == 0, s.time());
        flow.touch(direction, s.time());
        if (slot != 0) {
            flow.raise(CONTACTED | CLIENT_SEEN);
            streams.begin(flow, slot, s.time());
        }
        rearm(flow);
    }

    /** Whether this is the first word of another connection, which waits for its answer unless there is no doubt. */
    private boolean mayBeSuccessor(Segment s) {
        if (!Successors.isFar(flow, CLIENT, s) || !StreamReader.isNegotiate(s, flow.serverPort())) {
            return false;
        }
        if (Successors.isOutOfReach(flow, s, s.time() - silentSince)) {
            handshakes.succeed(flow, s.sequence(), s.acknowledgement(), false, s.time());
            flow.touch(CLIENT, s.time());
            flow.raise(CONTACTED);
            smb.onSegment(flow, CLIENT, s);
            return false;
        }
        successors.onNegotiate(flow, s);
        return true;
    }

    private void onPayload(Segment s, int direction) {
        if (direction == CLIENT && mayBeSuccessor(s)) {
            return;
        }
        boolean offeredBefore = flow.is(OFFERED);
        boolean hadTraffic = flow.hasTraffic();
        if (direction == CLIENT && !flow.is(CLIENT_SYNCED << SERVER) && s.has(Tcp.ACK)) {
            flow.nextRecord(SERVER, s.acknowledgement()); // what the server sends next begins with a record
        }
        streams.onPayload(flow, direction, s);
        if (!hadTraffic && flow.hasTraffic() || !offeredBefore && flow.is(OFFERED)) {
            rearm(flow);
        }
    }

    private void onFin(Segment s, int direction) {
        int end = s.sequence() + s.payloadLength();
        if (direction == SERVER) {
            smb.unansweredEnd(flow, Refusal.CLOSED, end, s.time());
        } else {
            onClientEnd(s);
        }
        flow.raise(CLIENT_FIN << direction);
        rearm(flow);
    }

    /** A client that leaves at once has not been refused: the answer may be on its way. */
    private void onClientEnd(Segment s) {
        if (s.has(Tcp.ACK) && s.time() - flow.offerTime() >= options.timeout()) {
            smb.unansweredEnd(flow, Refusal.SILENCE, s.acknowledgement(), s.time());
        }
    }

    private void onReset(Segment s, int direction) {
        if (direction == SERVER) {
            handshakes.onServerReset(flow, s);
            smb.unansweredEnd(flow, Refusal.RESET, s.sequence(), s.time());
        } else {
            handshakes.onClientReset(flow, s);
            onClientEnd(s);
        }
        if (!flow.isPending() || flow.is(GOES_ON)) {
            flow.raise(RESET);
            rearm(flow);
        }
    }

    /** Who is the client: the side that is not on a watched port; with both on one, the SYN or a known flow decides. */
    private int direction(Segment s) {
        boolean toWatched = WatchedPorts.contains(s.destinationPort());
        boolean fromWatched = WatchedPorts.contains(s.sourcePort());
        if (toWatched != fromWatched) {
            return toWatched ? CLIENT : SERVER;
        }
        if (s.isSyn() || s.isSynAck()) {
            return s.isSyn() ? CLIENT : SERVER;
        }
        if (find(s, CLIENT) != FlowTable.NONE) {
            return CLIENT;
        }
        return find(s, SERVER) != FlowTable.NONE || s.sourcePort() < s.destinationPort() ? SERVER : CLIENT;
    }

    private int find(Segment s, int direction) {
        return direction == CLIENT
                ? table.find(
                        s.sourceHigh(),
                        s.sourceLow(),
                        s.destinationHigh(),
                        s.destinationLow(),
                        FlowTable.ports(s.sourcePort(), s.destinationPort(), 0),
                        s.zone())
                : table.find(
                        s.destinationHigh(),
                        s.destinationLow(),
                        s.sourceHigh(),
                        s.sourceLow(),
                        FlowTable.ports(s.destinationPort(), s.sourcePort(), 0),
                        s.zone());
    }

    private int create(Segment s, int direction) {
        makeRoom();
        int entry = direction == CLIENT
                ? table.insert(
                        s.sourceHigh(),
                        s.sourceLow(),
                        s.destinationHigh(),
                        s.destinationLow(),
                        FlowTable.ports(s.sourcePort(), s.destinationPort(), 0),
                        s.zone())
                : table.insert(
                        s.destinationHigh(),
                        s.destinationLow(),
                        s.sourceHigh(),
                        s.sourceLow(),
                        FlowTable.ports(s.destinationPort(), s.sourcePort(), 0),
                        s.zone());
        if (options.byClock()) {
            wheel.arm(entry, TimerWheel.ticks(Patience.PERIODIC));
        }
        flow.at(entry).activeTick(wheel.tick());
        return entry;
    }

    private void makeRoom() {
        if (table.isFull()) {
            Flow victim = eviction.choose();
            evicted++;
            evictions = evicted;
            handshakes.evict(victim, clock.latest());
            remove(victim);
        }
    }

    @Override
    public void restart(Flow f) {
        smb.segmentEnds(); // the one at hand belongs to the next connection
        streams.flush(f, CLIENT, f.lastPacket(CLIENT));
        streams.flush(f, SERVER, f.lastPacket(SERVER));
        reports.report(f, options.byClock());
        smb.end(f);
        streams.release(f, CLIENT);
        streams.release(f, SERVER);
        successors.forget(f.entry());
        f.reset();
        f.activeTick(wheel.tick());
    }

    @Override
    public int sideAttempt(Flow f, int isn, boolean create) {
        int scope = isn == 0 ? 1 : isn;
        long ports = FlowTable.ports(f.clientPort(), f.serverPort(), scope);
        int entry = table.find(f.clientHigh(), f.clientLow(), f.serverHigh(), f.serverLow(), ports, f.zone());
        if (entry == FlowTable.NONE && create && !table.isFull()) {
            entry = table.insert(f.clientHigh(), f.clientLow(), f.serverHigh(), f.serverLow(), ports, f.zone());
            wheel.arm(entry, TimerWheel.ticks(options.timeout()));
        }
        return entry;
    }

    @Override
    public void removeSideAttempt(int entry) {
        wheel.cancel(entry);
        table.remove(entry);
    }

    @Override
    public void rearm(Flow f) {
        f.activeTick(wheel.tick());
        wheel.cancel(f.entry());
        wheel.arm(f.entry(), TimerWheel.ticks(patience.of(f)));
    }

    private void onTimer(int entry) {
        Flow f = timed.at(entry);
        long idle = (long) (wheel.tick() - f.activeTick()) << TimerWheel.TICK_SHIFT;
        if (f.hasTraffic()) {
            reports.traffic(f);
        }
        long due = patience.of(f);
        if (idle < due && !Patience.isPeriodic(f)) {
            wheel.arm(entry, TimerWheel.ticks(due - idle));
            return;
        }
        if (f.isPending()) {
            if (options.byClock() || Patience.isClosed(f)) {
                handshakes.expire(f);
            }
        } else if (Patience.isOver(f) || options.byClock() && idle >= IDLE) {
            if (smb.awaitsAnswer(f)) {
                smb.silence(f);
            }
            remove(f);
            return;
        } else if (options.byClock()) {
            giveUpWaiting(f);
            reports.report(f, true);
        }
        if (options.byClock() || Patience.isOver(f)) { // in a file time alone changes nothing of a flow that goes on
            wheel.arm(entry, TimerWheel.ticks(f.isPending() ? Patience.PERIODIC : patience.of(f)));
        }
    }

    private void giveUpWaiting(Flow f) {
        if (smb.awaitsAnswer(f) && clock.latest() - f.offerTime() >= options.silence()) {
            smb.silence(f);
        }
        streams.abandon(f, CLIENT, clock.latest());
        streams.abandon(f, SERVER, clock.latest());
    }

    private void remove(Flow f) {
        conclude(f);
        wheel.cancel(f.entry());
        successors.forget(f.entry());
        table.remove(f.entry());
    }

    private void conclude(Flow f) {
        streams.flush(f, CLIENT, f.lastPacket(CLIENT));
        streams.flush(f, SERVER, f.lastPacket(SERVER));
        smb.end(f);
        reports.report(f, options.byClock());
        if (f.is(CONTACTED)) {
            reports.oneWay(f);
        }
    }

    /**
     * The input is at its end: settles and reports everything. What follows begins anew.
     *
     * @param end the last packet's time of the whole input, nanoseconds since the epoch
     */
    public void finish(long end) {
        for (int entry = 0; entry < table.entries(); entry++) {
            if (table.isUsed(entry)) {
                Flow f = timed.at(entry);
                handshakes.finish(f, end);
                if (smb.awaitsAnswer(f) && end - f.offerTime() >= options.silence()) {
                    smb.silence(f);
                }
                conclude(f);
            }
        }
        wheel.clear();
        successors.clear();
        table.clear();
        flush();
    }

    @Override
    public void close() {
        reassembly.close();
    }
}
