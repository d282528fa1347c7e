package dev.tap445.export;

import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.InventorySnapshot;

/**
 * What a report is made from.
 *
 * @param elapsedSeconds wall time the work took, for the JSON report alone: the one figure that differs from run to run;
 *     0 where it was not measured
 */
public record Findings(InventorySnapshot inventory, FeedView feed, double elapsedSeconds) {}
