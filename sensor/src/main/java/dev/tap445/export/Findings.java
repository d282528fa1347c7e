package dev.tap445.export;

import dev.tap445.inventory.AcceptedDevices;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.InventorySnapshot;

/**
 * What a report is made from.
 *
 * @param elapsedSeconds wall time the work took, for the JSON report alone: the one figure that differs from run to run;
 *     0 where it was not measured
 * @param accepted devices whose SMB1 somebody has taken responsibility for
 */
public record Findings(InventorySnapshot inventory, FeedView feed, double elapsedSeconds, AcceptedDevices accepted) {
    /** Where no device is accepted. */
    public Findings(InventorySnapshot inventory, FeedView feed, double elapsedSeconds) {
        this(inventory, feed, elapsedSeconds, AcceptedDevices.NONE);
    }
}
