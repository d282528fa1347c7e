package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/**
 * SMB2 SESSION_SETUP (MS-SMB2 2.2.5, 2.2.6); {@code at} is the SMB2 header, offsets of the blob count from there.
 *
 * <pre>
 *  64     66      67     68           72        76            78            80                88
 *  | size | flags | mode | capabilities | channel | blob offset | blob length | previous session | blob …   request, size 25
 *  | size | session flags | blob offset | blob length | blob …                                               answer, size 9
 * </pre>
 */
public final class Smb2SessionSetup {
    public static final int REQUEST_SIZE = 25;
    public static final int ANSWER_SIZE = 9;
    /** What is read of each before the blob, from the header on. */
    public static final int REQUEST_LENGTH = Smb2.HEADER_LENGTH + 24;

    public static final int ANSWER_LENGTH = Smb2.HEADER_LENGTH + 8;

    /** STATUS_MORE_PROCESSING_REQUIRED: an answer with a blob, the only error that has one (MS-ERREF 2.3). */
    public static final int MORE_PROCESSING_REQUIRED = 0xc000_0016;

    private static final int SESSION_FLAGS = Smb2.HEADER_LENGTH + 2;
    private static final int FLAG_GUEST = 1;
    private static final int REQUEST_BLOB = Smb2.HEADER_LENGTH + 12;
    private static final int ANSWER_BLOB = Smb2.HEADER_LENGTH + 4;

    private Smb2SessionSetup() {}

    /** SMB2_SESSION_FLAG_IS_GUEST; an anonymous session (IS_NULL) is another thing. */
    public static boolean isGuest(ByteBuf m, int at) {
        return (Bytes.u16Le(m, at + SESSION_FLAGS) & FLAG_GUEST) != 0;
    }

    public static int blobOffset(ByteBuf m, int at, boolean answer) {
        return Bytes.u16Le(m, at + (answer ? ANSWER_BLOB : REQUEST_BLOB));
    }

    public static int blobLength(ByteBuf m, int at, boolean answer) {
        return Bytes.u16Le(m, at + (answer ? ANSWER_BLOB : REQUEST_BLOB) + 2);
    }
}
