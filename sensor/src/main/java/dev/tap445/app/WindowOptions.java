package dev.tap445.app;

import dev.tap445.inventory.InventoryOptions;
import dev.tap445.wire.Subnet;
import java.util.List;
import picocli.CommandLine.Option;

/** How long evidence counts, and how much of it there may be. */
final class WindowOptions {
    @Option(
            names = "--window",
            paramLabel = "DURATION",
            description = "Evidence of this age decides the state of a port (default: 5m).")
    private String window = "5m";

    @Option(
            names = "--readiness-window",
            paramLabel = "DURATION",
            description = "A server without a dependent client for so long is ready (default: 30d).")
    private String readinessWindow = "30d";

    @Option(
            names = "--scanner-destinations",
            paramLabel = "N",
            description = "A client with more destinations is a scanner (default: 25).")
    private int scannerDestinations = 25;

    @Option(
            names = "--scanner-window",
            paramLabel = "DURATION",
            description = "Destinations within so long are counted for that (default: 5m).")
    private String scannerWindow = "5m";

    @Option(names = "--max-hosts", paramLabel = "N", description = "Hosts held in memory (default: 250000).")
    private int maxHosts = InventoryOptions.live().maxHosts();

    /** Complains about values. */
    InventoryOptions inventory(List<Subnet> allowedScanners) {
        if (scannerDestinations < 2 || scannerDestinations > 4000) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--scanner-destinations " + scannerDestinations + ": give 2 to 4000");
        }
        if (maxHosts < 100 || maxHosts > 10_000_000) {
            throw new CommandFailure(ExitCode.USAGE, "--max-hosts " + maxHosts + ": give 100 to 10000000");
        }
        return new InventoryOptions(
                false,
                ReportOptions.duration("--window", window).toNanos(),
                InventoryOptions.live().quiet(),
                ReportOptions.duration("--readiness-window", readinessWindow).toNanos(),
                scannerDestinations,
                ReportOptions.duration("--scanner-window", scannerWindow).toNanos(),
                List.copyOf(allowedScanners),
                maxHosts);
    }
}
