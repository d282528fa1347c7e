package dev.tap445.capture;

import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.FragmentedPacket;
import dev.tap445.wire.FrameWalker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts packets of tunnels together that an underlay cut into fragments, before their worker is chosen: which that is only
 * the addresses inside can tell. Owned by the capture thread; what is no such fragment never comes here.
 *
 * <p>Each fragment goes on at once as what it is, but the first: in its place goes the whole packet, when it is there, in
 * a frame like that of the first. So there are as many packets behind this as before it. Fragments that contradict each
 * other spoil their packet (RFC 5722); the same bytes twice do not. What is not whole after {@value #HOLD_NANOS} ns of
 * packet time goes on as far as it is there from its beginning, as if it had been captured no further.
 *
 * <p>Bounded: at most {@value #PACKETS} packets at a time, about 17 MiB once all were used; beyond that the oldest is given
 * up early. Of an identification that comes again, other bytes begin another packet.
 */
final class TunnelFragments {
    /** Receives what is to go on. */
    interface Sink {
        /** A packet out of fragments, or as much of it as there is. */
        void onPacket(
                MemorySegment memory, long at, int captured, int original, long timeNanos, int linkType, int source);

        /** A fragment as it came. */
        void onFragment(
                MemorySegment memory, long at, int captured, int original, long timeNanos, int linkType, int source);

        /** A first fragment of which nothing is to be read. */
        void onSpoilt(long timeNanos, int linkType, int source);
    }

    /** A power of two. */
    static final int PACKETS = 256;
    /** Fragments follow each other within milliseconds; what waits longer keeps others from being read in order. */
    static final long HOLD_NANOS = 1_000_000_000L;

    private enum State {
        OPEN,
        /** Went on. */
        WHOLE,
        /** Not of a tunnel. */
        UNWANTED,
        SPOILT,
        GONE
    }

    private static final class Place {
        final FragmentedPacket packet = new FragmentedPacket();

        @Nullable MemorySegment segment;

        State state = State.GONE;
        long deadline;
        int linkType;
        int source;
        /** Whether the first fragment is here, and the time it came. */
        boolean held;

        long heldSince;
    }

    private final Sink sink;
    private final FragmentCounters failures;
    private final FrameWalker walker = new FrameWalker();
    /** In the order in which packets were begun: from {@link #oldest} on to {@link #begun}. */
    private final @Nullable Place[] places = new Place[PACKETS];

    private final int[] marks = new int[PACKETS];
    private long oldest;
    private long begun;
    private long deadline = Long.MAX_VALUE;
    /** Within the sink, which may come back with a tunnel's fragment that was inside. */
    private boolean goingOn;

    private ByteBuf frame = Unpooled.EMPTY_BUFFER;
    private MemorySegment frameSegment = MemorySegment.NULL;

    TunnelFragments(Sink sink, FragmentCounters failures) {
        this.sink = sink;
        this.failures = failures;
    }

    /** Time from which on {@link #expire} has something to do. */
    long deadline() {
        return deadline;
    }

    /** Takes a frame with a fragment. */
    void add(MemorySegment memory, long at, int captured, int original, long timeNanos, int linkType, int source) {
        if (!goingOn) { // else there is room, and what is given up might be laid where these bytes are
            expire(timeNanos);
            while (begun - oldest == PACKETS) {
                giveUpOldest();
            }
        }
        copy(memory, at, captured); // not earlier: what is given up may come back here, with tunnels inside each other
        boolean fragment = walker.walk(frame, 0, captured, linkType) == FrameWalker.IP && walker.isTunnelFragment();
        Place place = fragment ? join(timeNanos, linkType, source) : null;
        if (place != null && walker.fragmentOffset() == 0 && !place.held) {
            place.held = true;
            place.heldSince = timeNanos;
        } else {
            sink.onFragment(frameSegment, 0, captured, original, timeNanos, linkType, source);
        }
        if (place != null && place.packet.isWhole()) {
            place.state = State.WHOLE;
            place.held = false;
            goOn(place, timeNanos);
        }
    }

    /** Gives up what has waited long enough. */
    void expire(long timeNanos) {
        while (oldest < begun) {
            long left = oldestPlace().deadline - timeNanos;
            if (left > 0 && left <= 2 * HOLD_NANOS) { // more: time went backward
                break;
            }
            giveUpOldest();
        }
        deadline = oldest < begun ? oldestPlace().deadline : Long.MAX_VALUE;
    }

    /** No packet will follow: gives up everything, and the memory. */
    void finish() {
        expire(Long.MAX_VALUE);
        for (int i = 0; i < PACKETS; i++) {
            Place place = places[i];
            if (place != null) {
                place.packet.close();
                places[i] = null;
            }
        }
        frameSegment = MemorySegment.NULL;
        frame.release();
        frame = Unpooled.EMPTY_BUFFER;
    }

    private void copy(MemorySegment memory, long at, int captured) {
        if (frame.capacity() == 0) {
            frame = Unpooled.directBuffer(PacketSource.MAX_CAPTURED, PacketSource.MAX_CAPTURED);
            frameSegment = MemorySegment.ofBuffer(frame.nioBuffer(0, PacketSource.MAX_CAPTURED));
        }
        MemorySegment.copy(memory, at, frameSegment, 0, captured);
    }

    /** Adds the fragment to its packet; null where it is none of a packet that is still wanted. */
    private @Nullable Place join(long timeNanos, int linkType, int source) {
        boolean sound = FragmentedPacket.isSound(walker);
        Place place = find(linkType);
        if (place != null && sound && isOfAnother(place)) {
            place.state = State.GONE;
            place = null;
        }
        if (place == null && sound) {
            place = open(timeNanos, linkType, source);
        }
        if (place == null) {
            failures.count(DecodeFailure.IP_FRAGMENT_INVALID);
            return null;
        }
        if (place.state != State.OPEN) {
            return null;
        }
        if (!sound || !place.packet.add(frame, walker)) {
            spoil(place);
            return null;
        }
        if (walker.fragmentOffset() == 0 && !place.held && !walker.beginsTunnel(frame)) {
            place.state = State.UNWANTED;
            return null;
        }
        return place;
    }

    /** Whether the identification is in use again. */
    private boolean isOfAnother(Place place) {
        return switch (place.state) {
            case WHOLE -> !place.packet.holds(frame, walker);
            case UNWANTED -> walker.fragmentOffset() == 0 && walker.beginsTunnel(frame);
            default -> false;
        };
    }

    private @Nullable Place find(int linkType) {
        int mark = mark();
        for (long i = begun - 1; i >= oldest; i--) { // the latest first: that is the one, nearly always
            int index = index(i);
            if (marks[index] == mark) {
                Place place = place(index);
                if (place.state != State.GONE && place.linkType == linkType && place.packet.is(walker)) {
                    return place;
                }
            }
        }
        return null;
    }

    private int mark() {
        long pair = walker.sourceLow() * 31 + walker.destinationLow();
        return (int) (pair ^ pair >>> 32) * 31 + walker.identification();
    }

    private Place open(long timeNanos, int linkType, int source) {
        int index = index(begun++);
        marks[index] = mark();
        Place place = place(index);
        place.packet.open(frame, walker, 0, walker.ipOffset());
        walker.unbound(place.packet.memory(), place.packet.front());
        if (place.segment == null) {
            place.segment = MemorySegment.ofBuffer(place.packet.memory().nioBuffer(0, FragmentedPacket.BUFFER_LENGTH));
        }
        place.state = State.OPEN;
        place.deadline = timeNanos + HOLD_NANOS;
        place.linkType = linkType;
        place.source = source;
        place.held = false;
        deadline = oldestPlace().deadline;
        return place;
    }

    private void spoil(Place place) {
        failures.count(DecodeFailure.IP_FRAGMENT_INVALID);
        place.state = State.SPOILT;
        if (place.held) {
            sink.onSpoilt(place.heldSince, place.linkType, place.source);
        }
    }

    private void giveUpOldest() {
        Place place = oldestPlace();
        oldest++;
        boolean open = place.state == State.OPEN;
        place.state = State.GONE;
        if (open && place.held) {
            failures.count(DecodeFailure.TUNNEL_FRAGMENTED);
            goOn(place, place.heldSince);
        } else if (open) {
            failures.count(DecodeFailure.IP_FRAGMENT_INCOMPLETE);
        }
    }

    private void goOn(Place place, long timeNanos) {
        FragmentedPacket packet = place.packet;
        MemorySegment segment = Objects.requireNonNull(place.segment);
        packet.writeHeader();
        int from = packet.front();
        int headers = packet.payload() - from;
        int captured = headers + packet.contiguous();
        boolean ip = walker.walk(packet.memory(), from, captured, place.linkType) == FrameWalker.IP;
        if (ip && walker.isFragment() && walker.ipOffset() == packet.header()) {
            failures.count(DecodeFailure.IP_FRAGMENT_INVALID); // fragments of fragments
            sink.onSpoilt(timeNanos, place.linkType, place.source);
        } else {
            int original = headers + packet.length();
            boolean before = goingOn;
            goingOn = true;
            sink.onPacket(segment, from, captured, original, timeNanos, place.linkType, place.source);
            goingOn = before;
        }
    }

    private static int index(long number) {
        return (int) number & PACKETS - 1;
    }

    private Place oldestPlace() {
        return place(index(oldest));
    }

    private Place place(int index) {
        Place place = places[index];
        if (place == null) {
            place = new Place();
            places[index] = place;
        }
        return place;
    }
}
