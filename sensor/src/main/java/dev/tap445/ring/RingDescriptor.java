package dev.tap445.ring;

import java.lang.foreign.ValueLayout;

/**
 * Layout of a record in the ring's slab. Records start at multiples of {@value #ALIGNMENT} bytes and never wrap: what
 * is left before the end of the slab is filled by a padding record.
 *
 * <pre>
 *  0        4        8
 *  +--------+--------+---------------------+
 *  | length |  type  |  payload …          |   length: payload bytes, without this header
 *  +--------+--------+---------------------+   type: &gt; 0, or PADDING
 * </pre>
 */
final class RingDescriptor {
    static final int ALIGNMENT = 8;
    static final int HEADER_LENGTH = 8;
    static final int PADDING = -1;
    static final int LENGTH_OFFSET = 0;
    static final int TYPE_OFFSET = 4;
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

    /** Distance between fields written by different threads, in longs: two cache lines, against prefetching pairs. */
    static final int CACHE_PAD_LONGS = 16;

    private RingDescriptor() {}

    static int align(int length) {
        return length + (ALIGNMENT - 1) & -ALIGNMENT;
    }
}
