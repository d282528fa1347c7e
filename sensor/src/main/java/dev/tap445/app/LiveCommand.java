package dev.tap445.app;

import dev.tap445.capture.CaptureException;
import dev.tap445.capture.CaptureFilter;
import dev.tap445.capture.Fanout;
import dev.tap445.capture.LiveOptions;
import dev.tap445.capture.LiveSource;
import dev.tap445.capture.PacketSource;
import dev.tap445.export.Exporter;
import dev.tap445.inventory.Inventory;
import dev.tap445.inventory.InventoryOptions;
import dev.tap445.wire.LinkType;
import dev.tap445.wire.Nbss;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code tap445 live}: the service on one or more interfaces. */
@Command(
        name = "live",
        description = "Watch interfaces, serve metrics and the report until stopped.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        footer = {
            "",
            "Examples:",
            "  tap445 live -i eth1",
            "  tap445 live -i eth1 -i eth2 --workers 2 --web.listen-address :10445",
            "  tap445 live -i eth1 --captures 2 --workers 4    more than one core can take",
            "  tap445 live -i eth1 -f 'net 10.0.0.0/8 and tcp port 445'"
        })
final class LiveCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(LiveCommand.class);
    private static final int MIB = 1 << 20;

    /** Which packets the kernel passes. */
    enum Prefilter {
        LEAN,
        FULL
    }

    @Option(
            names = {"-i", "--interface"},
            paramLabel = "IF",
            required = true,
            description = "Interface to watch; may be given again.")
    private List<String> interfaces = List.of();

    @Option(
            names = {"-f", "--expression"},
            paramLabel = "EXPRESSION",
            description = "A pcap-filter(7) expression instead of the built-in ones.")
    private @Nullable String expression;

    @Option(
            names = "--filter",
            paramLabel = "KIND",
            description = "lean: handshakes, negotiates and SMB1 alone; full: every packet of ports 445 and 139 "
                    + "(default: lean).")
    private Prefilter filter = Prefilter.LEAN;

    @Option(names = "--snaplen", paramLabel = "BYTES", description = "Bytes kept of a packet (default: 65535).")
    private int snapLength = LiveOptions.DEFAULT_SNAP_LENGTH;

    @Option(names = "--buffer", paramLabel = "MIB", description = "Kernel capture buffer (default: 64).")
    private int bufferMib = LiveOptions.DEFAULT_BUFFER_BYTES / MIB;

    @Option(names = "--no-promiscuous", description = "Leave the interface as it is.")
    private boolean notPromiscuous;

    @Option(
            names = "--captures",
            paramLabel = "N",
            description = "Capture threads for each interface (default: 1); a pair of hosts stays with one of them.")
    private int captures = 1;

    @Option(names = "--workers", paramLabel = "N", description = "Worker threads (default: 1).")
    private int workers = 1;

    @Option(names = "--ring", paramLabel = "MIB", description = "Each ring, a power of two (default: 32).")
    private int ringMib = 32;

    @Mixin
    private final WebOptions web = new WebOptions();

    @Mixin
    private final ScannerOptions scanners = new ScannerOptions();

    @Mixin
    private final VantageOptions vantage = new VantageOptions();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file with these options by their long names; the command line goes before it.")
    @SuppressWarnings("UnusedVariable") // read before the command is made: see ConfiguredArguments
    private @Nullable String config;

    @Mixin
    private final WindowOptions windows = new WindowOptions();

    @Mixin
    private final MemoryOptions memory = new MemoryOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @ParentCommand
    private @Nullable Main main;

    @Mixin
    private final Privileges privileges = new Privileges();

    CommandSpec spec() {
        return spec;
    }

    /** Complains about values without opening anything; what of them can change without a restart. */
    Memory.Settings validate() {
        check("--captures", captures, 1, 64);
        check("--workers", workers, 1, 64);
        check("--ring", ringMib, 1, 1024);
        check("--buffer", bufferMib, 1, 2047);
        check("--snaplen", snapLength, 64, PacketSource.MAX_CAPTURED);
        if (Integer.bitCount(ringMib) != 1) {
            throw new CommandFailure(ExitCode.USAGE, "--ring " + ringMib + ": give a power of two");
        }
        checkInterfaces();
        web.check();
        privileges.validate();
        memory.retention();
        memory.places();
        checkFilter();
        return new Memory.Settings(windows.inventory(scanners.subnets()), memory.chronicle());
    }

    private void checkInterfaces() {
        for (String name : interfaces) {
            if (name.isBlank()) {
                throw new CommandFailure(ExitCode.USAGE, "--interface: a name is empty");
            }
            if (Collections.frequency(interfaces, name) > 1) { // each packet would come twice
                throw new CommandFailure(ExitCode.USAGE, "--interface " + name + ": given twice");
            }
        }
    }

    private void checkFilter() {
        if (expression != null) {
            try {
                CaptureFilter.of(expression).check(LinkType.ETHERNET);
            } catch (CaptureException e) {
                throw new CommandFailure(
                        e.getCause() == null ? ExitCode.FAILED : ExitCode.USAGE, // without a cause: no libpcap
                        String.valueOf(e.getMessage()));
            }
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        CountDownLatch stopped = Shutdown.onSignal();
        try {
            InventoryOptions known = validate().inventory();
            privileges.check();
            return watch(known, stopped);
        } finally {
            Shutdown.done();
        }
    }

    private int watch(InventoryOptions known, CountDownLatch stopped) throws InterruptedException {
        List<List<PacketSource>> groups = open();
        privileges.drop();
        PipelineOptions options = vantage.in(
                PipelineOptions.live(filterName(), workers, ringMib * MIB).withInventory(known));
        Inventory inventory = new Inventory(known);
        try (Exporter starting = web.open();
                Memory remembered = Memory.open(inventory, memory, interfaces, () -> stopped.getCount() == 0);
                Pipeline pipeline = new Pipeline(groups, options, inventory, remembered);
                Exporter service = starting.serve(
                        pipeline::snapshot, remembered.counted(pipeline::snapshot), pipeline::feed, () -> true)) {
            Reload.arm(service, remembered, main == null ? List.of() : main.given(), this);
            FeedWatch feed = new FeedWatch(remembered::announce);
            HeapKeeper heap = new HeapKeeper();
            pipeline.start();
            WarmUp.start();
            LOG.info("watching {}; page and metrics at {}/", String.join(", ", interfaces), web.base(service));
            Notify notify = Notify.start(System.getenv(), pipeline.heartbeat(), new StatusLine(pipeline)::text);
            while (stopped.getCount() > 0 && !pipeline.inputEnded()) {
                stopped.await(200, java.util.concurrent.TimeUnit.MILLISECONDS);
                heap.look();
                feed.look(pipeline.feed(), System.currentTimeMillis() * 1_000_000L);
            }
            notify.close();
            pipeline.rethrowFailure();
            pipeline.stop();
            LOG.info("stopped after {} packets", pipeline.packets());
            return ExitCode.OK;
        }
    }

    private static void check(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new CommandFailure(ExitCode.USAGE, option + " " + value + ": give " + least + " to " + most);
        }
    }

    private List<List<PacketSource>> open() {
        List<List<PacketSource>> groups = new ArrayList<>();
        LiveOptions options = new LiveOptions(snapLength, !notPromiscuous, bufferMib * MIB, captureFilter());
        try {
            for (String name : interfaces) {
                Fanout fanout = captures == 1 ? null : new Fanout();
                for (int k = 0; k < captures; k++) {
                    groups.add(List.of(LiveSource.open(name, groups.size(), options, fanout)));
                }
            }
            return groups;
        } catch (CaptureException e) {
            groups.forEach(group -> group.forEach(PacketSource::close));
            throw new CommandFailure(ExitCode.FAILED, e.getMessage() == null ? "cannot capture" : e.getMessage());
        }
    }

    private String filterName() {
        return expression != null ? "custom" : filter.name().toLowerCase(Locale.ROOT);
    }

    private CaptureFilter captureFilter() {
        if (expression != null) {
            return CaptureFilter.of(expression);
        }
        return filter == Prefilter.LEAN
                ? CaptureFilter.lean(Nbss.DIRECT_PORT, Nbss.NETBIOS_PORT)
                : CaptureFilter.full(Nbss.DIRECT_PORT, Nbss.NETBIOS_PORT);
    }
}
