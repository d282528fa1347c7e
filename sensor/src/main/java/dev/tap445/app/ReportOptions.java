package dev.tap445.app;

import dev.tap445.export.Findings;
import dev.tap445.export.ReportFilter;
import dev.tap445.export.ReportFormat;
import dev.tap445.export.TextStyle;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.InventoryOptions;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Subnet;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that prints a report. */
final class ReportOptions {
    @Option(names = "--format", paramLabel = "FORMAT", description = "text, json, csv or html (default: text).")
    ReportFormat format = ReportFormat.TEXT;

    @Option(names = "--quiet", description = "One summary line instead of a report.")
    boolean quiet;

    @Option(names = "--window", paramLabel = "DURATION", description = "Report on the last part alone: 90m, 12h, 30d.")
    @Nullable String window;

    @Option(names = "--server", paramLabel = "ADDRESS", description = "Report on this server and its clients alone.")
    @Nullable String server;

    @Option(names = "--client", paramLabel = "ADDRESS", description = "Report on this client and its servers alone.")
    @Nullable String client;

    @Option(names = "--subnet", paramLabel = "CIDR", description = "Report on hosts of this subnet alone.")
    @Nullable String subnet;

    /** Nanoseconds since the epoch; 0 for none. Set by commands that have an option for it. */
    long since;

    /** Complains about values before any work is done. */
    void check() {
        filter(0);
    }

    /** How long before {@code now} a server must go without a dependent client: as long as the report reaches back. */
    long readinessWindow(long now) {
        if (window != null) {
            return duration("--window", window).toNanos();
        }
        return since == 0 ? InventoryOptions.live().readinessWindow() : Math.max(1, now - since);
    }

    Findings narrowed(Findings findings) {
        return new Findings(
                filter(findings.inventory().time()).apply(findings.inventory()),
                findings.feed(),
                findings.elapsedSeconds());
    }

    /** The hosts of a report in a line. */
    static String summary(InventorySnapshot hosts) {
        long sessions = 0;
        long smb1Clients = 0;
        for (ClientView client : hosts.clients()) {
            sessions += client.smb1Sessions();
            smb1Clients += client.offers().smb1Only() > 0 || client.smb1Sessions() > 0 ? 1 : 0;
        }
        return "clients %d servers %d smb1_clients %d smb1_sessions %d"
                .formatted(hosts.clients().size(), hosts.servers().size(), smb1Clients, sessions);
    }

    void print(Findings findings, OutputStream out) {
        Findings narrowed = narrowed(findings);
        try {
            format.report(style()).write(narrowed, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TextStyle style() {
        int width = 100;
        String columns = System.getenv("COLUMNS");
        if (columns != null && columns.matches("[0-9]{1,4}")) {
            width = Integer.parseInt(columns);
        }
        return new TextStyle(width, Terminal.isThere() && System.getenv("NO_COLOR") == null);
    }

    private ReportFilter filter(long end) {
        ReportFilter filter = new ReportFilter(
                since, 0, address("--server", server), address("--client", client), subnet("--subnet", subnet));
        return window == null ? filter : filter.window(end, duration("--window", window));
    }

    private static @Nullable IpAddress address(String option, @Nullable String text) {
        return text == null
                ? null
                : IpAddress.parse(text)
                        .orElseThrow(() -> new CommandFailure(
                                ExitCode.USAGE,
                                option + " " + text + ": not an IP address, such as 192.0.2.7 or fd00::7"));
    }

    private static @Nullable Subnet subnet(String option, @Nullable String text) {
        return text == null
                ? null
                : Subnet.parse(text)
                        .orElseThrow(() -> new CommandFailure(
                                ExitCode.USAGE,
                                option + " " + text + ": not a subnet, such as 192.0.2.0/24 or fd00::/8"));
    }

    /** A number and one of s, m, h, d. */
    static Duration duration(String option, String text) {
        if (text.matches("[0-9]{1,9}[smhd]")) {
            long count = Long.parseLong(text.substring(0, text.length() - 1));
            Duration duration = switch (text.charAt(text.length() - 1)) {
                case 's' -> Duration.ofSeconds(count);
                case 'm' -> Duration.ofMinutes(count);
                case 'h' -> Duration.ofHours(count);
                default -> Duration.ofDays(count);
            };
            if (duration.compareTo(Duration.ofDays(36_500)) <= 0 && !duration.isZero()) {
                return duration;
            }
        }
        throw new CommandFailure(ExitCode.USAGE, option + " " + text + ": not a duration, such as 90m, 12h or 30d");
    }
}
