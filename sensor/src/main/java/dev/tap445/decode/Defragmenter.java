package dev.tap445.decode;

import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.Ethernet;
import dev.tap445.wire.FragmentedPacket;
import dev.tap445.wire.FrameWalker;
import dev.tap445.wire.IpProtocol;
import dev.tap445.wire.Tcp;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Puts TCP packets together that arrive in IP fragments, in any order. Fragments that contradict each other spoil their
 * packet (RFC 5722, RFC 8200 section 4.5); the same bytes twice do not. A packet that does not become whole within
 * {@value #TIMEOUT_NANOS} ns of packet time is handed over as far as it is there from its beginning, so that a SYN counts
 * though its options are lost.
 *
 * <p>Bounded: at most {@value #PACKETS} packets at a time, about 15 MiB once all were used; beyond that the oldest is
 * given up early. Below that bound the outcome depends on nothing but the packets of one pair of addresses, so that the
 * number of workers changes nothing.
 */
final class Defragmenter implements AutoCloseable {
    /** Receives packets put together. */
    interface Sink {
        /**
         * @param header offset of the IP header in {@code packet.memory()}
         * @param captured bytes that may be read from there
         */
        void onPacket(FragmentedPacket packet, int header, int captured, long timeNanos);

        void onFailure(DecodeFailure reason);
    }

    static final int PACKETS = 240;
    /** RFC 8200 section 4.5 gives 60 s, hosts in fact 30 s and less. */
    static final long TIMEOUT_NANOS = 30_000_000_000L;
    /** How long a packet's further copies are left out after it was whole. */
    static final long DONE_NANOS = 1_000_000_000L;

    private enum State {
        FREE,
        OPEN,
        /** Handed over, or not wanted: what still comes of it is left out. */
        DONE
    }

    private static final class Place {
        final FragmentedPacket packet = new FragmentedPacket();
        State state = State.FREE;
        long deadline;
        /** Place in the order in which packets were begun. */
        long order;
        /** When the fragment with the header came. */
        long firstTime;
    }

    private final Place[] places = new Place[PACKETS];
    private final Sink sink;
    private int used;
    private long begun;
    private long nextDeadline = Long.MAX_VALUE;

    Defragmenter(Sink sink) {
        this.sink = sink;
    }

    /** Takes a fragment of a TCP packet. */
    void add(ByteBuf m, FrameWalker fragment, long timeNanos) {
        Place place = find(fragment);
        if (place != null && place.state == State.DONE) {
            return;
        }
        boolean sound = FragmentedPacket.isSound(fragment);
        if (place == null && sound) {
            place = place();
            int ethernet = fragment.ethernetOffset();
            place.packet.open(m, fragment, Math.max(0, ethernet), ethernet < 0 ? 0 : Ethernet.HEADER_LENGTH);
            place.state = State.OPEN;
            place.order = begun++;
            place.firstTime = timeNanos;
            setDeadline(place, timeNanos + TIMEOUT_NANOS);
        }
        if (place == null || !sound || !place.packet.add(m, fragment)) {
            sink.onFailure(DecodeFailure.IP_FRAGMENT_INVALID);
            if (place != null) {
                place.state = State.DONE;
            }
            return;
        }
        if (fragment.fragmentOffset() == 0) {
            place.firstTime = timeNanos;
        }
        if (isUnwanted(place.packet)) {
            place.state = State.DONE;
        } else if (place.packet.isWhole()) {
            handOver(place, timeNanos);
            place.state = State.DONE;
            setDeadline(place, timeNanos + DONE_NANOS);
        }
    }

    /** Whether the ports are there, and neither is watched. */
    private static boolean isUnwanted(FragmentedPacket packet) {
        return packet.protocol() == IpProtocol.TCP
                && packet.begins()
                && !WatchedPorts.contains(Tcp.sourcePort(packet.memory(), packet.payload()))
                && !WatchedPorts.contains(Tcp.destinationPort(packet.memory(), packet.payload()));
    }

    /** Time from which on {@link #expire} has something to do. */
    long nextDeadline() {
        return nextDeadline;
    }

    /** Gives up what did not become whole in time. */
    void expire(long timeNanos) {
        while (true) {
            Place oldest = null;
            nextDeadline = Long.MAX_VALUE;
            for (int i = 0; i < used; i++) {
                Place place = places[i];
                if (place.state == State.FREE) {
                    continue;
                }
                if (place.deadline > timeNanos) {
                    nextDeadline = Math.min(nextDeadline, place.deadline);
                } else if (oldest == null || place.order < oldest.order) {
                    oldest = place;
                }
            }
            if (oldest == null) {
                return;
            }
            giveUp(oldest);
        }
    }

    /** Gives up everything: the capture has ended. */
    void finish() {
        expire(Long.MAX_VALUE);
    }

    /** Gives up everything without a word, and the memory. */
    @Override
    public void close() {
        for (int i = 0; i < used; i++) {
            places[i].packet.close();
        }
        used = 0;
        nextDeadline = Long.MAX_VALUE;
    }

    private void setDeadline(Place place, long deadline) {
        place.deadline = deadline;
        nextDeadline = Math.min(nextDeadline, deadline);
    }

    private @Nullable Place find(FrameWalker fragment) {
        for (int i = 0; i < used; i++) {
            if (places[i].state != State.FREE && places[i].packet.is(fragment)) {
                return places[i];
            }
        }
        return null;
    }

    /** A free place: a new one, else the oldest of those that are done, else the oldest. */
    private Place place() {
        Place best = null;
        for (int i = 0; i < used; i++) {
            Place place = places[i];
            if (place.state == State.FREE) {
                return place;
            }
            if (best == null || rank(place) < rank(best)) {
                best = place;
            }
        }
        if (best == null || used < PACKETS) {
            Place place = new Place();
            places[used++] = place;
            return place;
        }
        giveUp(best);
        return best;
    }

    private static long rank(Place place) {
        return place.state == State.DONE ? place.order - Long.MAX_VALUE : place.order;
    }

    private void giveUp(Place place) {
        if (place.state == State.OPEN) {
            sink.onFailure(DecodeFailure.IP_FRAGMENT_INCOMPLETE);
            if (place.packet.contiguous() > 0) {
                handOver(place, place.firstTime);
            }
        }
        place.state = State.FREE;
    }

    private void handOver(Place place, long timeNanos) {
        FragmentedPacket packet = place.packet;
        packet.writeHeader();
        int captured = packet.payload() - packet.header() + packet.contiguous();
        sink.onPacket(packet, packet.header(), captured, timeNanos);
    }
}
