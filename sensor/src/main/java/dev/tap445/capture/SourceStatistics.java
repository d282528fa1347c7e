package dev.tap445.capture;

/**
 * Figures of one source since the start.
 *
 * @param up whether it delivers or could deliver at this moment
 * @param bytes captured bytes
 * @param truncated packets held shorter than they were on the wire
 * @param kernelDrops packets that the kernel dropped because they were not fetched in time
 * @param interfaceDrops packets that the interface or its driver dropped
 * @param firstTimestamp earliest packet, nanoseconds since the epoch; 0 where there is none
 * @param lastTimestamp latest packet
 */
public record SourceStatistics(
        String name,
        boolean up,
        long packets,
        long bytes,
        long truncated,
        long kernelDrops,
        long interfaceDrops,
        long firstTimestamp,
        long lastTimestamp) {

    static SourceStatistics of(
            String name, boolean up, SourceCounters counters, long kernelDrops, long interfaceDrops) {
        return new SourceStatistics(
                name,
                up,
                counters.packets(),
                counters.bytes(),
                counters.truncated(),
                kernelDrops,
                interfaceDrops,
                counters.firstTimestamp(),
                counters.lastTimestamp());
    }
}
