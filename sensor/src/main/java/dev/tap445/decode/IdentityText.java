package dev.tap445.decode;

import dev.tap445.wire.Bytes;
import io.netty.buffer.ByteBuf;

/**
 * Text out of foreign bytes, fit for a report, a metric label and a terminal: at most {@value #MAX_LENGTH} characters,
 * and a question mark for whatever is no visible character (controls, line and paragraph separators, bidirectional
 * overrides, lone surrogates) or of an unknown code page.
 */
final class IdentityText {
    static final int MAX_LENGTH = 255;

    private IdentityText() {}

    /** {@code length} bytes of UTF-16LE; an odd last byte is left out. Blank where there is nothing to read. */
    static String utf16(ByteBuf m, int at, int length) {
        int units = Math.min(length / 2, MAX_LENGTH);
        StringBuilder text = new StringBuilder(units);
        for (int i = 0; i < units; i++) {
            char c = (char) Bytes.u16Le(m, at + 2 * i);
            if (Character.isHighSurrogate(c) && i + 1 < units) {
                char low = (char) Bytes.u16Le(m, at + 2 * i + 2);
                if (Character.isLowSurrogate(low)) {
                    int point = Character.toCodePoint(c, low);
                    text.append(isVisible(point) ? Character.toString(point) : "?");
                    i++;
                    continue;
                }
            }
            text.append(isVisible(c) ? c : '?');
        }
        return text.toString().strip();
    }

    /** {@code length} bytes of an unknown code page, of which ASCII alone is certain. */
    static String oem(ByteBuf m, int at, int length) {
        int count = Math.min(length, MAX_LENGTH);
        StringBuilder text = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            text.append(ascii(Bytes.u8(m, at + i)));
        }
        return text.toString().strip();
    }

    static char ascii(int value) {
        return value >= ' ' && value < 0x7f ? (char) value : '?';
    }

    private static boolean isVisible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    /** Hands over a text that has a letter or digit in it; others (blank, ".") say nothing of a device. */
    static void report(IdentitySink sink, boolean ofServer, IdentityField field, String text) {
        if (text.codePoints().anyMatch(Character::isLetterOrDigit)) {
            sink.onIdentity(ofServer, field, text);
        }
    }
}
