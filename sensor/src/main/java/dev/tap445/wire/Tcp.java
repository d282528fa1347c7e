package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/** TCP header (RFC 9293 section 3.1). */
public final class Tcp {
    public static final int MIN_HEADER_LENGTH = 20;
    static final int DESTINATION_PORT = 2;
    static final int SEQUENCE = 4;
    static final int ACKNOWLEDGEMENT = 8;
    static final int DATA_OFFSET = 12;
    static final int FLAGS = 13;

    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int ACK = 0x10;

    private Tcp() {}

    public static int sourcePort(ByteBuf m, int at) {
        return Bytes.u16(m, at);
    }

    public static int destinationPort(ByteBuf m, int at) {
        return Bytes.u16(m, at + DESTINATION_PORT);
    }

    public static int sequence(ByteBuf m, int at) {
        return Bytes.i32(m, at + SEQUENCE);
    }

    /** Source port (16) | destination port (16) | sequence number (32), in one read. */
    public static long portsAndSequence(ByteBuf m, int at) {
        return Bytes.i64(m, at);
    }

    /** Acknowledgement (32) | data offset (4) | reserved (4) | flags (8) | window (16), in one read. */
    public static long acknowledgementAndFlags(ByteBuf m, int at) {
        return Bytes.i64(m, at + ACKNOWLEDGEMENT);
    }

    public static int acknowledgement(ByteBuf m, int at) {
        return Bytes.i32(m, at + ACKNOWLEDGEMENT);
    }

    /** Header length in bytes, 0 to 60. */
    public static int headerLength(ByteBuf m, int at) {
        return Bytes.u8(m, at + DATA_OFFSET) >>> 4 << 2;
    }

    /** Whether this opens a connection: SYN without ACK, RST or FIN. */
    static boolean isSyn(ByteBuf m, int at) {
        return (flags(m, at) & (FIN | SYN | RST | ACK)) == SYN;
    }

    public static int flags(ByteBuf m, int at) {
        return Bytes.u8(m, at + FLAGS);
    }

    /** Whether it is the SYN of who opens a connection. */
    public static boolean isOpening(ByteBuf m, int at) {
        return (flags(m, at) & (SYN | ACK | RST)) == SYN;
    }
}
