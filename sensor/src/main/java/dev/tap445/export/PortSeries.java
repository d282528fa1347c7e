package dev.tap445.export;

import dev.tap445.inventory.HandshakeCounts;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PortView;
import dev.tap445.inventory.ServerView;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The handshake series of servers and their watched ports; attempts to addresses that never showed life are summed
 * under {@value #OTHER}.
 */
final class PortSeries {
    static final String OTHER = "other";
    private static final String[] PORT = {"port", "server"};
    private static final String[] OUTCOME = {"outcome", "port", "server"};

    private PortSeries() {}

    /** One port of one server. */
    private record Row(
            String server, String port, HandshakeCounts handshakes, long unansweredSyns, long synRetransmissions) {}

    /** {@code dark}: never seen alive here; counted under {@value #OTHER}, but another sensor may know better. */
    static void collect(
            InventorySnapshot snapshot, List<Named<ServerView>> servers, List<Named<ServerView>> dark, Series series) {
        for (Named<ServerView> server : dark) {
            for (PortView port : server.view().ports()) {
                times(new String[] {Integer.toString(port.port()), server.text()}, port, series);
            }
        }
        Map<String, List<Row>> rows = new TreeMap<>();
        for (Named<ServerView> server : servers) {
            for (PortView port : server.view().ports()) {
                String number = Integer.toString(port.port());
                Row row = new Row(
                        server.text(), number, port.handshakes(), port.unansweredSyns(), port.synRetransmissions());
                rows.computeIfAbsent(number, p -> new ArrayList<>()).add(row);
                times(new String[] {number, server.text()}, port, series);
            }
            series.time(
                    Family.LAST_LIFE,
                    Labels.of("server", server.text()),
                    server.view().lastLife());
        }
        snapshot.otherHandshakes().forEach((port, handshakes) -> {
            String number = Integer.toString(port);
            long syns = snapshot.otherUnansweredSyns().getOrDefault(port, 0L);
            long again = snapshot.otherSynRetransmissions().getOrDefault(port, 0L);
            rows.computeIfAbsent(number, p -> new ArrayList<>()).add(new Row(OTHER, number, handshakes, syns, again));
        });
        outcomes(rows, series);
        for (List<Row> ofPort : rows.values()) {
            for (Row row : ofPort) {
                Labels labels = Labels.of(PORT, new String[] {row.port, row.server});
                series.count(Family.UNANSWERED_SYNS, labels, row.unansweredSyns);
                series.count(Family.SYN_RETRANSMISSIONS, labels, row.synRetransmissions);
            }
        }
        snapshot.handshakeDurations()
                .forEach((port, durations) -> series.histogram(
                        Family.HANDSHAKE_DURATION, Labels.of("port", Integer.toString(port)), durations));
    }

    private static void times(String[] values, PortView port, Series series) {
        if (port.unansweredSince() == 0 && port.lastAnswer() == 0) {
            return;
        }
        Labels labels = Labels.of(PORT, values);
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
            for (List<Row> ofPort : rows.values()) {
                for (Row row : ofPort) {
                    long count = outcome.of(row.handshakes);
                    if (count > 0 || outcome.fromTheStart()) {
                        String[] values = {outcome.label(), row.port, row.server};
                        series.count(Family.HANDSHAKES, Labels.of(OUTCOME, values), count);
                    }
                }
            }
        }
    }
}
