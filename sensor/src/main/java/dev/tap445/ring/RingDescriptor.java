package dev.tap445.ring;

/**
 * Layout of a record in the ring's slab. Records start at multiples of {@value #ALIGNMENT} bytes and never wrap: what
 * is left before the end of the slab is filled by a padding record.
 *
 * <pre>
 *  0                             8
 *  +-----------------------------+---------------------+
 *  | type (32) | length (32)     |  payload …          |   one little-endian long
 *  +-----------------------------+---------------------+
 * </pre>
 *
 * length: payload bytes, without this header; type: &gt; 0, or {@link #PADDING}.
 */
final class RingDescriptor {
    static final int ALIGNMENT = 8;
    static final int HEADER_LENGTH = 8;
    static final int PADDING = -1;

    /** Distance between fields written by different threads, in longs: two cache lines, against prefetching pairs. */
    static final int CACHE_PAD_LONGS = 16;

    private RingDescriptor() {}

    static long header(int length, int type) {
        return (long) type << 32 | Integer.toUnsignedLong(length);
    }

    static int length(long header) {
        return (int) header;
    }

    static int type(long header) {
        return (int) (header >>> 32);
    }

    static int align(int length) {
        return length + (ALIGNMENT - 1) & -ALIGNMENT;
    }
}
