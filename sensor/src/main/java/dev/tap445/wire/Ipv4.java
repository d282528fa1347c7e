package dev.tap445.wire;

import java.lang.foreign.MemorySegment;

/** IPv4 header (RFC 791 section 3.1). */
public final class Ipv4 {
    public static final int MIN_HEADER_LENGTH = 20;
    static final int PROTOCOL = 9;
    public static final int SOURCE = 12;
    public static final int DESTINATION = 16;
    static final int MORE_FRAGMENTS = 0x2000;
    static final int FRAGMENT_OFFSET_MASK = 0x1fff;

    private Ipv4() {}

    public static int version(MemorySegment m, long at) {
        return Bytes.u8(m, at) >>> 4;
    }

    /** Header length in bytes, 0 to 60. */
    public static int headerLength(MemorySegment m, long at) {
        return (Bytes.u8(m, at) & 0x0f) << 2;
    }

    public static int protocol(MemorySegment m, long at) {
        return Bytes.u8(m, at + PROTOCOL);
    }

    public static int source(MemorySegment m, long at) {
        return Bytes.i32(m, at + SOURCE);
    }

    public static int destination(MemorySegment m, long at) {
        return Bytes.i32(m, at + DESTINATION);
    }
}
