package dev.tap445.export;

import dev.tap445.export.ReportTable.Row;
import dev.tap445.export.ReportTable.Tone;
import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.HandshakeCounts;
import dev.tap445.inventory.Identity;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PortState;
import dev.tap445.inventory.PortView;
import dev.tap445.inventory.ServerVerdict;
import dev.tap445.inventory.ServerView;
import dev.tap445.wire.IpAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.Predicate;

/** The sections of a report for people, the most urgent first. */
final class ReportTables {
    private static final int LISTED = 4;

    private ReportTables() {}

    static List<ReportTable> of(Findings findings) {
        InventorySnapshot snapshot = findings.inventory();
        List<ReportTable> tables = new ArrayList<>();
        tables.add(breaking(snapshot));
        tables.add(servers(snapshot));
        tables.add(ports(snapshot));
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
                                name(client.identity()),
                                Times.minutes(client.smb1LastSeen()),
                                list(client.servers())),
                        reason(client.reason(), client.identity())))
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
                .sorted(Comparator.comparing((ServerView server) -> order(Readiness.of(server))))
                .map(server -> new Row(
                        tone(Readiness.of(server)),
                        List.of(
                                server.address().toString(),
                                words(Readiness.of(server).label()),
                                server.verdict().label(),
                                name(server.identity()),
                                Times.minutes(server.smb1LastSeen()),
                                list(server.dependentClients())),
                        reason(server.reason(), server.identity())))
                .toList();
        return new ReportTable(
                "Servers: can SMB1 be switched off?",
                List.of("SERVER", "SMB1 OFF", "VERDICT", "DEVICE", "LAST SMB1 (UTC)", "DEPENDENT CLIENTS"),
                rows,
                "No SMB server was seen answering.");
    }

    private static ReportTable ports(InventorySnapshot snapshot) {
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
        Tone tone =
                switch (port.state()) {
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
            detail.add("no verdict: " + words(port.suppressed()));
        }
        return new Row(
                tone,
                List.of(
                        server.address().toString(),
                        Integer.toString(port.port()),
                        words(port.state().label()),
                        attempts(port.handshakes()),
                        Long.toString(port.synRetransmissions()),
                        Times.minutes(port.lastAnswer())),
                detail.toString());
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
                client -> Long.toString(client.destinations()),
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
                        client.scanner() ? Tone.WARN : Tone.PLAIN,
                        List.of(
                                client.address().toString(),
                                client.verdict().label(),
                                name(client.identity()),
                                Times.minutes(client.lastSeen()),
                                fifth.apply(client),
                                sixth.apply(client)),
                        ""))
                .toList();
    }

    private static int order(Readiness readiness) {
        return switch (readiness) {
            case NOT_READY -> 0;
            case UNKNOWN -> 1;
            case READY -> 2;
        };
    }

    private static Tone tone(Readiness readiness) {
        return switch (readiness) {
            case NOT_READY -> Tone.BAD;
            case UNKNOWN -> Tone.PLAIN;
            case READY -> Tone.GOOD;
        };
    }

    /** The best name there is: host name, else system, else MAC. */
    private static String name(Identity identity) {
        if (identity.hostname() != null) {
            return identity.hostname();
        }
        if (identity.nativeOs() != null) {
            return identity.nativeOs();
        }
        return identity.mac() == null ? "-" : identity.mac();
    }

    private static String reason(String reason, Identity identity) {
        StringJoiner line = new StringJoiner("; ");
        if (!reason.isEmpty()) {
            line.add(reason);
        }
        if (identity.hostname() != null && identity.nativeOs() != null) {
            line.add(identity.nativeOs());
        }
        if (identity.mac() != null && (identity.hostname() != null || identity.nativeOs() != null)) {
            line.add("MAC " + identity.mac());
        }
        return line.toString();
    }

    private static String list(List<IpAddress> addresses) {
        StringJoiner list = new StringJoiner(", ");
        addresses.stream().limit(LISTED).forEach(address -> list.add(address.toString()));
        if (addresses.size() > LISTED) {
            list.add("+" + (addresses.size() - LISTED));
        }
        return addresses.isEmpty() ? "-" : list.toString();
    }

    private static String attempts(HandshakeCounts counts) {
        StringJoiner attempts = new StringJoiner(", ");
        for (Outcome outcome : Outcome.values()) {
            if (outcome.of(counts) > 0) {
                attempts.add(outcome.of(counts) + " " + words(outcome.label()));
            }
        }
        if (counts.pending() > 0) {
            attempts.add(counts.pending() + " pending");
        }
        return attempts.toString();
    }

    private static String words(String label) {
        return label.replace('_', ' ').toLowerCase(Locale.ROOT);
    }
}
