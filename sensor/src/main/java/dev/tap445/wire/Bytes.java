package dev.tap445.wire;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Unaligned reads in a stated byte order: {@code u16} and {@code i32} in network order, the {@code Le} forms as SMB
 * has them. Every read is bounds-checked by the segment; views check first, so that a check never fails in practice.
 */
public final class Bytes {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT_BE =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT_BE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG_BE = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort SHORT_LE =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT_LE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG_LE =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Bytes() {}

    public static int u8(MemorySegment m, long at) {
        return m.get(BYTE, at) & 0xff;
    }

    public static int u16(MemorySegment m, long at) {
        return m.get(SHORT_BE, at) & 0xffff;
    }

    public static int u16Le(MemorySegment m, long at) {
        return m.get(SHORT_LE, at) & 0xffff;
    }

    public static int i32(MemorySegment m, long at) {
        return m.get(INT_BE, at);
    }

    public static int i32Le(MemorySegment m, long at) {
        return m.get(INT_LE, at);
    }

    public static long i64(MemorySegment m, long at) {
        return m.get(LONG_BE, at);
    }

    public static long i64Le(MemorySegment m, long at) {
        return m.get(LONG_LE, at);
    }

    public static void put8(MemorySegment m, long at, int value) {
        m.set(BYTE, at, (byte) value);
    }

    public static void put16(MemorySegment m, long at, int value) {
        m.set(SHORT_BE, at, (short) value);
    }

    public static void put32(MemorySegment m, long at, int value) {
        m.set(INT_BE, at, value);
    }

    public static void put64(MemorySegment m, long at, long value) {
        m.set(LONG_BE, at, value);
    }
}
