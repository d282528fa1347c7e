package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/** ICMP (RFC 792) and ICMPv6 (RFC 4443 section 3.1) errors: type, code, checksum, 4 bytes, then the quoted packet. */
public final class Icmp {
    public static final int HEADER_LENGTH = 8;
    /** What an ICMPv4 error always quotes of the payload: here ports and sequence number. */
    public static final int QUOTED_PAYLOAD = 8;

    private static final int V4_UNREACHABLE = 3;
    private static final int V4_FRAGMENTATION_NEEDED = 4;
    private static final int V4_TIME_EXCEEDED = 11;
    private static final int V6_UNREACHABLE = 1;
    private static final int V6_ERROR_MAX = 127;

    private Icmp() {}

    /** Destination unreachable, other than "fragmentation needed", which says nothing about the host. */
    public static boolean isUnreachable(ByteBuf m, int at, boolean v4) {
        int type = Bytes.u8(m, at);
        return v4 ? type == V4_UNREACHABLE && Bytes.u8(m, at + 1) != V4_FRAGMENTATION_NEEDED : type == V6_UNREACHABLE;
    }

    /** Any error message that quotes a packet. */
    public static boolean quotes(ByteBuf m, int at, boolean v4) {
        int type = Bytes.u8(m, at);
        return v4
                ? type == V4_UNREACHABLE || type == V4_TIME_EXCEEDED || type == 4 || type == 5 || type == 12
                : type >= 1 && type < V6_ERROR_MAX;
    }
}
