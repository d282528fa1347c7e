package dev.tap445.track;

import static dev.tap445.track.FlowLayout.CLIENT;
import static dev.tap445.track.FlowLayout.CLIENT_FIN;
import static dev.tap445.track.FlowLayout.CLIENT_SEEN;
import static dev.tap445.track.FlowLayout.CLIENT_SYNCED;
import static dev.tap445.track.FlowLayout.CONTACTED;
import static dev.tap445.track.FlowLayout.DIRTY;
import static dev.tap445.track.FlowLayout.HAS_ATTEMPT;
import static dev.tap445.track.FlowLayout.OFFERED;
import static dev.tap445.track.FlowLayout.ONE_WAY_REPORTED;
import static dev.tap445.track.FlowLayout.RESET;
import static dev.tap445.track.FlowLayout.SERVER;
import static dev.tap445.track.FlowLayout.SIDE_ATTEMPT;

import dev.tap445.decode.Distinguish;
import dev.tap445.decode.FrameHandler;
import dev.tap445.decode.PacketClass;
import dev.tap445.decode.Segment;
import dev.tap445.decode.WatchedPorts;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Tcp;
import dev.tap445.wire.Vantage;
import io.netty.buffer.ByteBuf;

/**
 * Follows the flows of one worker and reports observations. One thread; everything bounded; nothing allocated per packet
 * or flow. Time is elapsed packet time: it advances with the packets' own timestamps and never goes back, so that files
 * whose parts are out of order lose nothing. From where a file first goes back in time, a packet counts for a millisecond
 * at most: a connection that has ended is then remembered for some thousand packets, wherever the times jump meanwhile.
 */
public final class Tracker implements FrameHandler, Handshakes.Flows, AutoCloseable {
    /** Frames to announce at a time. */
    public static final int LOOKAHEAD = Lookahead.PACKETS;

    private static final long SECOND = 1_000_000_000L;
    /** A timestamp this far behind the latest is a new beginning, not a packet out of order. */
    private static final long STEP_BACK = 10 * SECOND;
    /** What one packet counts for at most in a file that goes back in time: its times no longer say how much passed. */
    private static final long UNORDERED_STEP = 1_000_000L;

    private static final long TRAFFIC_FLUSH = SECOND;
    private static final long LIFE_FLUSH = SECOND;
    private static final long PERIODIC_FLUSH = 15 * SECOND;
    private static final long CLOSED_LINGER = 4 * SECOND;
    private static final long IDLE = 1800 * SECOND;
    /** Packets of one side, and none of the other, after which a flow counts as seen one way. */
    private static final int ONE_WAY_PACKETS = 3;

    private static final int EVICTION_SAMPLE = 16;

    private final TrackerOptions options;
    private final Observer observer;
    private final FailureCounters failures;
    private final FlowTable table;
    private final Lookahead lookahead;
    private final TimerWheel wheel;
    private final Flow flow;
    private final Flow timed;
    private final Flow victim;
    private final Reassembly reassembly = new Reassembly();
    private final LifeTable life = new LifeTable();
    private final RecentFacts macs = new RecentFacts();
    private final RecentFacts vlans = new RecentFacts();
    private final RecentFacts tunnels = new RecentFacts();
    private final SmbConversation smb;
    private final StreamReader streams;
    private final Handshakes handshakes;
    private final Endpoints ends = new Endpoints();
    private final TimerWheel.Expiry expiry = this::onTimer;
    private final int duplicateMicros;

    private long latest = Long.MIN_VALUE;
    private long elapsed;
    private boolean unordered;
    private long nextLifeFlush = LIFE_FLUSH;
    private long duplicates;
    private long duplicatesReported;
    private long wayBack;
    private long wayBackReported;
    private int evictionHand;
    private long evicted;
    private volatile long evictions;
    private volatile long flows;

    public Tracker(TrackerOptions options, Observer observer, FailureCounters failures) {
        this.options = options;
        this.observer = observer;
        this.failures = failures;
        this.table = new FlowTable(options.maxFlows(), options.seed(), options.distinguish() != Distinguish.NONE);
        this.lookahead = new Lookahead(table);
        this.wheel = new TimerWheel(table);
        this.flow = new Flow(table);
        this.timed = new Flow(table);
        this.victim = new Flow(table);
        this.smb = new SmbConversation(observer, failures::count);
        this.streams = new StreamReader(reassembly, smb);
        this.handshakes = new Handshakes(options, observer, this, table);
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
        if (timeNanos > latest) {
            if (latest != Long.MIN_VALUE) {
                elapsed += unordered ? Math.min(timeNanos - latest, UNORDERED_STEP) : timeNanos - latest;
            }
            latest = timeNanos;
        } else if (timeNanos < latest - STEP_BACK) {
            latest = timeNanos;
            unordered = !options.byClock();
        } else {
            return;
        }
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
        life.flush(observer);
        if (duplicates != duplicatesReported) {
            observer.duplicates(duplicates - duplicatesReported);
            duplicatesReported = duplicates;
        }
        if (wayBack != wayBackReported) {
            observer.wayBack(wayBack);
            wayBackReported = wayBack;
        }
        flows = table.size();
    }

