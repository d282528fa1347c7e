package dev.tap445.inventory;

import java.util.List;

/**
 * A classic histogram of durations.
 *
 * @param counts observations per bucket of {@link #BOUNDS_SECONDS}, then the overflow; not cumulative
 * @param sumSeconds sum of all observations
 */
public record DurationHistogram(List<Long> counts, double sumSeconds) {
    /** Upper bounds in seconds; one more bucket catches the rest. */
    public static final List<Double> BOUNDS_SECONDS =
            List.of(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0);
}
