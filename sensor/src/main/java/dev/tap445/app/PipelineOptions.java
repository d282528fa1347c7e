package dev.tap445.app;

import dev.tap445.inventory.InventoryOptions;
import dev.tap445.track.TrackerOptions;

/**
 * How the stages are sized.
 *
 * @param live whether time goes on without packets and losses are counted instead of waited for
 * @param workers worker threads
 * @param ringBytes of each ring between a capture thread and a worker; a power of two
 * @param filter what the kernel lets through, as it is reported; empty for files
 * @param queueBytes of each observation queue; a power of two
 */
record PipelineOptions(
        boolean live,
        String filter,
        int workers,
        int ringBytes,
        int queueBytes,
        TrackerOptions tracker,
        InventoryOptions inventory) {
    private static final int MIB = 1 << 20;

    static PipelineOptions file(int workers) {
        return new PipelineOptions(
                false, "", workers, 8 * MIB, MIB, TrackerOptions.file(seed()), InventoryOptions.file());
    }

    /** A capture that goes on without end: attempts are settled by packet time, for no end of a file will do it. */
    static PipelineOptions endless(int workers) {
        return new PipelineOptions(
                false, "", workers, 8 * MIB, MIB, TrackerOptions.live(seed()), InventoryOptions.file());
    }

    static PipelineOptions live(String filter, int workers, int ringBytes) {
        return new PipelineOptions(
                true, filter, workers, ringBytes, 16 * MIB, TrackerOptions.live(seed()), InventoryOptions.live());
    }

    PipelineOptions withInventory(InventoryOptions options) {
        return new PipelineOptions(live, filter, workers, ringBytes, queueBytes, tracker, options);
    }

    PipelineOptions withTracker(TrackerOptions options) {
        return new PipelineOptions(live, filter, workers, ringBytes, queueBytes, options, inventory);
    }

    private static long seed() {
        return System.nanoTime() * 0x9e37_79b9_7f4a_7c15L;
    }
}
