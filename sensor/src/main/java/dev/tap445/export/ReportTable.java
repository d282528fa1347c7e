package dev.tap445.export;

import java.util.List;

/**
 * One section of a report for people, before it is laid out as text or as a page. All cells are {@link Printable}.
 *
 * @param empty what to say where there is no row; blank to leave the section out
 */
record ReportTable(String title, List<String> columns, List<Row> rows, String empty) {

    /** How a row is coloured. */
    enum Tone {
        BAD,
        WARN,
        GOOD,
        PLAIN
    }

    /**
     * @param cells one for each column
     * @param detail a line of its own below the row; may be blank
     */
    record Row(Tone tone, List<String> cells, String detail) {
        Row {
            cells = cells.stream().map(Printable::of).toList();
            detail = Printable.of(detail);
        }
    }
}
