package dev.tap445.ring;

import static dev.tap445.ring.RingDescriptor.HEADER_LENGTH;
import static dev.tap445.ring.RingDescriptor.PADDING;
import static dev.tap445.ring.RingDescriptor.align;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Lock-free single-producer/single-consumer ring of variable-length records over one netty direct slab.
 *
 * <p>Producer thread: {@link #claim} → write the payload at the returned offset of {@link #slab} → {@link #commit}, and
 * {@link #publish} once per batch. Consumer thread: {@link #drain}. A claim that does not fit fails at once and is
 * counted; it never waits. What is committed but not published is invisible to the consumer.
 *
 * <p>Positions are byte counts since the start, only ever growing; the index in the slab is the position modulo the
 * capacity. Each side keeps a cached copy of the other's position, so that the shared cache line is touched only when
 * the ring looks full or empty. What a side alone writes lies in cache lines of its own too: this object, which both read
 * for each record, is never written.
 */
public final class RecordRing implements AutoCloseable {
    private static final VarHandle POSITION = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int PUBLISHED = RingDescriptor.CACHE_PAD_LONGS;
    private static final int CONSUMED = 2 * RingDescriptor.CACHE_PAD_LONGS;
    private static final int DROPS = 3 * RingDescriptor.CACHE_PAD_LONGS;
    // producer's own
    private static final int HEAD = 4 * RingDescriptor.CACHE_PAD_LONGS;
    private static final int CLAIMED_END = HEAD + 1;
    private static final int CLAIMED_LENGTH = HEAD + 2;
    private static final int KNOWN_CONSUMED = HEAD + 3;
    // consumer's own
    private static final int TAIL = 5 * RingDescriptor.CACHE_PAD_LONGS;
    private static final int KNOWN_PUBLISHED = TAIL + 1;
    private static final int FETCHED_TO = TAIL + 2;
    private static final int FETCHED = TAIL + 3; // of no meaning: keeps the reads from being optimised away
    private static final int POSITIONS = 6 * RingDescriptor.CACHE_PAD_LONGS;
    /** Read ahead at a time, bytes. */
    private static final int FETCH = 4096;

    private static final int LINE = 64;
    /** The least capacity, in bytes. */
    public static final int MIN_CAPACITY = 1024;

    private final ByteBuf buffer;
    private final MemorySegment segment;
    private final int capacity;
    private final long mask;
    private final long[] positions = new long[POSITIONS];

    private RecordRing(ByteBuf buffer, int capacity) {
        this.buffer = buffer;
        this.capacity = capacity;
        this.mask = capacity - 1L;
        this.segment = MemorySegment.ofBuffer(buffer.nioBuffer(0, capacity));
    }

    /** Allocates a ring of {@code capacity} bytes, a power of two of at least {@value #MIN_CAPACITY}. */
    public static RecordRing allocate(int capacity) {
        if (capacity < MIN_CAPACITY || Integer.bitCount(capacity) != 1) {
            throw new IllegalArgumentException(
                    "ring capacity must be a power of two >= " + MIN_CAPACITY + ": " + capacity);
        }
        return new RecordRing(Unpooled.directBuffer(capacity, capacity), capacity);
    }

    /** The records' bytes; valid until {@link #close}. */
    public ByteBuf slab() {
        return buffer;
    }

    /** The same bytes, for who copies from other segments. */
    public MemorySegment segment() {
        return segment;
    }

    public int capacity() {
        return capacity;
    }

    /** The longest payload that a claim can ever get: a record may need as much again as padding. */
    public int maxPayload() {
        return capacity / 2 - HEADER_LENGTH;
    }

    /**
     * Producer: reserves {@code length} payload bytes.
     *
     * @return the payload's offset in the slab, or -1 where the ring is full (counted as a drop)
     */
    public int claim(int length) {
        int offset = tryClaim(length);
        if (offset < 0) {
            POSITION.setRelease(positions, DROPS, (long) POSITION.get(positions, DROPS) + 1);
        }
        return offset;
    }

    /** As {@link #claim}, without counting a failure: for a producer that can wait, such as a file reader. */
    public int tryClaim(int length) {
        if (length > maxPayload()) {
            return -1;
        }
        int needed = align(HEADER_LENGTH + length);
        int index = (int) (positions[HEAD] & mask);
        int toEnd = capacity - index;
        int padding = needed > toEnd ? toEnd : 0;
        long end = positions[HEAD] + padding + needed;
        if (end - positions[KNOWN_CONSUMED] > capacity) {
            positions[KNOWN_CONSUMED] =
                    (long) POSITION.getAcquire(positions, CONSUMED); // pairs with setRelease in drain
            if (end - positions[KNOWN_CONSUMED] > capacity) {
                return -1;
            }
        }
        if (padding > 0) {
            buffer.setLongLE(index, RingDescriptor.header(padding - HEADER_LENGTH, PADDING));
            index = 0;
        }
        positions[CLAIMED_LENGTH] = length;
        positions[CLAIMED_END] = end;
        return index + HEADER_LENGTH;
    }

    /** Producer: completes the last claim; {@code offset} is what it returned, {@code type} &gt; 0. */
    public void commit(int offset, int type) {
        buffer.setLongLE(offset - HEADER_LENGTH, RingDescriptor.header((int) positions[CLAIMED_LENGTH], type));
        positions[HEAD] = positions[CLAIMED_END];
    }

    /** Producer: makes everything committed visible to the consumer. */
    public void publish() {
        POSITION.setRelease(positions, PUBLISHED, positions[HEAD]); // pairs with getAcquire in published
    }

    /**
     * Consumer: hands over up to {@code limit} records and frees their space, also where the handler throws.
     *
     * @return how many records were handed over
     */
    public int drain(RecordHandler handler, int limit) {
        long position = positions[TAIL];
        long published = published();
        if (position == published) {
            return 0;
        }
        int count = 0;
        try {
            while (position < published && count < limit) {
                if (position >= positions[FETCHED_TO]) {
                    fetch(position, published);
                }
                int index = (int) (position & mask);
                long header = buffer.getLongLE(index);
                int length = RingDescriptor.length(header);
                int type = RingDescriptor.type(header);
                position += align(HEADER_LENGTH + length);
                if (type != PADDING) {
                    count++;
                    handler.onRecord(type, buffer, index + HEADER_LENGTH, length);
                }
            }
        } finally {
            positions[TAIL] = position;
            POSITION.setRelease(positions, CONSUMED, position); // pairs with getAcquire in tryClaim
        }
        return count;
    }

    /**
     * Reads a byte of each cache line of what comes next. Where a record begins is known only once the one before it has
     * been read, so that each would be waited for alone; like this they are waited for together.
     */
    private void fetch(long position, long published) {
        long end = Math.min(published, position + FETCH);
        int sum = 0;
        for (long at = position; at < end; at += LINE) {
            sum += buffer.getByte((int) (at & mask));
        }
        positions[FETCHED] = sum;
        positions[FETCHED_TO] = end;
    }

    /** Consumer: up to where there are records; looks anew only where none is left of those known. */
    private long published() {
        if (positions[TAIL] == positions[KNOWN_PUBLISHED]) {
            positions[KNOWN_PUBLISHED] =
                    (long) POSITION.getAcquire(positions, PUBLISHED); // pairs with setRelease in publish
        }
        return positions[KNOWN_PUBLISHED];
    }

    /** Consumer: shows up to {@code limit} of the records that {@link #drain} will hand over next, and leaves them. */
    public void peek(RecordHandler handler, int limit) {
        long position = positions[TAIL];
        long published = published();
        if (position < published && position >= positions[FETCHED_TO] - FETCH / 2) {
            fetch(position, published);
        }
        int count = 0;
        while (position < published && count < limit) {
            int index = (int) (position & mask);
            long header = buffer.getLongLE(index);
            int length = RingDescriptor.length(header);
            int type = RingDescriptor.type(header);
            position += align(HEADER_LENGTH + length);
            if (type != PADDING) {
                count++;
                handler.onRecord(type, buffer, index + HEADER_LENGTH, length);
            }
        }
    }

    /** Consumer: bytes published and not yet handed over, padding included. */
    public long backlog() {
        return (long) POSITION.getAcquire(positions, PUBLISHED) - positions[TAIL];
    }

    /** Any thread: claims that failed because the ring was full. */
    public long drops() {
        return (long) POSITION.getAcquire(positions, DROPS);
    }

    /** Any thread: bytes published and not yet consumed, as a share of the capacity, 0 to 1. */
    public double fillRatio() {
        long consumed = (long) POSITION.getAcquire(positions, CONSUMED);
        long published = (long) POSITION.getAcquire(positions, PUBLISHED);
        return Math.clamp((double) (published - consumed) / capacity, 0, 1);
    }

    /** Any thread: whether everything published has been consumed. */
    public boolean isDrained() {
        return (long) POSITION.getAcquire(positions, CONSUMED) == (long) POSITION.getAcquire(positions, PUBLISHED);
    }

    /** Frees the slab. Neither side may touch the ring afterwards. */
    @Override
    public void close() {
        buffer.release();
    }
}
