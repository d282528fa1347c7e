package dev.tap445.capture;

import dev.tap445.capture.FragmentPlaces.Place;
import dev.tap445.capture.FragmentPlaces.State;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.FragmentedPacket;
import dev.tap445.wire.FrameWalker;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.foreign.MemorySegment;
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
 * <p>Bounded: at most {@link FragmentPlaces#PACKETS} packets at a time, about 17 MiB once all were used; beyond that the
 * oldest is given up early. What carries no tunnel takes none of these places once its first fragment has shown it, and
 * before that shares {@value #WAITING} of them with all others whose first fragment has not come: it pushes out none that
 * a tunnel has begun. Of an identification that comes again, other bytes begin another packet.
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

    /** How many may wait for their first fragment. */
    static final int WAITING = 64;
    /** Fragments follow each other within milliseconds; what waits longer keeps others from being read in order. */
    static final long HOLD_NANOS = 1_000_000_000L;

    private final Sink sink;
    private final FragmentCounters failures;
    private final FrameWalker walker = new FrameWalker();
    private final FragmentPlaces places = new FragmentPlaces();
    private final OrdinaryPackets ordinary = new OrdinaryPackets();
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
            while (places.isFull()) {
                giveUp(places.oldest(places.waiting() < WAITING));
            }
        }
        copy(memory, at, captured); // not earlier: what is given up may come back here, with tunnels inside each other
        boolean fragment = walker.walk(frame, 0, captured, linkType) == FrameWalker.IP && walker.isTunnelFragment();
        Place place = fragment ? join(timeNanos, linkType, source) : null;
        if (place != null && walker.fragmentOffset() == 0 && !place.isBegun()) {
            places.begin(place, timeNanos);
        } else {
            sink.onFragment(frameSegment, 0, captured, original, timeNanos, linkType, source);
        }
        if (place != null && place.packet.isWhole()) {
            place.state = State.WHOLE;
            goOn(place, timeNanos);
        }
    }

    /** Gives up what has waited long enough. */
    void expire(long timeNanos) {
        while (!places.isEmpty()) {
            long left = places.oldest().deadline - timeNanos;
            if (left > 0 && left <= 2 * HOLD_NANOS) { // more: time went backward
                break;
            }
            giveUp(places.oldest());
        }
    }

    /** No packet will follow: gives up everything, and the memory. */
    void finish() {
        expire(Long.MAX_VALUE);
        places.close();
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
        boolean first = walker.fragmentOffset() == 0;
        boolean tunnel = first && walker.beginsTunnel(frame);
        Place place = places.find(walker, linkType);
        if (place != null && sound && place.state == State.WHOLE && !place.packet.holds(frame, walker)) {
            remove(place); // the identification is in use again
            place = null;
        }
        if (place == null) {
            if (!(sound && tunnel) && ordinary.has(walker, linkType, timeNanos)) {
                return null;
            }
            if (sound && first && !tunnel) {
                ordinary.add(walker, linkType, timeNanos);
                return null;
            }
            if (!sound) {
                failures.count(DecodeFailure.IP_FRAGMENT_INVALID);
                return null;
            }
            place = open(timeNanos, linkType, source);
        }
        return place.state == State.OPEN ? join(place, sound, first && !tunnel, timeNanos) : null;
    }

    /** {@code unwanted}: whether the fragment is the first of a packet that carries no tunnel. */
    private @Nullable Place join(Place place, boolean sound, boolean unwanted, long timeNanos) {
        if (!sound || !place.packet.add(frame, walker)) {
            spoil(place);
            return null;
        }
        if (unwanted && !place.isBegun()) {
            ordinary.add(walker, place.linkType, timeNanos);
            remove(place);
            return null;
        }
        return place;
    }

    private Place open(long timeNanos, int linkType, int source) {
        if (places.waiting() == WAITING) {
            giveUp(places.oldest(false)); // of which nothing goes on
        }
        Place place = places.open(frame, walker);
        place.deadline = timeNanos + HOLD_NANOS;
        place.linkType = linkType;
        place.source = source;
        setDeadline();
        return place;
    }

    private void spoil(Place place) {
        failures.count(DecodeFailure.IP_FRAGMENT_INVALID);
        place.state = State.SPOILT;
        if (place.isBegun()) {
            sink.onSpoilt(place.since(), place.linkType, place.source);
        }
    }

    private void remove(Place place) {
        places.remove(place);
        setDeadline();
    }

    private void setDeadline() {
        deadline = places.isEmpty() ? Long.MAX_VALUE : places.oldest().deadline;
    }

    private void giveUp(Place place) {
        remove(place);
        if (place.state != State.OPEN) {
            return;
        }
        if (place.isBegun()) {
            failures.count(DecodeFailure.TUNNEL_FRAGMENTED);
            goOn(place, place.since());
        } else {
            failures.count(DecodeFailure.IP_FRAGMENT_INCOMPLETE);
        }
    }

    private void goOn(Place place, long timeNanos) {
        FragmentedPacket packet = place.packet;
        MemorySegment segment = place.segment();
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
}
