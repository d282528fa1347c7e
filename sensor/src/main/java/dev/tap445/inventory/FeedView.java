package dev.tap445.inventory;

import java.util.List;
import java.util.Map;

/**
 * The sensor's own figures at one instant: what came in, and what was lost where. All cumulative since the start.
 *
 * @param files the files read, empty when live
 * @param packets packets taken from the sources, before the ring
 * @param bytes captured bytes of those packets
 * @param first time of the first packet, nanoseconds since the epoch; 0 where there is none
 * @param truncated packets cut by the snap length, plus files that were cut
 * @param decodeFailures by reason
 * @param sourceErrors one line for each source that ended early (a cut file, an interface that went away)
 * @param filter what the kernel let through: {@code lean}, {@code full}, {@code custom}; empty for files
 */
public record FeedView(
        List<String> files,
        long packets,
        long bytes,
        long first,
        long last,
        long truncated,
        Map<String, Long> decodeFailures,
        List<InterfaceView> interfaces,
        List<WorkerView> workers,
        List<String> sourceErrors,
        String filter) {

    /** Per capture source. {@code lastPacket} in nanoseconds since the epoch; 0 where there is none. */
    public record InterfaceView(
            String name,
            boolean up,
            long packets,
            long bytes,
            long kernelDrops,
            long interfaceDrops,
            long lastPacket) {}

    /**
     * Per worker.
     *
     * @param ringFill 0 to 1
     * @param flowEvictions flows given up because the table was full
     * @param observationsDropped by kind
     * @param packets taken from the ring, by what they were; each in exactly one class
     * @param errors faults of its own that the worker met and outlived
     */
    public record WorkerView(
            int index,
            long ringDrops,
            double ringFill,
            long flows,
            long flowEvictions,
            Map<String, Long> observationsDropped,
            Map<String, Long> packets,
            long errors) {}
}
