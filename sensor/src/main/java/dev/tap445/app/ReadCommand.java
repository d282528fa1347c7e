package dev.tap445.app;

import dev.tap445.capture.CaptureException;
import dev.tap445.capture.FileRuns;
import dev.tap445.capture.FileSource;
import dev.tap445.capture.PacketSource;
import dev.tap445.export.Findings;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.InventoryOptions;
import dev.tap445.inventory.InventorySnapshot;
import java.io.BufferedOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tap445 read}: a report on captures. */
@Command(
        name = "read",
        description = "Report on capture files: pcap or pcapng, gzip too; - is standard input.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        footer = {
            "",
            "Examples:",
            "  tap445 read trace.pcapng",
            "  tap445 read --format json monday.pcap tuesday.pcap.gz",
            "  tap445 read tap-a.pcap tap-b.pcap    a direction in each",
            "  ssh probe tcpdump -U -w - port 445 | tap445 read -",
            "",
            "A file that is cut is reported up to the cut, and the exit code is 1."
        })
final class ReadCommand implements Callable<Integer> {
    private static final int MAX_WORKERS = 64;

    /** Behind so much, nanoseconds, even a slow mirror is not. */
    private static final long LONG_STEP_BACK = 10_000_000_000L;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "Capture files, read as one in the order of their packets' time.")
    private List<String> files = List.of();

    @Option(names = "--workers", paramLabel = "N", description = "Worker threads (default: 1); the report is the same.")
    private int workers = 1;

    @Mixin
    private final ScannerOptions scanners = new ScannerOptions();

    @Mixin
    private final VantageOptions vantage = new VantageOptions();

    @Mixin
    private final ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws InterruptedException {
        report.check();
        if (workers < 1 || workers > MAX_WORKERS) {
            throw new CommandFailure(ExitCode.USAGE, "--workers " + workers + ": give 1 to " + MAX_WORKERS);
        }
        PipelineOptions options = vantage.in(PipelineOptions.file(workers)
                .withInventory(InventoryOptions.file()
                        .withReadinessWindow(report.readinessWindow(0))
                        .withAllowedScanners(scanners.subnets())));
        List<PacketSource> sources = open();
        Findings findings = findings(sources, options);
        List<PacketSource> ordered = ordered(sources);
        if (!ordered.isEmpty()) {
            findings = findings(ordered, options);
        }
        PrintStream out = Main.out();
        if (report.quiet) {
            out.println(summary(findings));
        } else {
            report.print(findings, new BufferedOutputStream(out, 1 << 16));
        }
        List<String> errors = findings.feed().sourceErrors();
        errors.forEach(Main::complain);
        if (out.checkError()) {
            return Main.unwritten();
        }
        return errors.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private static Findings findings(List<PacketSource> sources, PipelineOptions options) throws InterruptedException {
        try (Pipeline pipeline = new Pipeline(List.of(sources), options)) {
            pipeline.start();
            Progress progress = Progress.start(pipeline);
            pipeline.awaitEnd();
            progress.stop();
            pipeline.rethrowFailure();
            return new Findings(pipeline.snapshot(), pipeline.feed(), pipeline.elapsedSeconds());
        }
    }

    /**
     * The files with those whose time goes back taken to pieces, so that all can be read in the order of time; empty where
     * there is none, or none that can be.
     */
    private List<PacketSource> ordered(List<PacketSource> read) {
        List<PacketSource> sources = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        boolean again = files.stream().allMatch(ReadCommand::canBeReadAgain);
        try {
            for (int i = 0; i < files.size(); i++) {
                PacketSource source = read.get(i);
                long back = source.counters().stepBack();
                List<PacketSource> runs =
                        again && back > FileRuns.STEP_BACK ? FileRuns.sources(files.get(i), sources.size()) : List.of();
                if (runs.isEmpty() && again) {
                    runs = List.of(FileSource.open(files.get(i), sources.size()));
                }
                sources.addAll(runs);
                if (runs.size() > 1) {
                    notes.add(source.name() + ": goes back in time by " + back / 1_000_000_000L + " s: its "
                            + runs.size() + " parts are read again in the order of time");
                } else if (back > LONG_STEP_BACK) {
                    notes.add(source.name() + ": goes back in time by " + back / 1_000_000_000L
                            + " s: packets of one connection that lie apart may be told apart; put it in order first");
                }
            }
        } catch (CaptureException e) {
            Main.complain(
                    e.getMessage() + ": cannot be read again in the order of time; the report is of the first reading");
            sources.forEach(PacketSource::close);
            return List.of();
        }
        notes.forEach(Main::complain);
        if (sources.size() <= files.size()) {
            sources.forEach(PacketSource::close);
            return List.of();
        }
        return sources;
    }

    /** A pipe gives what it has once. */
    private static boolean canBeReadAgain(String file) {
        return !file.equals(FileSource.STANDARD_INPUT) && Files.isRegularFile(Path.of(file));
    }

    private List<PacketSource> open() {
        List<PacketSource> sources = new ArrayList<>();
        try {
            for (String file : files) {
                sources.add(FileSource.open(file, sources.size()));
            }
            return sources;
        } catch (CaptureException e) {
            sources.forEach(PacketSource::close);
            throw new CommandFailure(ExitCode.FAILED, e.getMessage() == null ? "cannot read" : e.getMessage());
        }
    }

    /** Everything in one line, for timing. */
    static String summary(Findings findings) {
        FeedView feed = findings.feed();
        InventorySnapshot hosts = findings.inventory();
        return String.format(
                Locale.ROOT,
                "packets %d bytes %d seconds %.3f packets_per_second %.0f %s duplicates %d truncated %d",
                feed.packets(),
                feed.bytes(),
                findings.elapsedSeconds(),
                feed.packets() / Math.max(1e-9, findings.elapsedSeconds()),
                ReportOptions.summary(hosts),
                hosts.duplicates(),
                feed.truncated());
    }
}
