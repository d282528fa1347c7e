package dev.tap445.decode;

import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.FrameWalker;
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

    private final FragmentedPacket[] packets = new FragmentedPacket[PACKETS];
    private final Sink sink;
    private int used;
    private long begun;
    private long nextDeadline = Long.MAX_VALUE;

    Defragmenter(Sink sink) {
        this.sink = sink;
    }

    /** Takes a fragment of a TCP packet, or of one whose IPv6 extension headers lie behind the fragment header. */
    void add(ByteBuf m, FrameWalker fragment, long timeNanos) {
        FragmentedPacket packet = find(fragment);
        if (packet != null && packet.state == FragmentedPacket.DONE) {
            return;
        }
        boolean sound = FragmentedPacket.isSound(fragment);
        if (packet == null && sound) {
            packet = place();
            packet.open(m, fragment, timeNanos);
            packet.order = begun++;
            setDeadline(packet, timeNanos + TIMEOUT_NANOS);
        }
        if (packet == null || !sound || !packet.add(m, fragment, timeNanos)) {
            sink.onFailure(DecodeFailure.IP_FRAGMENT_INVALID);
            if (packet != null) {
                packet.state = FragmentedPacket.DONE;
            }
        } else if (packet.isUnwanted()) {
            packet.state = FragmentedPacket.DONE;
        } else if (packet.isWhole()) {
            handOver(packet, timeNanos);
            packet.state = FragmentedPacket.DONE;
            setDeadline(packet, timeNanos + DONE_NANOS);
        }
    }

    /** Time from which on {@link #expire} has something to do. */
    long nextDeadline() {
        return nextDeadline;
    }

    /** Gives up what did not become whole in time. */
    void expire(long timeNanos) {
        while (true) {
            FragmentedPacket oldest = null;
            nextDeadline = Long.MAX_VALUE;
            for (int i = 0; i < used; i++) {
                FragmentedPacket packet = packets[i];
                if (packet.state == FragmentedPacket.FREE) {
                    continue;
                }
                if (packet.deadline > timeNanos) {
                    nextDeadline = Math.min(nextDeadline, packet.deadline);
                } else if (oldest == null || packet.order < oldest.order) {
                    oldest = packet;
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
            packets[i].close();
        }
        used = 0;
        nextDeadline = Long.MAX_VALUE;
    }

    private void setDeadline(FragmentedPacket packet, long deadline) {
        packet.deadline = deadline;
        nextDeadline = Math.min(nextDeadline, deadline);
    }

    private @Nullable FragmentedPacket find(FrameWalker fragment) {
        for (int i = 0; i < used; i++) {
            if (packets[i].is(fragment)) {
                return packets[i];
            }
        }
        return null;
    }

    /** A free place: a new one, else the oldest of those that are done, else the oldest. */
    private FragmentedPacket place() {
        FragmentedPacket best = null;
        for (int i = 0; i < used; i++) {
            FragmentedPacket packet = packets[i];
            if (packet.state == FragmentedPacket.FREE) {
                return packet;
            }
            if (best == null || rank(packet) < rank(best)) {
                best = packet;
            }
        }
        if (best == null || used < PACKETS) {
            FragmentedPacket packet = new FragmentedPacket();
            packets[used++] = packet;
            return packet;
        }
        giveUp(best);
        return best;
    }

    private static long rank(FragmentedPacket packet) {
        return packet.state == FragmentedPacket.DONE ? packet.order - Long.MAX_VALUE : packet.order;
    }

    private void giveUp(FragmentedPacket packet) {
        if (packet.state == FragmentedPacket.OPEN) {
            sink.onFailure(DecodeFailure.IP_FRAGMENT_INCOMPLETE);
            if (packet.contiguous() > 0) {
                handOver(packet, packet.firstTime());
            }
        }
        packet.state = FragmentedPacket.FREE;
    }

    private void handOver(FragmentedPacket packet, long timeNanos) {
        int header = packet.header();
        sink.onPacket(packet, header, packet.captured(header), timeNanos);
    }
}
