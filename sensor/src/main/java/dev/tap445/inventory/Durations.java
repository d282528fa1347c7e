package dev.tap445.inventory;

import java.util.ArrayList;
import java.util.List;

/** Counts durations into the buckets of {@link DurationHistogram}. Inventory thread only. */
final class Durations {
    private static final double NANOS = 1e-9;
    private final long[] counts = new long[DurationHistogram.BOUNDS_SECONDS.size() + 1];
    private long sumNanos;

    void add(long nanos) {
        double seconds = nanos * NANOS;
        int bucket = 0;
        while (bucket < counts.length - 1 && seconds > DurationHistogram.BOUNDS_SECONDS.get(bucket)) {
            bucket++;
        }
        counts[bucket]++;
        sumNanos += nanos;
    }

    DurationHistogram histogram() {
        List<Long> list = new ArrayList<>(counts.length);
        for (long count : counts) {
            list.add(count);
        }
        return new DurationHistogram(List.copyOf(list), sumNanos * NANOS);
    }
}
