package dev.tap445.export;

import dev.tap445.export.ReportTable.Row;
import dev.tap445.export.ReportTable.Tone;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;

/** The report for people at a terminal: no line is wider than the style says. */
public final class TextReport implements Report {
    private static final String INDENT = "  ";
    private static final String GAP = "  ";
    private static final String BOLD = "1";
    private static final int NARROWEST_COLUMN = 6;

    private final TextStyle style;

    public TextReport(TextStyle style) {
        this.style = style;
    }

    @Override
    public void write(Findings findings, OutputStream out) throws IOException {
        Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        facts(findings, text);
        for (ReportTable table : ReportTables.of(findings)) {
            table(table, text);
        }
        List<String> notes = ReportHead.notes(findings);
        if (!notes.isEmpty()) {
            text.append('\n').append(coloured(BOLD, "Notes")).append('\n');
            for (String note : notes) {
                wrapped(note, INDENT, text);
            }
        }
        text.flush();
    }

    private void facts(Findings findings, Writer text) throws IOException {
        List<ReportHead.Fact> facts = ReportHead.facts(findings);
        int label = facts.stream().mapToInt(fact -> fact.label().length()).max().orElse(0);
        for (ReportHead.Fact fact : facts) {
            String head = fact.label() + " ".repeat(label - fact.label().length()) + GAP;
            text.append(coloured(BOLD, head));
            hanging(fact.text(), label + GAP.length(), text);
        }
    }

    private void table(ReportTable table, Writer text) throws IOException {
        text.append('\n').append(coloured(BOLD, table.title())).append('\n');
        if (table.rows().isEmpty()) {
            text.append(INDENT).append(table.empty()).append('\n');
            return;
        }
        int[] widths = widths(table);
        text.append(INDENT).append(line(table.columns(), widths)).append('\n');
        for (Row row : table.rows()) {
            text.append(INDENT)
                    .append(coloured(code(row.tone()), line(row.cells(), widths)))
                    .append('\n');
            String detail = detail(table.columns(), row, widths);
            if (!detail.isEmpty()) {
                wrapped(detail, INDENT + INDENT + INDENT, text);
            }
        }
    }

    /** The natural widths; where they do not fit, the widest column gives way until they do. The address never does. */
    private int[] widths(ReportTable table) {
        int[] widths = table.columns().stream().mapToInt(String::length).toArray();
        for (Row row : table.rows()) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], Printable.columns(row.cells().get(i)));
            }
        }
        int room = style.width() - INDENT.length() - GAP.length() * (widths.length - 1);
        while (Arrays.stream(widths).sum() > room) {
            int widest = 1;
            for (int i = 2; i < widths.length; i++) {
                widest = widths[i] > widths[widest] ? i : widest;
            }
            if (widths[widest] <= NARROWEST_COLUMN) {
                return widths;
            }
            widths[widest]--;
        }
        return widths;
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = Printable.fit(cells.get(i), widths[i]);
            line.append(cell).repeat(' ', widths[i] - Printable.columns(cell)).append(GAP);
        }
        return line.toString().stripTrailing();
    }

    /** The row's detail, and whole what did not fit into its column. */
    private static String detail(List<String> columns, Row row, int[] widths) {
        StringJoiner detail = new StringJoiner("; ");
        for (int i = 0; i < widths.length; i++) {
            if (Printable.columns(row.cells().get(i)) > widths[i]) {
                detail.add(columns.get(i) + ": " + row.cells().get(i));
            }
        }
        if (!row.detail().isEmpty()) {
            detail.add(row.detail());
        }
        return detail.toString();
    }

    private void wrapped(String paragraph, String indent, Writer text) throws IOException {
        text.append(indent);
        hanging(paragraph, indent.length(), text);
    }

    /** Words in lines; the first line begins at column {@code indent}, and so do the others. */
    private void hanging(String paragraph, int indent, Writer text) throws IOException {
        int room = style.width() - indent;
        int used = 0;
        for (String word : paragraph.split(" ", -1)) {
            String rest = word;
            if (used > 0 && used + 1 + Printable.columns(rest) > room) {
                text.append('\n').append(" ".repeat(indent));
                used = 0;
            } else if (used > 0) {
                text.append(' ');
                used++;
            }
            while (Printable.columns(rest) > room) {
                String part = Printable.fit(rest, room);
                int cut = part.length() - 1;
                text.append(rest, 0, cut).append('\n').append(" ".repeat(indent));
                rest = rest.substring(cut);
            }
            text.append(rest);
            used += Printable.columns(rest);
        }
        text.append('\n');
    }

    private String coloured(String code, String text) {
        return style.colour() && !code.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    private static String code(Tone tone) {
        return switch (tone) {
            case BAD -> "31";
            case WARN -> "33";
            case GOOD -> "32";
            case PLAIN -> "";
        };
    }
}
