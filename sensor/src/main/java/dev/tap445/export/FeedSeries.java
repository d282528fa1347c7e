package dev.tap445.export;

import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.FeedView.InterfaceView;
import dev.tap445.inventory.FeedView.WorkerView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.wire.DecodeFailure;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The sensor's own way of a packet: what came in, and what was lost where. */
final class FeedSeries {
    private static final double NANOS = 1e9;
    private static final List<String> DECODE_REASONS =
            Arrays.stream(DecodeFailure.values()).map(DecodeFailure::label).toList();

    private FeedSeries() {}

    static void collect(FeedView feed, InventorySnapshot snapshot, Series series) {
        feed.interfaces().forEach(source -> collect(source, series));
        Map<String, Long> observationsDropped = new TreeMap<>();
        Map<String, Long> packets = new TreeMap<>();
        for (WorkerView worker : feed.workers()) {
            collect(worker, series);
            worker.packets().forEach((kind, count) -> packets.merge(kind, count, Long::sum));
            worker.observationsDropped().forEach((kind, count) -> observationsDropped.merge(kind, count, Long::sum));
        }
        byLabel(Family.OBSERVATIONS_DROPPED, "kind", observationsDropped, series);
        byLabel(Family.PACKETS_CLASSIFIED, "class", packets, series);
        byLabel(Family.DECODE_FAILURES, "reason", withZeros(DECODE_REASONS, feed.decodeFailures()), series);
        byLabel(
                Family.VERDICTS_SUPPRESSED,
                "reason",
                withZeros(InventorySnapshot.SUPPRESSION_REASONS, snapshot.suppressedVerdicts()),
                series);
        series.info(Family.CAPTURE_FILTER, Labels.of("filter", feed.filter().isEmpty() ? "none" : feed.filter()));
        series.count(Family.TRUNCATED, Labels.EMPTY, feed.truncated());
        series.count(Family.DUPLICATES, Labels.EMPTY, snapshot.duplicates());
        series.count(Family.ONE_WAY_FLOWS, Labels.EMPTY, snapshot.oneWayFlows());
        series.gauge(Family.HOSTS, Labels.EMPTY, (double) snapshot.hosts());
        series.count(Family.HOST_EVICTIONS, Labels.EMPTY, snapshot.hostsEvicted());
    }

    private static void collect(InterfaceView source, Series series) {
        Labels labels = Labels.of("interface", source.name());
        series.count(Family.CAPTURE_PACKETS, labels, source.packets());
        series.count(Family.CAPTURE_BYTES, labels, source.bytes());
        series.count(Family.CAPTURE_KERNEL_DROPS, labels, source.kernelDrops());
        series.count(Family.CAPTURE_INTERFACE_DROPS, labels, source.interfaceDrops());
        series.gauge(Family.CAPTURE_UP, labels, source.up() ? 1 : 0);
        series.gauge(Family.LAST_PACKET, labels, source.lastPacket() / NANOS);
    }

    private static void collect(WorkerView worker, Series series) {
        Labels labels = Labels.of("worker", Integer.toString(worker.index()));
        series.count(Family.RING_DROPS, labels, worker.ringDrops());
        series.gauge(Family.RING_FILL, labels, worker.ringFill());
        series.gauge(Family.FLOWS, labels, (double) worker.flows());
        series.count(Family.FLOW_EVICTIONS, labels, worker.flowEvictions());
        series.count(Family.WORKER_ERRORS, labels, worker.errors());
    }

    /** A counter that begins with its first event hides that event from a rate. */
    private static Map<String, Long> withZeros(List<String> names, Map<String, Long> counts) {
        Map<String, Long> all = new TreeMap<>(counts);
        names.forEach(name -> all.putIfAbsent(name, 0L));
        return all;
    }

    private static void byLabel(Family family, String label, Map<String, Long> counts, Series series) {
        counts.forEach((value, count) -> series.count(family, Labels.of(label, value), count));
    }
}
