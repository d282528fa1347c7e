package dev.tap445.decode;

import dev.tap445.wire.Bytes;
import io.netty.buffer.ByteBuf;

/**
 * Reads the NUL-terminated texts at the end of an SMB1 message one after the other. UTF-16 texts begin at an even
 * distance from the SMB header (MS-CIFS 2.2.1.1); clients that do not pad, or pad twice, are understood where the bytes
 * say so: a Latin text has its zeros in every second place.
 */
final class Smb1Strings {
    private final ByteBuf memory;
    private final int header;
    private final int stop;
    private final boolean unicode;
    private final boolean cut;
    private int at;

    /**
     * @param stop end of the message's bytes, or of what was captured of them
     * @param cut whether it is the latter: then an unfinished text is none
     */
    Smb1Strings(ByteBuf memory, int header, int at, int stop, boolean unicode, boolean cut) {
        this.memory = memory;
        this.header = header;
        this.at = at;
        this.stop = stop;
        this.unicode = unicode;
        this.cut = cut;
    }

    /** Passes over a text without looking at it. */
    void skip() {
        align();
        at = terminator() + width();
    }

    /** The next text; blank where there is none or the capture ends inside it. */
    String next() {
        align();
        int from = at;
        int to = terminator();
        at = to + width();
        if (from >= stop || to >= stop && cut) {
            return "";
        }
        return unicode ? IdentityText.utf16(memory, from, to - from) : IdentityText.oem(memory, from, to - from);
    }

    private int width() {
        return unicode ? 2 : 1;
    }

    private void align() {
        if (!unicode || stop - at < 3) {
            return;
        }
        boolean first = Bytes.u8(memory, at) == 0;
        boolean second = Bytes.u8(memory, at + 1) == 0;
        boolean third = Bytes.u8(memory, at + 2) == 0;
        if ((at - header & 1) != 0) {
            at += !first && second ? 0 : 1; // a letter in place of the padding
        } else if (first && !second && third) {
            at++;
        }
    }

    /** Where the text at {@code at} ends: its NUL, or {@code stop}. */
    private int terminator() {
        for (int i = at; i + width() <= stop; i += width()) {
            if ((unicode ? Bytes.u16Le(memory, i) : Bytes.u8(memory, i)) == 0) {
                return i;
            }
        }
        return Math.max(at, stop);
    }
}
