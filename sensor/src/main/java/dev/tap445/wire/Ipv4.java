package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/** IPv4 header (RFC 791 section 3.1). */
public final class Ipv4 {
    public static final int MIN_HEADER_LENGTH = 20;
    private static final int VERSION_AND_LENGTH = 0x4500;
    static final int TOTAL_LENGTH = 2;
    static final int IDENTIFICATION = 4;
    static final int FRAGMENT = 6;
    static final int PROTOCOL = 9;
    public static final int SOURCE = 12;
    public static final int DESTINATION = 16;
    static final int MORE_FRAGMENTS = 0x2000;
    static final int FRAGMENT_OFFSET_MASK = 0x1fff;

    private Ipv4() {}

    public static int version(ByteBuf m, int at) {
        return Bytes.u8(m, at) >>> 4;
    }

    /** Whether an IP header of either version may begin here. */
    static boolean isIpVersion(ByteBuf m, int at) {
        int version = version(m, at);
        return version == 4 || version == 6;
    }

    /** Header length in bytes, 0 to 60. */
    public static int headerLength(ByteBuf m, int at) {
        return (Bytes.u8(m, at) & 0x0f) << 2;
    }

    static int totalLength(ByteBuf m, int at) {
        return Bytes.u16(m, at + TOTAL_LENGTH);
    }

    static boolean isFragment(ByteBuf m, int at) {
        return (Bytes.u16(m, at + FRAGMENT) & (MORE_FRAGMENTS | FRAGMENT_OFFSET_MASK)) != 0;
    }

    public static int protocol(ByteBuf m, int at) {
        return Bytes.u8(m, at + PROTOCOL);
    }

    public static int source(ByteBuf m, int at) {
        return Bytes.i32(m, at + SOURCE);
    }

    public static int destination(ByteBuf m, int at) {
        return Bytes.i32(m, at + DESTINATION);
    }

    /**
     * Writes the header of a whole packet, without options and checksum; the fields that nobody reads stay as they are.
     *
     * @param totalLength header included
     */
    public static void write(
            ByteBuf m, int at, int totalLength, int identification, int protocol, int source, int destination) {
        Bytes.put16(m, at, VERSION_AND_LENGTH);
        Bytes.put16(m, at + TOTAL_LENGTH, totalLength);
        Bytes.put16(m, at + IDENTIFICATION, identification);
        Bytes.put16(m, at + FRAGMENT, 0);
        Bytes.put8(m, at + PROTOCOL, protocol);
        Bytes.put32(m, at + SOURCE, source);
        Bytes.put32(m, at + DESTINATION, destination);
    }
}
