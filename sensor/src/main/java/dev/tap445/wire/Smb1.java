package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/**
 * SMB1 header and the two commands this sensor reads (MS-CIFS 2.2.3.1, 2.2.4.52 NEGOTIATE, 2.2.4.53 SESSION_SETUP_ANDX).
 *
 * <pre>
 *  0           4         5        9       10       12                      32
 *  | FF 'SMB'  | command | status | flags | flags2 | … tid pid uid mid     | word count | words | byte count | bytes
 * </pre>
 */
public final class Smb1 {
    public static final int HEADER_LENGTH = 32;
    /** {@code FF 53 4D 42} read in network order. */
    public static final int MAGIC = 0xff534d42;

    public static final int COMMAND_NEGOTIATE = 0x72;
    public static final int COMMAND_SESSION_SETUP_ANDX = 0x73;
    public static final int FLAG_REPLY = 0x80;
    public static final int FLAG2_UNICODE = 0x8000;
    public static final int FLAG2_EXTENDED_SECURITY = 0x0800;
    /** The answer's index for "none of these". */
    public static final int NO_DIALECT = 0xffff;
    /** Buffer format of a dialect string. */
    public static final int DIALECT_FORMAT = 0x02;

    /** Word count of the NT LM 0.12 answer (2.2.4.52.2), of the LANMAN answers, and of the core one. */
    public static final int WORDS_NT = 17;

    public static final int WORDS_LANMAN = 13;
    public static final int WORDS_CORE = 1;

    static final int COMMAND = 4;
    static final int STATUS = 5;
    static final int FLAGS = 9;
    static final int FLAGS2 = 10;
    public static final int WORD_COUNT = 32;
    public static final int WORDS = 33;
    /** Where the bytes of a message without words begin, behind their count. */
    public static final int BYTES_OF_NO_WORDS = WORDS + 2;

    private Smb1() {}

    public static boolean isMagic(ByteBuf m, int at) {
        return Bytes.i32(m, at) == MAGIC;
    }

    public static int command(ByteBuf m, int at) {
        return Bytes.u8(m, at + COMMAND);
    }

    public static int status(ByteBuf m, int at) {
        return Bytes.i32Le(m, at + STATUS);
    }

    public static boolean isReply(ByteBuf m, int at) {
        return (Bytes.u8(m, at + FLAGS) & FLAG_REPLY) != 0;
    }

    public static boolean isUnicode(ByteBuf m, int at) {
        return (Bytes.u16Le(m, at + FLAGS2) & FLAG2_UNICODE) != 0;
    }

    /** Whether a SESSION_SETUP has a blob in place of passwords (MS-SMB 2.2.3.1). */
    public static boolean hasExtendedSecurity(ByteBuf m, int at) {
        return (Bytes.u16Le(m, at + FLAGS2) & FLAG2_EXTENDED_SECURITY) != 0;
    }

    public static int wordCount(ByteBuf m, int at) {
        return Bytes.u8(m, at + WORD_COUNT);
    }

    /**
     * Whether a NEGOTIATE answer without words has {@link #NO_DIALECT} among its bytes: so impacket's server refuses,
     * where the index belongs into the one word of the answer (2.2.4.52.2).
     */
    public static boolean isNoDialectAmongBytes(ByteBuf m, int at) {
        return Bytes.u16Le(m, at + WORDS) == 2 && Bytes.u16Le(m, at + BYTES_OF_NO_WORDS) == NO_DIALECT;
    }
}
