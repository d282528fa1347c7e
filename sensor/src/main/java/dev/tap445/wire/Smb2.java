package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/**
 * SMB2/3 header and NEGOTIATE (MS-SMB2 2.2.1, 2.2.3, 2.2.4), and the magics of the transforms (2.2.41, 2.2.42).
 *
 * <pre>
 *  0          4      6        8        12        14        16      20      24          64
 *  | FE 'SMB' | size | credit | status | command | credits | flags | next  | message … | body
 * </pre>
 */
public final class Smb2 {
    public static final int HEADER_LENGTH = 64;
    public static final int MAGIC = 0xfe534d42;
    public static final int MAGIC_ENCRYPTED = 0xfd534d42;
    public static final int MAGIC_COMPRESSED = 0xfc534d42;

    public static final int COMMAND_NEGOTIATE = 0;
    public static final int COMMAND_SESSION_SETUP = 1;
    public static final int FLAG_RESPONSE = 1;
    /** The dialect of an answer to an SMB1 NEGOTIATE that listed "SMB 2.???": not an answer yet. */
    public static final int WILDCARD = 0x02ff;

    /** Length of a NEGOTIATE request before its dialects. */
    public static final int NEGOTIATE_REQUEST_LENGTH = 36;

    public static final int NEGOTIATE_REQUEST_SIZE = 36;
    public static final int NEGOTIATE_RESPONSE_SIZE = 65;
    /** What is read of a NEGOTIATE response: structure size, security mode, dialect. */
    public static final int NEGOTIATE_RESPONSE_LENGTH = 6;

    static final int STRUCTURE_SIZE = 4;
    static final int STATUS = 8;
    static final int COMMAND = 12;
    static final int FLAGS = 16;
    static final int MESSAGE_ID = 24;
    public static final int MESSAGE_ID_END = 32;

    private Smb2() {}

    public static boolean isMagic(ByteBuf m, int at) {
        return Bytes.i32(m, at) == MAGIC;
    }

    public static boolean isTransform(int magic) {
        return magic == MAGIC_ENCRYPTED || magic == MAGIC_COMPRESSED;
    }

    public static int headerSize(ByteBuf m, int at) {
        return Bytes.u16Le(m, at + STRUCTURE_SIZE);
    }

    public static int status(ByteBuf m, int at) {
        return Bytes.i32Le(m, at + STATUS);
    }

    public static int command(ByteBuf m, int at) {
        return Bytes.u16Le(m, at + COMMAND);
    }

    public static boolean isResponse(ByteBuf m, int at) {
        return (Bytes.i32Le(m, at + FLAGS) & FLAG_RESPONSE) != 0;
    }

    public static long messageId(ByteBuf m, int at) {
        return Bytes.i64Le(m, at + MESSAGE_ID);
    }

    /** StructureSize of the body. */
    public static int bodySize(ByteBuf m, int at) {
        return Bytes.u16Le(m, at + HEADER_LENGTH);
    }

    public static int dialectCount(ByteBuf m, int at) {
        return Bytes.u16Le(m, at + HEADER_LENGTH + 2);
    }

    /** SecurityMode of a request. */
    public static int requestSecurityMode(ByteBuf m, int at) {
        return Bytes.u16Le(m, at + HEADER_LENGTH + 4);
    }

    /** SecurityMode of a response. */
    public static int responseSecurityMode(ByteBuf m, int at) {
        return Bytes.u16Le(m, at + HEADER_LENGTH + 2);
    }

    public static int dialect(ByteBuf m, int at, int index) {
        return Bytes.u16Le(m, at + HEADER_LENGTH + NEGOTIATE_REQUEST_LENGTH + 2 * index);
    }

    public static int answeredDialect(ByteBuf m, int at) {
        return Bytes.u16Le(m, at + HEADER_LENGTH + 4);
    }
}
