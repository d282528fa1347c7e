package dev.tap445.inventory;

import java.util.ArrayList;
import java.util.List;

/** Counts durations into the buckets of {@link DurationHistogram}. Inventory thread only. */
final class Durations {
    private static final double NANOS = 1e-9;
    private static final long[] BOUNDS_NANOS = DurationHistogram.BOUNDS_SECONDS.stream()
            .mapToLong(seconds -> Math.round(seconds / NANOS))
            .toArray();

    private final long[] counts = new long[BOUNDS_NANOS.length + 1];
    private long sumNanos;

    void add(long nanos) {
        int bucket = 0;
        while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
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
