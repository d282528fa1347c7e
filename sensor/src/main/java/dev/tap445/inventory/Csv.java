package dev.tap445.inventory;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Comma-separated values (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe before it,
 * which is taken away again when it is read.
 */
final class Csv {
    private static final String FORMULA = "=+-@\t\r";
    private static final int MAX_CELL = 1 << 16;

    private final Reader in;
    private int line = 1;

    Csv(Reader in) {
        this.in = in;
    }

    /** The line that the next row begins in, from 1. */
    int line() {
        return line;
    }

    static void write(Writer out, List<String> cells) throws IOException {
        for (int i = 0; i < cells.size(); i++) {
            out.write(i == 0 ? "" : ",");
            out.write(cell(cells.get(i)));
        }
        out.write("\r\n");
    }

    private static String cell(String text) {
        String safe = !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }

    /** The cells of the next row; null at the end. */
    @Nullable List<String> read() throws IOException {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        boolean any = false;
        while (true) {
            int c = in.read();
            if (c < 0 && !any) {
                return null;
            }
            any = true;
            if (c == '\n') {
                line++;
            }
            if (quoted && c == '"') {
                in.mark(1);
                quoted = in.read() == '"';
                if (quoted) {
                    cell.append('"');
                } else {
                    in.reset();
                }
            } else if (quoted && c >= 0) {
                cell.append((char) c);
            } else if (c == '"') {
                quoted = true;
            } else if (c == ',' || c == '\n' || c < 0) {
                cells.add(plain(cell.toString()));
                cell.setLength(0);
                if (c != ',') {
                    return cells;
                }
            } else if (c != '\r') {
                cell.append((char) c);
            }
            if (cell.length() > MAX_CELL) {
                throw new IOException("line " + line + ": a cell of more than " + MAX_CELL + " characters");
            }
        }
    }

    private static String plain(String cell) {
        boolean guarded = cell.length() > 1 && cell.charAt(0) == '\'' && FORMULA.indexOf(cell.charAt(1)) >= 0;
        return guarded ? cell.substring(1) : cell;
    }
}
