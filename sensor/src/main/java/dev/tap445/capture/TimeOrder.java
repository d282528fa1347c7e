package dev.tap445.capture;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Several sources as one, earliest packet first: the two directions of a tap in a file each, or the files of a rotation
 * in the order in which a shell sorts their names. Each source keeps its own order, also where its clock went back. A
 * source that has nothing at the moment holds up the others: what it has next may be earlier.
 *
 * <p>Of each source but the one being read the next packet is held, a copy; all others go through untouched.
 */
final class TimeOrder implements PacketHandler {
    private static final Comparator<Head> EARLIEST =
            Comparator.<Head>comparingLong(head -> head.timestamp).thenComparingInt(head -> head.order);

    /** A source and its next packet. */
    private static final class Head {
        final PacketSource source;
        final int order;
        private MemorySegment held = MemorySegment.NULL;
        private int captured;
        private int original;
        private int linkType;
        private int index;
        long timestamp;

        Head(PacketSource source, int order) {
            this.source = source;
            this.order = order;
        }

        void hold(
                MemorySegment memory, long offset, int length, int onWire, long timestampNanos, int type, int number) {
            if (held.byteSize() < length) {
                held = Arena.ofAuto().allocate(Math.min(2L * length, PacketSource.MAX_CAPTURED));
            }
            MemorySegment.copy(memory, offset, held, 0, length);
            captured = length;
            original = onWire;
            timestamp = timestampNanos;
            linkType = type;
            index = number;
        }

        void handOver(PacketHandler handler) {
            handler.onPacket(held, 0, captured, original, timestamp, linkType, index);
        }
    }

    private final Distributor distributor;
    private final PriorityQueue<Head> heads;
    /** Those of which the next packet is not known: until it is, nobody's turn is. */
    private final ArrayDeque<Head> unknown;
    /** What is read at the moment, and the time of the next packet of all others. */
    private Head current;

    private long bound = Long.MIN_VALUE;
    private boolean holding;

    TimeOrder(List<? extends PacketSource> sources, Distributor distributor) {
        this.distributor = distributor;
        this.unknown = IntStream.range(0, sources.size())
                .mapToObj(i -> new Head(sources.get(i), i))
                .collect(Collectors.toCollection(ArrayDeque::new));
        this.heads = new PriorityQueue<>(sources.size(), EARLIEST);
        this.current = unknown.getFirst();
    }

    /** Up to {@code limit} packets, as {@link CaptureLoop#doWork}. */
    int doWork(int limit) {
        try {
            int count = 0;
            while (count < limit && areKnown()) {
                Head head = heads.poll();
                if (head == null) {
                    return count > 0 ? count : PacketSource.END;
                }
                count += read(head, limit - count);
            }
            return count;
        } finally {
            distributor.publish();
        }
    }

    /** Takes the next packet of each source of which it is not known; false where one has none yet. */
    private boolean areKnown() {
        Head head;
        while ((head = unknown.peek()) != null) {
            distributor.waitWhenFull(head.source.canWait());
            int count = next(head, Long.MIN_VALUE);
            if (count == 0) {
                return false;
            }
            if (count > 0) {
                heads.add(head);
            }
            unknown.remove();
        }
        return true;
    }

    /** Hands over the packet held, and those behind it whose turn comes before the next of all other sources. */
    private int read(Head head, int limit) {
        Head other = heads.peek();
        long until = other == null ? Long.MAX_VALUE : head.order < other.order ? other.timestamp : other.timestamp - 1;
        head.handOver(distributor);
        distributor.account(head.source.counters());
        int count = 1;
        while (true) {
            // at the limit the packet is held whatever its time: this round is over
            int more = next(head, count < limit ? until : Long.MIN_VALUE);
            distributor.account(head.source.counters());
            if (more == PacketSource.END) {
                return count;
            }
            if (holding) {
                heads.add(head);
                return count;
            }
            if (more == 0) {
                unknown.add(head);
                return count;
            }
            count += more;
        }
    }

    /** Polls for one packet: it goes on where it is not later than {@code until}, and is held otherwise. */
    private int next(Head head, long until) {
        current = head;
        bound = until;
        holding = false;
        return head.source.poll(this, 1);
    }

    @Override
    public void onPacket(
            MemorySegment memory,
            long offset,
            int captured,
            int original,
            long timestampNanos,
            int linkType,
            int source) {
        if (timestampNanos <= bound && bound != Long.MIN_VALUE) {
            distributor.onPacket(memory, offset, captured, original, timestampNanos, linkType, source);
        } else {
            holding = true;
            current.hold(memory, offset, captured, original, timestampNanos, linkType, source);
        }
    }
}
