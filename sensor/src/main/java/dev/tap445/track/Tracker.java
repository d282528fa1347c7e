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
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Tcp;
import io.netty.buffer.ByteBuf;

/**
 * Follows the flows of one worker and reports observations: takes each segment to its flow, and there to all whom it
 * tells something, in the order in which they must hear of it. One thread; everything bounded; nothing allocated per
 * packet or flow. Time is that of a {@link PacketClock}.
 */
public final class Tracker implements FrameHandler, AutoCloseable {
    /** Frames to announce at a time. */
    public static final int LOOKAHEAD = Lookahead.PACKETS;

    private static final long LIFE_FLUSH = 1_000_000_000L;

    private final TrackerOptions options;
    private final FailureCounters failures;
    private final FlowTable table;
    private final FlowLookup lookup;
    private final Lookahead lookahead;
    private final Flow flow;
    private final Reassembly reassembly = new Reassembly();
    private final SmbConversation smb;
    private final StreamReader streams;
    private final FlowReports reports;
    private final PacketClock clock;
    private final Lifetimes lifetimes;
    private final Handshakes handshakes;
    private final Succession succession;
    private final int duplicateMicros;

    /** When the flow at hand was last seen before the segment at hand. */
    private long silentSince;

    private long nextLifeFlush = LIFE_FLUSH;
    private volatile long flows;

    public Tracker(TrackerOptions options, Observer observer, FailureCounters failures) {
        this.options = options;
        this.failures = failures;
        this.table = new FlowTable(options.maxFlows(), options.seed(), options.distinguish() != Distinguish.NONE);
        this.lookup = new FlowLookup(table);
        this.lookahead = new Lookahead(table);
        this.flow = new Flow(table);
        this.smb = new SmbConversation(observer, failures::count);
        this.streams = new StreamReader(reassembly, smb);
        this.reports = new FlowReports(observer);
        this.clock = new PacketClock(options.byClock());
        Successors successors = new Successors(reassembly);
        this.lifetimes = new Lifetimes(options, observer, clock, table, smb, streams, successors, reports);
        this.handshakes = lifetimes.handshakes();
        this.succession = new Succession(successors, lifetimes, smb, streams);
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
        return lifetimes.evictions();
    }

    /** Advances the clock to {@code timeNanos}, packet time, and does what has come due. */
    public void advance(long timeNanos) {
        if (!clock.advance(timeNanos)) {
            return;
        }
        long elapsed = clock.elapsed();
        if (lifetimes.advance(elapsed) && elapsed >= nextLifeFlush) {
            nextLifeFlush = elapsed + LIFE_FLUSH;
            flush();
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
        int direction = lookup.direction(s);
        int entry = entry(s, direction);
        if (entry == FlowTable.NONE) {
            return PacketClass.LIFE;
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
        lookahead.seen(lifetimes.wakes(flow));
        dispatch(s, direction);
        smb.segmentEnds();
        return PacketClass.SEGMENT;
    }

    /** The flow that the segment belongs to, made where there is none; none for an RST that ends nothing known. */
    private int entry(Segment s, int direction) {
        int entry = lookup.find(s, direction);
        if (entry != FlowTable.NONE) {
            if (!lifetimes.isForgotten(flow.at(entry), s.time())) {
                return entry;
            }
            lifetimes.remove(flow); // the clock may not have come to it yet: what a packet means must not hang on that
        }
        if (s.has(Tcp.RST)) { // backscatter, or the end of something long forgotten
            onLife(s.sourceHigh(), s.sourceLow(), s.zone(), false, s.time());
            if (direction == SERVER) {
                reports.strayReset(s);
            }
            return FlowTable.NONE;
        }
        lifetimes.makeRoom();
        entry = lookup.insert(s, direction);
        lifetimes.begin(entry);
        return entry;
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
        succession.onSegment(flow, direction, s);
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

    private void onPayload(Segment s, int direction) {
        if (direction == CLIENT && succession.mayBegin(flow, s, s.time() - silentSince)) {
            return;
        }
        boolean offeredBefore = flow.is(OFFERED);
        boolean hadTraffic = flow.hasTraffic();
        if (direction == CLIENT && !flow.is(CLIENT_SYNCED << SERVER) && s.has(Tcp.ACK)) {
            flow.nextRecord(SERVER, s.acknowledgement()); // what the server sends next begins with a record
        }
        streams.onPayload(flow, direction, s);
        if (!hadTraffic && flow.hasTraffic() || !offeredBefore && flow.is(OFFERED)) {
            lifetimes.rearm(flow);
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
        lifetimes.rearm(flow);
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
            lifetimes.rearm(flow);
        }
    }

    /**
     * The input is at its end: settles and reports everything. What follows begins anew.
     *
     * @param end the last packet's time of the whole input, nanoseconds since the epoch
     */
    public void finish(long end) {
        lifetimes.finish(end);
        flush();
    }

    @Override
    public void close() {
        reassembly.close();
    }
}
