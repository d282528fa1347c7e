package dev.tap445.export;

import dev.tap445.export.ReportTable.Row;
import dev.tap445.export.ReportTable.Tone;
import dev.tap445.inventory.HandshakeCounts;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PortState;
import dev.tap445.inventory.PortView;
import dev.tap445.inventory.ServerView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.StringJoiner;

/** The section of a report on watched ports that do not answer. */
final class PortTable {
    private PortTable() {}

    static ReportTable of(InventorySnapshot snapshot) {
        List<Row> rows = new ArrayList<>();
        for (ServerView server : snapshot.servers()) {
            for (PortView port : server.ports()) {
                boolean quiet = port.state() == PortState.ANSWERING || port.state() == PortState.UNKNOWN;
                if (!quiet || port.suppressed() != null) {
                    rows.add(port(server, port));
                }
            }
        }
        rows.sort(Comparator.comparing(Row::tone));
        return new ReportTable(
                "Watched ports that do not answer",
                List.of("SERVER", "PORT", "STATE", "ATTEMPTS", "SYNS AGAIN", "LAST ANSWER (UTC)"),
                rows,
                "None.");
    }

    private static Row port(ServerView server, PortView port) {
        Tone tone = switch (port.state()) {
            case SILENT -> Tone.BAD;
            case DARK, UNREACHABLE -> port.wentDark() ? Tone.BAD : Tone.WARN;
            case REFUSING, ONE_WAY, UNKNOWN, ANSWERING -> Tone.PLAIN;
        };
        StringJoiner detail = new StringJoiner("; ");
        if (port.wentDark()) {
            detail.add("answered before, went dark");
        }
        if (port.silentSince() != 0) {
            detail.add("silent since " + Times.minutes(port.silentSince()) + " UTC");
        }
        if (port.suppressed() != null) {
            detail.add("no verdict: " + Cells.words(port.suppressed()));
        }
        return new Row(
                tone,
                List.of(
                        server.address().toString(),
                        Integer.toString(port.port()),
                        Cells.words(port.state().label()),
                        attempts(port.handshakes()),
                        Long.toString(port.synRetransmissions()),
                        Times.minutes(port.lastAnswer())),
                detail.toString());
    }

    private static String attempts(HandshakeCounts counts) {
        StringJoiner attempts = new StringJoiner(", ");
        for (Outcome outcome : Outcome.values()) {
            if (outcome.of(counts) > 0) {
                attempts.add(outcome.of(counts) + " " + Cells.words(outcome.label()));
            }
        }
        if (counts.pending() > 0) {
            attempts.add(counts.pending() + " pending");
        }
        return attempts.toString();
    }
}
