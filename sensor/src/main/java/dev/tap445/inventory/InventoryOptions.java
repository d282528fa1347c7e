package dev.tap445.inventory;

import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Subnet;
import java.util.List;

/**
 * Limits and windows of the inventory. Times in nanoseconds of packet time.
 *
 * @param wholeInput the input is a file: the port-state window is all of it
 * @param window port-state window when live
 * @param quiet after so long without any packet, a live feed says nothing about silence any more
 * @param readinessWindow how long a server must go without a dependent client to be ready
 * @param scannerDestinations distinct destinations within {@code scannerWindow} above which a client is a scanner
 * @param allowedScanners who may scan: still listed and no evidence against servers, but nothing to be alarmed about
 * @param maxHosts hosts held; the one with the least evidence goes when it is full
 */
public record InventoryOptions(
        boolean wholeInput,
        long window,
        long quiet,
        long readinessWindow,
        int scannerDestinations,
        long scannerWindow,
        List<Subnet> allowedScanners,
        int maxHosts) {
    private static final long SECOND = 1_000_000_000L;
    private static final long DAY = 86_400 * SECOND;

    /** The defaults for a live interface. */
    public static InventoryOptions live() {
        return new InventoryOptions(false, 300 * SECOND, 60 * SECOND, 30 * DAY, 25, 300 * SECOND, List.of(), 250_000);
    }

    /** The defaults for files. */
    public static InventoryOptions file() {
        return new InventoryOptions(
                true, Long.MAX_VALUE, Long.MAX_VALUE, 30 * DAY, 25, 300 * SECOND, List.of(), 1_000_000);
    }

    public InventoryOptions withAllowedScanners(List<Subnet> subnets) {
        return new InventoryOptions(
                wholeInput,
                window,
                quiet,
                readinessWindow,
                scannerDestinations,
                scannerWindow,
                List.copyOf(subnets),
                maxHosts);
    }

    public InventoryOptions withReadinessWindow(long nanos) {
        return new InventoryOptions(
                wholeInput, window, quiet, nanos, scannerDestinations, scannerWindow, allowedScanners, maxHosts);
    }

    boolean isAllowedScanner(IpAddress address) {
        return allowedScanners.stream().anyMatch(subnet -> subnet.contains(address));
    }
}
