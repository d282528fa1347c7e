package dev.tap445.export;

import dev.tap445.export.ReportTable.Row;
import dev.tap445.export.ReportTable.Tone;
import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.ServerVerdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** The sections of a report for people, the most urgent first. */
final class ReportTables {
    private ReportTables() {}

    static List<ReportTable> of(Findings findings) {
        InventorySnapshot snapshot = findings.inventory();
        List<ReportTable> tables = new ArrayList<>();
        tables.add(breaking(snapshot));
        tables.add(servers(snapshot));
        tables.add(PortTable.of(snapshot));
        tables.add(safe(snapshot));
        tables.add(scanners(snapshot));
        return tables.stream()
                .filter(table -> !table.rows().isEmpty() || !table.empty().isEmpty())
                .toList();
    }

    private static boolean breaks(ClientView client) {
        return switch (client.verdict()) {
            case SMB1_ONLY, MIXED, SMB1_IN_USE -> true;
            case SMB1_OFFERED, SMB2_ONLY, UNKNOWN -> false;
        };
    }

    private static ReportTable breaking(InventorySnapshot snapshot) {
        List<Row> rows = snapshot.clients().stream()
                .filter(ReportTables::breaks)
                .sorted(Comparator.comparing(ClientView::verdict)) // stable: by address within a verdict
                .map(client -> new Row(
                        client.verdict() == ClientVerdict.SMB1_ONLY ? Tone.BAD : Tone.WARN,
                        List.of(
                                client.address().toString(),
                                client.verdict().label(),
                                client.verdict().withoutSmb1(),
                                Cells.name(client.identity()),
                                Times.minutes(client.smb1LastSeen()),
                                Cells.list(client.servers())),
                        Cells.reason(client.reason(), client.identity())))
                .toList();
        return new ReportTable(
                "Clients that still need SMB1",
                List.of("CLIENT", "VERDICT", "WITHOUT SMB1", "DEVICE", "LAST SMB1 (UTC)", "SERVERS"),
                rows,
                "None.");
    }

    private static ReportTable servers(InventorySnapshot snapshot) {
        List<Row> rows = snapshot.servers().stream()
                .filter(server -> server.verdict() != ServerVerdict.UNKNOWN)
                .sorted(Comparator.comparing(Readiness::of))
                .map(server -> new Row(
                        tone(Readiness.of(server)),
                        List.of(
                                server.address().toString(),
                                Cells.words(Readiness.of(server).label()),
                                server.verdict().label(),
                                Cells.name(server.identity()),
                                Times.minutes(server.smb1LastSeen()),
                                Cells.list(server.dependentClients())),
                        Cells.reason(server.reason(), server.identity())))
                .toList();
        return new ReportTable(
                "Servers: can SMB1 be switched off?",
                List.of("SERVER", "SMB1 OFF", "VERDICT", "DEVICE", "LAST SMB1 (UTC)", "DEPENDENT CLIENTS"),
                rows,
                "No SMB server was seen answering.");
    }

    private static ReportTable safe(InventorySnapshot snapshot) {
        List<Row> rows = clients(
                snapshot,
                client -> !breaks(client) && client.verdict() != ClientVerdict.UNKNOWN,
                client -> Long.toString(client.offers().total()),
                client -> String.join(", ", client.dialects()));
        return new ReportTable(
                "Clients that do not need SMB1",
                List.of("CLIENT", "VERDICT", "DEVICE", "LAST SEEN (UTC)", "OFFERS", "DIALECTS"),
                rows,
                "");
    }

    private static ReportTable scanners(InventorySnapshot snapshot) {
        List<Row> rows = clients(
                snapshot,
                ClientView::scanner,
                client -> client.destinations() + (client.scannerAllowed() ? ", allowed" : ""),
                client -> Long.toString(client.unansweredSyns()));
        return new ReportTable(
                "Scanners: their attempts are no evidence against servers",
                List.of("CLIENT", "VERDICT", "DEVICE", "LAST SEEN (UTC)", "DESTINATIONS", "UNANSWERED SYNS"),
                rows,
                "");
    }

    private static List<Row> clients(
            InventorySnapshot snapshot,
            Predicate<ClientView> wanted,
            Function<ClientView, String> fifth,
            Function<ClientView, String> sixth) {
        return snapshot.clients().stream()
                .filter(wanted)
                .map(client -> new Row(
                        client.scanner() && !client.scannerAllowed() ? Tone.WARN : Tone.PLAIN,
                        List.of(
                                client.address().toString(),
                                client.verdict().label(),
                                Cells.name(client.identity()),
                                Times.minutes(client.lastSeen()),
                                fifth.apply(client),
                                sixth.apply(client)),
                        ""))
                .toList();
    }

    private static Tone tone(Readiness readiness) {
        return switch (readiness) {
            case NOT_READY -> Tone.BAD;
            case UNKNOWN -> Tone.PLAIN;
            case READY -> Tone.GOOD;
        };
    }
}
