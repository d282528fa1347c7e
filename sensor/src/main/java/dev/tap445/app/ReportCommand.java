package dev.tap445.app;

import dev.tap445.export.Findings;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.StoreException;
import dev.tap445.inventory.StoreReader;
import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tap445 report}: the report from the store, while a sensor runs or not. */
@Command(
        name = "report",
        description = "Report from the store of a sensor, which may be running.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        footer = {
            "",
            "Examples:",
            "  tap445 report --state-dir /var/lib/tap445",
            "  tap445 report --since 2026-03-01 --format html > march.html",
            "  tap445 report --window 30d --server 192.0.2.9"
        })
final class ReportCommand implements Callable<Integer> {
    @Mixin
    private final StoreOptions store = new StoreOptions();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Report on what was seen since: 2026-03-01 or 2026-03-01T08:00:00Z; not with --window.")
    private @Nullable String since;

    @Mixin
    private final ReportOptions report = new ReportOptions();

    @Override
    public Integer call() {
        report.check();
        if (since != null && report.window != null) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--since " + since + " and --window " + report.window + ": give one of the two");
        }
        report.since = since == null ? 0 : time(since);
        try {
            StoreReader.Content content = StoreReader.read(store.directory(), report::readinessWindow);
            InventorySnapshot snapshot = content.snapshot();
            FeedView feed =
                    new FeedView(List.of(), 0, 0, 0, snapshot.time(), 0, Map.of(), List.of(), List.of(), List.of(), "");
            PrintStream out = Main.out();
            Findings findings = new Findings(snapshot, feed, 0);
            if (report.quiet) {
                out.println(ReportOptions.summary(report.narrowed(findings).inventory()));
            } else {
                report.print(findings, new BufferedOutputStream(out, 1 << 16));
            }
            return out.checkError() ? Main.unwritten() : ExitCode.OK;
        } catch (StoreException e) {
            throw StoreOptions.failure(e);
        }
    }

    private static long time(String text) {
        try {
            Instant instant = text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
            return Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L);
        } catch (DateTimeException | ArithmeticException e) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--since " + text + ": not a time, such as 2026-03-01 or 2026-03-01T08:00:00Z");
        }
    }
}
