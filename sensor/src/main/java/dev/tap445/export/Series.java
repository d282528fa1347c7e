package dev.tap445.export;

import dev.tap445.inventory.DurationHistogram;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The series of one scrape as they are collected, by family. One thread. Callers add in label order where they can:
 * the model sorts each family, and what comes sorted costs one pass.
 */
final class Series {
    private static final double NANOS = 1e9;
    private static final double[] BOUNDS = bounds();

    private final Map<Family, List<CounterDataPointSnapshot>> counters = new EnumMap<>(Family.class);
    private final Map<Family, List<GaugeDataPointSnapshot>> gauges = new EnumMap<>(Family.class);
    private final Map<Family, List<InfoDataPointSnapshot>> infos = new EnumMap<>(Family.class);
    private final Map<Family, List<HistogramDataPointSnapshot>> histograms = new EnumMap<>(Family.class);

    void count(Family family, Labels labels, long value) {
        of(counters, family).add(new CounterDataPointSnapshot(value, labels, null, 0));
    }

    void gauge(Family family, Labels labels, double value) {
        of(gauges, family).add(new GaugeDataPointSnapshot(value, labels, null));
    }

    /** A time in nanoseconds since the epoch; 0 means none, and gives no series. */
    void time(Family family, Labels labels, long nanos) {
        if (nanos != 0) {
            gauge(family, labels, nanos / NANOS);
        }
    }

    void info(Family family, Labels labels) {
        of(infos, family).add(new InfoDataPointSnapshot(labels));
    }

    void histogram(Family family, Labels labels, DurationHistogram durations) {
        ClassicHistogramBuckets buckets = ClassicHistogramBuckets.of(
                BOUNDS, durations.counts().stream().mapToLong(Long::longValue).toArray());
        of(histograms, family)
                .add(new HistogramDataPointSnapshot(buckets, durations.sumSeconds(), labels, Exemplars.EMPTY, 0));
    }

    /** The families that have series; the model orders them by name. */
    List<MetricSnapshot> snapshots() {
        List<MetricSnapshot> snapshots = new ArrayList<>();
        counters.forEach((family, points) -> snapshots.add(new CounterSnapshot(family.metadata(), points)));
        gauges.forEach((family, points) -> snapshots.add(new GaugeSnapshot(family.metadata(), points)));
        infos.forEach((family, points) -> snapshots.add(new InfoSnapshot(family.metadata(), points)));
        histograms.forEach((family, points) -> snapshots.add(new HistogramSnapshot(family.metadata(), points)));
        return snapshots;
    }

    private static <T> List<T> of(Map<Family, List<T>> byFamily, Family family) {
        return byFamily.computeIfAbsent(family, f -> new ArrayList<>());
    }

    private static double[] bounds() {
        int size = DurationHistogram.BOUNDS_SECONDS.size();
        double[] bounds = new double[size + 1];
        for (int i = 0; i < size; i++) {
            bounds[i] = DurationHistogram.BOUNDS_SECONDS.get(i);
        }
        bounds[size] = Double.POSITIVE_INFINITY;
        return bounds;
    }
}
