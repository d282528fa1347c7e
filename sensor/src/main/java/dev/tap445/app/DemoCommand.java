package dev.tap445.app;

import dev.tap445.capture.CaptureException;
import dev.tap445.capture.FileSource;
import dev.tap445.capture.PacedSource;
import dev.tap445.capture.PacketSource;
import dev.tap445.capture.RepeatedSource;
import dev.tap445.export.Exporter;
import dev.tap445.export.Findings;
import dev.tap445.inventory.Inventory;
import java.io.BufferedOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
            "that is already refused, modern machines, a file server that goes dark on 445, one whose service is off and",
            "one behind a rejecting filter. Timestamps are moved so that it ends now. Then the office goes on at its own",
            "pace, so that rates and dashboards have something to show; the dark file server stays dark.",
            "",
            "Examples:",
            "  tap445 demo                  replay at 60 times its speed, then go on until Ctrl-C",
            "  tap445 demo --speed 1        as it happened",
            "  tap445 demo --once           replay, print the report, exit",
            "  tap445 demo -r monday.pcap   a capture of yours, moved in time to end now"
        })
final class DemoCommand implements Callable<Integer> {
    private static final String CAPTURE = "demo.pcap";
    /** From the first to the last packet of the bundled capture. */
    private static final Instant CAPTURE_END = Instant.parse("2026-03-02T08:13:40Z");

    /** From here on FS-03 is dark: what comes before must not come again. */
    private static final Instant REPEAT_FROM = Instant.parse("2026-03-02T08:03:50Z");

    @Option(names = "--speed", paramLabel = "N", description = "How many times faster than it happened (default: 60).")
    private double speed = 60;

    @Option(
            names = {"-r", "--read"},
            paramLabel = "FILE",
            description = "Replay this capture once instead of the bundled one, then serve what it shows.")
    private @Nullable String file;

    @Option(names = "--once", description = "Exit after the report instead of serving on.")
    private boolean once;

    @Mixin
    private final WebOptions web = new WebOptions();

    @Mixin
    private final DemoMemory memory = new DemoMemory();

    @Mixin
    private final ReportOptions report = new ReportOptions();

    @Override
    public Integer call() throws InterruptedException {
        report.check();
        if (!(speed > 0 && speed <= 1e6)) {
            throw new CommandFailure(ExitCode.USAGE, "--speed " + speed + ": give more than 0, at most 1000000");
        }
        PrintStream out = Main.out();
        PacketSource source = open();
        PipelineOptions options =
                source instanceof RepeatedSource ? PipelineOptions.endless(1) : PipelineOptions.file(1);
        Inventory inventory = new Inventory(options.inventory());
        try (DemoMemory.Kept kept = memory.open(inventory, file == null);
                Pipeline pipeline = new Pipeline(List.of(List.of(source)), options, inventory, kept.memory());
                Exporter service = web.start(pipeline, kept.memory().counted(pipeline::snapshot), () -> true)) {
            CountDownLatch stopped = Shutdown.onSignal();
            pipeline.start();
            String base = web.base(service);
            greet(base);
            while (stopped.getCount() > 0 && !playedOnce(source, pipeline)) {
                stopped.await(100, TimeUnit.MILLISECONDS);
            }
            settle(source, pipeline, stopped);
            pipeline.rethrowFailure();
            if (stopped.getCount() > 0) {
                Findings findings = new Findings(pipeline.snapshot(), pipeline.feed(), pipeline.elapsedSeconds());
                if (report.quiet) {
                    out.println(ReadCommand.summary(findings));
                } else {
                    report.print(findings, new BufferedOutputStream(out, 1 << 16));
                }
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

    private void greet(String base) {
        System.err.println("tap445 demo: replaying " + (file == null ? "13 minutes of a small office" : file) + ", "
                + (long) speed + " times faster than it happened");
        System.err.println("  page     " + base + "/");
        System.err.println("  metrics  " + base + "/metrics");
        System.err.println("  report   " + base + "/report");
    }

    private static boolean playedOnce(PacketSource source, Pipeline pipeline) {
        return source instanceof RepeatedSource repeated && repeated.firstPassOver() || pipeline.inputEnded();
    }

    /** What ended is settled as the end of a file is; what goes on is given a moment to come through the pipeline. */
    private static void settle(PacketSource source, Pipeline pipeline, CountDownLatch stopped)
            throws InterruptedException {
        if (source instanceof RepeatedSource && stopped.getCount() > 0) {
            stopped.await(1, TimeUnit.SECONDS);
        } else {
            pipeline.stop();
        }
    }

    private PacketSource open() {
        try {
            if (file != null) {
                return new PacedSource(FileSource.open(file, 0), speed, now() - lastTime(file));
            }
            long end = nanos(CAPTURE_END);
            if (once) {
                return new PacedSource(bundled(), speed, now() - end);
            }
            RepeatedSource.Span span = new RepeatedSource.Span(end, nanos(REPEAT_FROM));
            return new RepeatedSource("demo", DemoCommand::bundled, span, speed);
        } catch (CaptureException e) {
            throw new CommandFailure(ExitCode.FAILED, e.getMessage() == null ? "cannot read" : e.getMessage());
        }
    }

    /** The capture, as it was taken. */
    static PacketSource bundled() throws CaptureException {
        InputStream capture = DemoCommand.class.getResourceAsStream(CAPTURE);
        if (capture == null) {
            throw new CommandFailure(ExitCode.FAILED, "the bundled capture is missing: build again with 'mvn package'");
        }
        return FileSource.open("demo", capture, 0);
    }

    private static long now() {
        return System.currentTimeMillis() * 1_000_000L;
    }

    private static long nanos(Instant time) {
        return time.getEpochSecond() * 1_000_000_000L;
    }

    private static long lastTime(String file) throws CaptureException {
        long[] last = {0};
        try (FileSource source = FileSource.open(file, 0)) {
            int count = 0;
            while (count != PacketSource.END) {
                count = source.poll(
                        (memory, offset, captured, original, time, linkType, index) ->
                                last[0] = Math.max(last[0], time),
                        1024);
            }
        }
        return last[0];
    }
}
