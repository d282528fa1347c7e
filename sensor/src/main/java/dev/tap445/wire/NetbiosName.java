package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/**
 * A NetBIOS name in first-level encoding (RFC 1001 section 14.1, RFC 1002 section 4.1): a label of 32 letters, two for
 * each of 16 bytes, high half first, {@code A} standing for 0; then the labels of a scope, if any, and the root.
 *
 * <pre>
 *  0    1                33
 *  | 32 | A..P × 32      | length, scope label … | 0 |
 * </pre>
 */
public final class NetbiosName {
    /** Bytes of a name: 15 of text padded with blanks, and one that says what kind of name it is. */
    public static final int TEXT_LENGTH = 15;

    private static final int LABEL = 32;
    private static final int LABEL_MASK = 0xc0;
    private static final int FIRST_LETTER = 'A';
    /** RFC 1002 section 4.1: what a name with its scope can take. */
    private static final int MAX_ENCODED_LENGTH = 255;

    private NetbiosName() {}

    /** Length of the encoded name at {@code at} that ends before {@code end}, or -1 where there is none. */
    public static int check(ByteBuf m, int at, int end) {
        int stop = Math.min(end, at + MAX_ENCODED_LENGTH);
        if (stop - at < Nbss.ENCODED_NAME_LENGTH || Bytes.u8(m, at) != LABEL) {
            return -1;
        }
        for (int i = 1; i <= LABEL; i++) {
            int half = Bytes.u8(m, at + i) - FIRST_LETTER;
            if (half < 0 || half > 15) {
                return -1;
            }
        }
        int label = at + 1 + LABEL;
        while (label < stop) {
            int length = Bytes.u8(m, label++);
            if (length == 0) {
                return label - at;
            }
            if ((length & LABEL_MASK) != 0) {
                return -1;
            }
            label += length;
        }
        return -1;
    }

    /** The {@code index}th byte of a checked name. */
    public static int byteAt(ByteBuf m, int at, int index) {
        int pair = at + 1 + 2 * index;
        return Bytes.u8(m, pair) - FIRST_LETTER << 4 | Bytes.u8(m, pair + 1) - FIRST_LETTER;
    }
}
