package dev.tap445.export;

import java.io.IOException;
import java.io.Writer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One row of the CSV report; cells that were not put stay empty. */
final class CsvRow {
    private static final List<String> COLUMNS = List.of(
            "kind",
            "address",
            "verdict",
            "reason",
            "hostname",
            "domain",
            "native_os",
            "native_lanman",
            "mac",
            "mac_addresses",
            "signing",
            "guest_sessions",
            "first_seen",
            "last_seen",
            "smb1_first_seen",
            "smb1_last_seen",
            "offers_smb1_only",
            "offers_smb1_and_smb2",
            "offers_smb2_only",
            "offers_incomplete",
            "dialects",
            "smb1_sessions",
            "smb1_messages",
            "smb1_bytes",
            "smb1_refused",
            "scanner",
            "servers",
            "answers",
            "readiness",
            "dependent_clients",
            "port",
            "state",
            "state_suppressed",
            "answered",
            "refused",
            "unreachable",
            "unanswered",
            "one_way",
            "aborted",
            "pending",
            "syn_retransmissions",
            "unanswered_syns",
            "last_answer",
            "silent_since",
            "went_dark",
            "packets",
            "bytes",
            "truncated",
            "duplicates",
            "decode_failures",
            "scanner_allowed",
            "filter",
            "vlan",
            "vni",
            "erspan_session",
            "seen_in");

    private final Map<String, String> cells = new HashMap<>();

    CsvRow(String kind, String address) {
        put("kind", kind).put("address", address);
    }

    CsvRow put(String column, long value) {
        return put(column, Long.toString(value));
    }

    CsvRow put(String column, @Nullable String value) {
        if (!COLUMNS.contains(column)) {
            throw new IllegalArgumentException(column);
        }
        cells.put(column, value == null ? "" : value);
        return this;
    }

    static void header(Writer out) throws IOException {
        out.append(String.join(",", COLUMNS)).append("\r\n");
    }

    void write(Writer out) throws IOException {
        String comma = "";
        for (String column : COLUMNS) {
            out.append(comma).append(cell(cells.getOrDefault(column, "")));
            comma = ",";
        }
        out.append("\r\n");
    }

    /**
     * Quotes where RFC 4180 asks for it. Text that a spreadsheet would run as a formula gets an apostrophe in front;
     * other control characters are spelled out, as they are of no use in a cell.
     */
    static String cell(String value) {
        String safe = Printable.of(value);
        if (!value.isEmpty() && "=+-@\t\r\n".indexOf(value.charAt(0)) >= 0) {
            safe = "'" + safe;
        }
        boolean quoted = safe.indexOf('"') >= 0 || safe.indexOf(',') >= 0 || safe.indexOf(';') >= 0;
        return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }
}
