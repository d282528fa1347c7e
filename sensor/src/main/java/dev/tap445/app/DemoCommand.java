package dev.tap445.app;

import dev.tap445.capture.CaptureException;
import dev.tap445.capture.FileSource;
import dev.tap445.capture.PacedSource;
import dev.tap445.capture.PacketSource;
import dev.tap445.export.Exporter;
import dev.tap445.export.Findings;
import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tap445 demo}: the bundled capture through the whole sensor. */
@Command(
        name = "demo",
        description = "Run a bundled capture of a small office through the sensor; needs no privilege and no network.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        footer = {
            "",
            "Thirteen minutes of an office: a printer that speaks SMB1 alone, a NAS that answers nothing else, a client",
            "that is already refused, modern machines, and a file server that goes dark on 445. Timestamps are moved so",
            "that it ends now.",
            "",
            "Examples:",
            "  tap445 demo                  replay at 60 times its speed, then serve until Ctrl-C",
            "  tap445 demo --speed 1        as it happened",
            "  tap445 demo --once           replay, print the report, exit"
        })
final class DemoCommand implements Callable<Integer> {
    private static final String CAPTURE = "demo.pcap";
    /** From the first to the last packet of the bundled capture. */
    private static final Instant CAPTURE_END = Instant.parse("2026-03-02T08:13:40Z");

    @Option(names = "--speed", paramLabel = "N", description = "How many times faster than it happened (default: 60).")
    private double speed = 60;

    @Option(names = "--once", description = "Exit after the report instead of serving on.")
    private boolean once;

    @Mixin
    private final WebOptions web = new WebOptions();

    @Mixin
    private final ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws InterruptedException {
        report.check();
        if (!(speed > 0 && speed <= 1e6)) {
            throw new CommandFailure(ExitCode.USAGE, "--speed " + speed + ": give more than 0, at most 1000000");
        }
        CountDownLatch stopped = new CountDownLatch(1);
        PrintStream out = Main.out();
        try (Pipeline pipeline = new Pipeline(List.of(List.of(open())), PipelineOptions.file(1));
                Exporter service = web.start(pipeline, () -> true)) {
            Shutdown.onSignal(stopped, () -> {});
            pipeline.start();
            String base = web.base(service);
            System.err.println("tap445 demo: replaying 13 minutes of a small office, " + (long) speed
                    + " times faster than it happened");
            System.err.println("  page     " + base + "/");
            System.err.println("  metrics  " + base + "/metrics");
            System.err.println("  report   " + base + "/report");
            while (stopped.getCount() > 0 && !pipeline.inputEnded()) {
                stopped.await(100, TimeUnit.MILLISECONDS);
            }
            pipeline.stop();
            pipeline.rethrowFailure();
            if (stopped.getCount() > 0) {
                Findings findings = new Findings(pipeline.snapshot(), pipeline.feed(), pipeline.elapsedSeconds());
                report.print(findings, new BufferedOutputStream(out, 1 << 16));
                if (!once) {
                    System.err.println("tap445 demo: serving on " + base + "/ until Ctrl-C");
                    stopped.await();
                }
            }
            return ExitCode.OK;
        } finally {
            Shutdown.done();
        }
    }

    private PacketSource open() {
        InputStream capture = DemoCommand.class.getResourceAsStream(CAPTURE);
        if (capture == null) {
            throw new CommandFailure(ExitCode.FAILED, "the bundled capture is missing: build again with 'mvn package'");
        }
        long end = CAPTURE_END.getEpochSecond() * 1_000_000_000L;
        long shift = System.currentTimeMillis() * 1_000_000L - end;
        try {
            return new PacedSource(FileSource.open("demo", capture, 0), speed, shift);
        } catch (CaptureException e) {
            throw new CommandFailure(ExitCode.FAILED, e.getMessage() == null ? "cannot read" : e.getMessage());
        }
    }
}
