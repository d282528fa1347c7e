package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/**
 * SESSION_SETUP_ANDX (MS-CIFS 2.2.4.53, MS-SMB 2.2.4.6); {@code block} is the offset of the word count. Byte offsets
 * behind it:
 *
 * <pre>
 *  1      2     3        5      7     9    11           15             17           19       23
 *  | next | res | offset | size | mpx | vc | session key | OEM password | NT password | reserved | capabilities | 13 words
 *                                                        | blob length  | reserved    | capabilities            | 12 words
 *                                                        | password     | reserved                              | 10 words
 *                        | action | blob length                                        answers of 3 and 4 words
 * </pre>
 *
 * Then the byte count (2), the passwords or the blob, and the texts.
 */
public final class Smb1SessionSetup {
    /** Request before NT LM 0.12, request with extended security, request without. */
    public static final int WORDS_LANMAN = 10;

    public static final int WORDS_EXTENDED = 12;
    public static final int WORDS_NT = 13;
    /** Answer, and answer with extended security. */
    public static final int WORDS_ANSWER = 3;

    public static final int WORDS_EXTENDED_ANSWER = 4;

    /** The next command of the last one in a chain (MS-CIFS 2.2.3.4). */
    public static final int NO_FURTHER_COMMAND = 0xff;

    public static final int BYTE_COUNT_LENGTH = 2;

    private static final int WORDS = 1;
    private static final int NEXT_COMMAND = 1;
    private static final int NEXT_OFFSET = 3;
    private static final int ACTION = 5;
    private static final int ACTION_GUEST = 1;
    private static final int ANSWER_BLOB_LENGTH = 7;
    private static final int FIRST_LENGTH = 15;
    private static final int SECOND_LENGTH = 17;

    private Smb1SessionSetup() {}

    /** Offset of the byte count, for a word count that was read. */
    public static int byteCountOffset(int block, int words) {
        return block + WORDS + 2 * words;
    }

    public static int nextCommand(ByteBuf m, int block) {
        return Bytes.u8(m, block + NEXT_COMMAND);
    }

    /** Offset of the next command's word count, from the SMB header. */
    public static int nextOffset(ByteBuf m, int block) {
        return Bytes.u16Le(m, block + NEXT_OFFSET);
    }

    public static boolean isGuest(ByteBuf m, int block) {
        return (Bytes.u16Le(m, block + ACTION) & ACTION_GUEST) != 0;
    }

    /** Length of the blob of an answer of four words. */
    public static int answerBlobLength(ByteBuf m, int block) {
        return Bytes.u16Le(m, block + ANSWER_BLOB_LENGTH);
    }

    /** Bytes of passwords, or of the blob, in front of a request's texts. */
    public static int secretLength(ByteBuf m, int block, int words) {
        int first = Bytes.u16Le(m, block + FIRST_LENGTH);
        return words == WORDS_NT ? first + Bytes.u16Le(m, block + SECOND_LENGTH) : first;
    }
}
