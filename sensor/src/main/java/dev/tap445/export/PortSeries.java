package dev.tap445.export;

import dev.tap445.inventory.HandshakeCounts;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PortView;
import dev.tap445.inventory.ServerView;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The handshake series of servers and their watched ports; attempts to addresses that never showed life are summed
 * under {@value #OTHER}.
 */
final class PortSeries {
    static final String OTHER = "other";
    private static final Labels OTHERS = Labels.of("server", OTHER);
    private static final Map<Outcome, Labels> OUTCOMES = Arrays.stream(Outcome.values())
            .collect(Collectors.toMap(Function.identity(), outcome -> Labels.of("outcome", outcome.label())));

    private PortSeries() {}

    /** One port of one server; {@code labels} name both. */
    private record Row(Labels labels, HandshakeCounts handshakes, long unansweredSyns, long synRetransmissions) {}

    /** {@code dark}: never seen alive here; counted under {@value #OTHER}, but another sensor may know better. */
    static void collect(
            InventorySnapshot snapshot, List<Named<ServerView>> servers, List<Named<ServerView>> dark, Series series) {
        Map<Integer, Labels> numbers = new HashMap<>();
        for (Named<ServerView> server : dark) {
            for (PortView port : server.view().ports()) {
                times(labels(server.labels().server(), port.port(), numbers), port, series);
            }
        }
        Map<String, List<Row>> rows = new TreeMap<>();
        for (Named<ServerView> server : servers) {
            for (PortView port : server.view().ports()) {
                Labels labels = labels(server.labels().server(), port.port(), numbers);
                Row row = new Row(labels, port.handshakes(), port.unansweredSyns(), port.synRetransmissions());
                of(rows, port.port()).add(row);
                times(labels, port, series);
            }
            series.time(
                    Family.LAST_LIFE, server.labels().server(), server.view().lastLife());
        }
        snapshot.otherHandshakes().forEach((port, handshakes) -> {
            long syns = snapshot.otherUnansweredSyns().getOrDefault(port, 0L);
            long again = snapshot.otherSynRetransmissions().getOrDefault(port, 0L);
            of(rows, port).add(new Row(labels(OTHERS, port, numbers), handshakes, syns, again));
        });
        outcomes(rows, series);
        for (List<Row> ofPort : rows.values()) {
            for (Row row : ofPort) {
                series.count(Family.UNANSWERED_SYNS, row.labels, row.unansweredSyns);
                series.count(Family.SYN_RETRANSMISSIONS, row.labels, row.synRetransmissions);
            }
        }
        snapshot.handshakeDurations()
                .forEach((port, durations) -> series.histogram(
                        Family.HANDSHAKE_DURATION, Labels.of("port", Integer.toString(port)), durations));
    }

    private static List<Row> of(Map<String, List<Row>> rows, int port) {
        return rows.computeIfAbsent(Integer.toString(port), p -> new ArrayList<>());
    }

    private static Labels labels(Labels server, int port, Map<Integer, Labels> numbers) {
        return server.merge(numbers.computeIfAbsent(port, p -> Labels.of("port", Integer.toString(p))));
    }

    private static void times(Labels labels, PortView port, Series series) {
        series.time(Family.SILENT_SINCE, labels, port.silentSince());
        series.time(Family.UNANSWERED_SINCE, labels, port.unansweredSince());
        series.time(Family.LAST_ANSWER, labels, port.lastAnswer());
    }

    /**
     * Answered, unanswered, refused and unreachable are there from the start, so that a rate sees the first of them; the
     * rarer outcomes begin with their first event. Pending is no outcome yet, and goes down again: it is in the report alone.
     */
    private static void outcomes(Map<String, List<Row>> rows, Series series) {
        for (Outcome outcome : Outcome.values()) {
            Labels label = OUTCOMES.get(outcome);
            for (List<Row> ofPort : rows.values()) {
                for (Row row : ofPort) {
                    long count = outcome.of(row.handshakes);
                    if (count > 0 || outcome.fromTheStart()) {
                        series.count(Family.HANDSHAKES, row.labels.merge(label), count);
                    }
                }
            }
        }
    }
}
