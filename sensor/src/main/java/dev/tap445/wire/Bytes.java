package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/**
 * Unaligned reads in a stated byte order: {@code u16} and {@code i32} in network order, the {@code Le} forms as SMB
 * has them. Every read is bounds-checked by the buffer; views check first, so that a check never fails in practice.
 */
public final class Bytes {
    private Bytes() {}

    public static int u8(ByteBuf m, int at) {
        return m.getByte(at) & 0xff;
    }

    public static int u16(ByteBuf m, int at) {
        return m.getShort(at) & 0xffff;
    }

    public static int u16Le(ByteBuf m, int at) {
        return m.getShortLE(at) & 0xffff;
    }

    public static int i32(ByteBuf m, int at) {
        return m.getInt(at);
    }

    public static int i32Le(ByteBuf m, int at) {
        return m.getIntLE(at);
    }

    public static long i64(ByteBuf m, int at) {
        return m.getLong(at);
    }

    public static long i64Le(ByteBuf m, int at) {
        return m.getLongLE(at);
    }

    public static void put8(ByteBuf m, int at, int value) {
        m.setByte(at, value);
    }

    public static void put16(ByteBuf m, int at, int value) {
        m.setShort(at, value);
    }

    public static void put32(ByteBuf m, int at, int value) {
        m.setInt(at, value);
    }

    public static void put64(ByteBuf m, int at, long value) {
        m.setLong(at, value);
    }
}
