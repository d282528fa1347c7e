package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/** IPv6 header and extension headers (RFC 8200 sections 3 and 4). */
public final class Ipv6 {
    public static final int HEADER_LENGTH = 40;
    private static final int VERSION = 0x6000_0000;
    static final int PAYLOAD_LENGTH = 4;
    static final int NEXT_HEADER = 6;
    public static final int SOURCE = 8;
    public static final int DESTINATION = 24;

    static final int HOP_BY_HOP = 0;
    static final int ROUTING = 43;
    static final int FRAGMENT = 44;
    static final int AUTHENTICATION = 51;
    static final int NO_NEXT_HEADER = 59;
    static final int DESTINATION_OPTIONS = 60;

    static final int FRAGMENT_HEADER_LENGTH = 8;
    static final int MAX_EXTENSIONS = 10;

    private Ipv6() {}

    static int payloadLength(ByteBuf m, int at) {
        return Bytes.u16(m, at + PAYLOAD_LENGTH);
    }

    public static int nextHeader(ByteBuf m, int at) {
        return Bytes.u8(m, at + NEXT_HEADER);
    }

    public static boolean isExtension(int nextHeader) {
        return nextHeader == HOP_BY_HOP
                || nextHeader == ROUTING
                || nextHeader == FRAGMENT
                || nextHeader == AUTHENTICATION
                || nextHeader == DESTINATION_OPTIONS;
    }

    /** Length in bytes of the extension header at {@code at}; two bytes must be there. */
    static int extensionLength(ByteBuf m, int at, int kind) {
        int units = Bytes.u8(m, at + 1);
        return switch (kind) {
            case FRAGMENT -> FRAGMENT_HEADER_LENGTH;
            case AUTHENTICATION -> units + 2 << 2;
            default -> units + 1 << 3;
        };
    }

    /** Writes the header of a whole packet without extension headers of its own. */
    public static void write(
            ByteBuf m,
            int at,
            int payloadLength,
            int nextHeader,
            long sourceHigh,
            long sourceLow,
            long destinationHigh,
            long destinationLow) {
        Bytes.put32(m, at, VERSION);
        Bytes.put16(m, at + PAYLOAD_LENGTH, payloadLength);
        Bytes.put8(m, at + NEXT_HEADER, nextHeader);
        Bytes.put64(m, at + SOURCE, sourceHigh);
        Bytes.put64(m, at + SOURCE + 8, sourceLow);
        Bytes.put64(m, at + DESTINATION, destinationHigh);
        Bytes.put64(m, at + DESTINATION + 8, destinationLow);
    }
}
