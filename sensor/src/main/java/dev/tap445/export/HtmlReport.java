package dev.tap445.export;

import dev.tap445.export.ReportTable.Row;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * The report as one page that can be mailed: no script, nothing loaded from elsewhere, fit for print, light and dark.
 */
public final class HtmlReport implements Report {
    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>tap445: SMB1 and TCP 445</title>
            <style>
            :root { --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --page: #fff; --band: #f4f6f9;
                    --bad: #b3261e; --warn: #8a5a00; --good: #1b6e3c; }
            @media (prefers-color-scheme: dark) {
              :root { --ink: #e6e9ee; --soft: #9aa5b4; --line: #323a45; --page: #14181e; --band: #1c222a;
                      --bad: #ff8a80; --warn: #ffc46b; --good: #7fd6a0; } }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--page);
                   max-width: 75rem; margin: 2rem auto; padding: 0 1rem; }
            h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
            dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; }
            dt { color: var(--soft); } dd { margin: 0; }
            .scroll { overflow-x: auto; }
            table { border-collapse: collapse; width: 100%; }
            th { text-align: left; font-size: .75rem; letter-spacing: .04em; color: var(--soft); }
            th, td { padding: .35rem .9rem .35rem 0; border-top: 1px solid var(--line); vertical-align: top;
                     overflow-wrap: anywhere; }
            td:first-child { font-family: ui-monospace, monospace; white-space: nowrap; }
            tr.detail td { border-top: 0; padding-top: 0; color: var(--soft); font: inherit; white-space: normal; }
            .bad td:nth-child(-n+2) { color: var(--bad); } .warn td:nth-child(-n+2) { color: var(--warn); }
            .good td:nth-child(-n+2) { color: var(--good); }
            @media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
            </style>
            </head>
            <body>
            <h1>SMB1 and TCP 445</h1>
            """;

    /** The policy under which the page is served: no more than its own style, named by its hash. */
    static String policy() {
        String style = HEAD.substring(HEAD.indexOf("<style>") + "<style>".length(), HEAD.indexOf("</style>"));
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
            return "default-src 'none'; style-src 'sha256-"
                    + Base64.getEncoder().encodeToString(hash)
                    + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void write(Findings findings, OutputStream out) throws IOException {
        Writer page = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        page.append(HEAD).append("<dl>\n");
        for (ReportHead.Fact fact : ReportHead.facts(findings)) {
            page.append("<dt>").append(escaped(fact.label())).append("</dt>");
            page.append("<dd>").append(escaped(fact.text())).append("</dd>\n");
        }
        page.append("</dl>\n");
        for (ReportTable table : ReportTables.of(findings)) {
            table(table, page);
        }
        List<String> notes = ReportHead.notes(findings);
        if (!notes.isEmpty()) {
            page.append("<h2>Notes</h2>\n<ul>\n");
            for (String note : notes) {
                page.append("<li>").append(escaped(note)).append("</li>\n");
            }
            page.append("</ul>\n");
        }
        page.append("</body>\n</html>\n");
        page.flush();
    }

    private static void table(ReportTable table, Writer page) throws IOException {
        page.append("<h2>").append(escaped(table.title())).append("</h2>\n");
        if (table.rows().isEmpty()) {
            page.append("<p>").append(escaped(table.empty())).append("</p>\n");
            return;
        }
        page.append("<div class=\"scroll\"><table>\n<thead><tr>");
        for (String column : table.columns()) {
            page.append("<th scope=\"col\">").append(escaped(column)).append("</th>");
        }
        page.append("</tr></thead>\n<tbody>\n");
        for (Row row : table.rows()) {
            row(row, page);
        }
        page.append("</tbody>\n</table></div>\n");
    }

    private static void row(Row row, Writer page) throws IOException {
        String tone = row.tone().name().toLowerCase(Locale.ROOT);
        page.append("<tr class=\"").append(tone).append("\">");
        for (String cell : row.cells()) {
            page.append("<td>").append(escaped(cell)).append("</td>");
        }
        page.append("</tr>\n");
        if (!row.detail().isEmpty()) {
            page.append("<tr class=\"detail\"><td colspan=\"")
                    .append(Integer.toString(row.cells().size()))
                    .append("\">")
                    .append(escaped(row.detail()))
                    .append("</td></tr>\n");
        }
    }

    /** Text for an element or a quoted attribute. */
    static String escaped(String text) {
        StringBuilder safe = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.append(c);
            }
        }
        return safe.toString();
    }
}
