package dev.tap445.export;

import java.util.Locale;

/** The formats of {@code --format}. */
public enum ReportFormat {
    TEXT("text/plain; charset=utf-8"),
    JSON("application/json"),
    CSV("text/csv; charset=utf-8; header=present"),
    HTML("text/html; charset=utf-8");

    private final String contentType;

    ReportFormat(String contentType) {
        this.contentType = contentType;
    }

    public String contentType() {
        return contentType;
    }

    /** The name on the command line. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A report of this format; {@code style} matters to text alone. */
    public Report report(TextStyle style) {
        return switch (this) {
            case TEXT -> new TextReport(style);
            case JSON -> new JsonReport();
            case CSV -> new CsvReport();
            case HTML -> new HtmlReport();
        };
    }
}