    @Override
    public void onLife(long high, long low, int zone, boolean opening, long timeNanos) {
        if (!opening) {
            wayBack = Math.max(wayBack, timeNanos);
        }
        life.touch(high, low, zone, timeNanos, observer);
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
        if (entry != FlowTable.NONE && isForgotten(flow.at(entry), s.time())) {
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
                return PacketClass.LIFE;
            }
            entry = create(s, direction);
        }
        flow.at(entry);
        if (s.isDistinct() && flow.isDuplicate(direction, s.fingerprint(), s.time(), duplicateMicros)) {
            duplicates++;
            return PacketClass.DUPLICATE;
        }
        if (!flow.is(CLIENT_SEEN << direction)) {
            firstPacket(s);
        }
        flow.touch(direction, s.time());
        lookahead.seen(flow.activeTick() != wheel.tick());
        flow.activeTick(wheel.tick());
        dispatch(s, direction);
        smb.segmentEnds();
        return PacketClass.SEGMENT;
    }

    private void dispatch(Segment s, int direction) {
        if (s.isSyn() && direction == CLIENT) {
            handshakes.onSyn(flow, s);
            return; // Fast Open data is counted with the connection it opens, once that is answered
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
            flow.raise(CONTACTED | DIRTY);
        }
        smb.onSegment(flow, direction, s);
        if (s.payloadLength() > 0) {
            onPayload(s, direction);
        }
        if (s.has(Tcp.FIN)) {
            onFin(s, direction);
        }
    }

    private void onPayload(Segment s, int direction) {
        boolean offeredBefore = flow.is(OFFERED);
        int reported = flow.smb1Messages();
        if (direction == CLIENT && !flow.is(CLIENT_SYNCED << SERVER) && s.has(Tcp.ACK)) {
            flow.nextRecord(SERVER, s.acknowledgement()); // what the server sends next begins with a record
        }
        streams.onPayload(flow, direction, s);
        if (reported == 0 && flow.smb1Messages() > 0 || !offeredBefore && flow.is(OFFERED)) {
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
        if (!flow.isPending()) {
            flow.raise(RESET);
            rearm(flow);
        }
    }

    private void firstPacket(Segment s) {
        long mac = s.sourceMac();
        if (mac >= 0 && macs.isNews(s.sourceHigh(), s.sourceLow(), s.zone(), mac, s.time())) {
            observer.mac(s.sourceHigh(), s.sourceLow(), s.zone(), mac, s.time());
        }
        if (s.vlan() != 0) {
            seenIn(s, vlans, Vantage.of(Vantage.VLAN, s.vlan()));
        }
        if (s.tunnel() != Vantage.NONE) {
            seenIn(s, tunnels, s.tunnel());
        }
    }

    private void seenIn(Segment s, RecentFacts known, int vantage) {
        if (known.isNews(s.sourceHigh(), s.sourceLow(), s.zone(), vantage, s.time())) {
            observer.seenIn(s.sourceHigh(), s.sourceLow(), s.zone(), vantage, s.time());
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
        wheel.arm(entry, TimerWheel.ticks(PERIODIC_FLUSH));
        flow.at(entry).activeTick(wheel.tick());
        return entry;
    }

    /** Takes the entry with the least evidence out of a few, where the table is full. */
    private void makeRoom() {
        if (!table.isFull()) {
            return;
        }
        int chosen = FlowTable.NONE;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < EVICTION_SAMPLE; i++) {
            evictionHand = evictionHand + 1 == table.entries() ? 0 : evictionHand + 1;
            int evidence = evidence(victim.at(evictionHand));
            if (evidence < least) {
                least = evidence;
                chosen = evictionHand;
            }
        }
        evicted++;
        evictions = evicted;
        handshakes.evict(victim.at(chosen), latest);
        remove(victim.at(chosen));
    }

    /** More is worth keeping longer: SMB, an established connection, a retransmitted SYN, a single SYN, what is over. */
    private static int evidence(Flow f) {
        if (f.is(OFFERED) || f.is(FlowLayout.SMB1_SESSION)) {
            return f.is(RESET) ? 3 : 6;
        }
        if (f.is(RESET) || f.isSettled() && f.outcome() != Outcome.ANSWERED) {
            return 0;
        }
        if (f.isPending()) {
            return f.syns() > 1 ? 4 : 1;
        }
        return f.packets(CLIENT) > 1 && f.packets(SERVER) > 1 ? 5 : 2;
    }

    @Override
    public void restart(Flow f) {
        report(f);
        smb.end(f);
        streams.release(f, CLIENT);
        streams.release(f, SERVER);
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
        wheel.arm(f.entry(), TimerWheel.ticks(patience(f)));
    }

    /** How long from its last activity until something is due for this flow. */
    private long patience(Flow f) {
        if (f.isPending()) {
            return handshakes.settleAfter(f);
        }
        if (f.smb1Messages() > 0) {
            return TRAFFIC_FLUSH;
        }
        if (isClosed(f)) {
            return CLOSED_LINGER;
        }
        if (f.is(HAS_ATTEMPT) && f.outcome() != Outcome.ANSWERED && f.outcome() != Outcome.ONE_WAY) {
            return TrackerOptions.LINGER; // to know its late SYNs
        }
        return smb.awaitsAnswer(f) ? options.silence() : PERIODIC_FLUSH;
    }

    private void onTimer(int entry) {
        Flow f = timed.at(entry);
        long idle = (long) (wheel.tick() - f.activeTick()) << TimerWheel.TICK_SHIFT;
        if (f.smb1Messages() > 0) {
            reportTraffic(f);
        }
        long patience = patience(f);
        if (idle < patience && !isPeriodic(f)) {
            wheel.arm(entry, TimerWheel.ticks(patience - idle));
            return;
        }
        if (f.isPending()) {
            if (options.byClock() || isClosed(f)) {
                handshakes.expire(f);
            }
        } else if (isOver(f) || options.byClock() && idle >= IDLE) {
            if (smb.awaitsAnswer(f)) {
                smb.silence(f);
            }
            remove(f);
            return;
        } else {
            if (options.byClock()) {
                giveUpWaiting(f);
            }
            report(f);
        }
        wheel.arm(entry, TimerWheel.ticks(f.isPending() ? PERIODIC_FLUSH : patience(f)));
    }

    private void giveUpWaiting(Flow f) {
        if (smb.awaitsAnswer(f) && latest - f.offerTime() >= options.silence()) {
            smb.silence(f);
        }
        streams.abandon(f, CLIENT, latest);
        streams.abandon(f, SERVER, latest);
    }

    /** Whether this flow has been over for so long, at {@code time}, that a packet cannot belong to it. */
    private boolean isForgotten(Flow f, long time) {
        return !f.isPending() && isOver(f) && time - Math.max(f.lastPacket(CLIENT), f.lastPacket(SERVER)) > patience(f);
    }

    private static boolean isPeriodic(Flow f) {
        return !f.isPending() && !isOver(f);
    }

    private static boolean isClosed(Flow f) {
        return f.is(RESET) || f.is(CLIENT_FIN) && f.is(CLIENT_FIN << SERVER);
    }

    private static boolean isOver(Flow f) {
        return isClosed(f)
                || f.is(SIDE_ATTEMPT)
                || f.is(HAS_ATTEMPT)
                        && f.isSettled()
                        && f.outcome() != Outcome.ANSWERED
                        && f.outcome() != Outcome.ONE_WAY;
    }

    private void reportTraffic(Flow f) {
        f.endpoints(ends);
        observer.smb1Traffic(ends, f.smb1Messages(), f.smb1Bytes(), f.lastSmb1());
        f.clearTraffic();
    }

    /** Reports what has gathered in a flow: traffic, contact, life of both ends, one-way. */
    private void report(Flow f) {
        if (f.smb1Messages() > 0) {
            reportTraffic(f);
        }
        long client = f.lastPacket(CLIENT);
        long server = f.lastPacket(SERVER);
        if (f.is(CONTACTED)) {
            f.endpoints(ends);
            observer.contact(ends, f.firstPacket(), client, server);
            if (options.byClock()) {
                reportOneWay(f);
            }
            return;
        }
        if (client != 0) {
            life.touch(f.clientHigh(), f.clientLow(), f.zone(), client, observer);
        }
        if (server != 0) {
            wayBack = Math.max(wayBack, server);
            life.touch(f.serverHigh(), f.serverLow(), f.zone(), server, observer);
        }
    }

    private void reportOneWay(Flow f) {
        boolean clientOnly = f.packets(CLIENT) >= ONE_WAY_PACKETS && f.packets(SERVER) == 0;
        boolean serverOnly = f.packets(SERVER) >= ONE_WAY_PACKETS && f.packets(CLIENT) == 0;
        if ((clientOnly || serverOnly) && !f.is(ONE_WAY_REPORTED)) {
            f.raise(ONE_WAY_REPORTED);
            observer.oneWay(ends, clientOnly, Math.max(f.lastPacket(CLIENT), f.lastPacket(SERVER)));
        }
    }

    private void remove(Flow f) {
        streams.flush(f, CLIENT, f.lastPacket(CLIENT));
        streams.flush(f, SERVER, f.lastPacket(SERVER));
        smb.end(f);
        report(f);
        if (f.is(CONTACTED)) {
            reportOneWay(f);
        }
        wheel.cancel(f.entry());
        table.remove(f.entry());
    }

    /**
     * The input is at its end: settles and reports everything.
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
                remove(f);
            }
        }
        flush();
    }

    @Override
    public void close() {
        reassembly.close();
    }
}
