package dev.tap445.inventory;

import java.util.List;
import java.util.Map;

/**
 * Everything known about hosts at one instant: immutable, consistent, cheap to hand to any thread.
 *
 * @param time packet time of the snapshot, nanoseconds since the epoch (the greatest time any worker has reached)
 * @param clients sorted by address
 * @param servers sorted by address
 * @param pairs sorted by client, server; pairs with SMB1 evidence alone
 * @param otherHandshakes attempts per watched port to addresses that never showed life
 * @param otherUnansweredSyns SYNs of the unanswered among them, per port
 * @param otherSynRetransmissions likewise
 * @param duplicates SPAN duplicates
 * @param oneWayFlows flows of which one direction alone was seen
 * @param suppressedVerdicts silent verdicts withheld, by reason, cumulative
 * @param hosts hosts held
 * @param hostsEvicted hosts dropped because the table was full
 * @param handshakeDurations SYN to SYN-ACK per port
 */
public record InventorySnapshot(
        long time,
        List<ClientView> clients,
        List<ServerView> servers,
        List<PairView> pairs,
        Map<Integer, HandshakeCounts> otherHandshakes,
        Map<Integer, Long> otherUnansweredSyns,
        Map<Integer, Long> otherSynRetransmissions,
        long duplicates,
        long oneWayFlows,
        Map<String, Long> suppressedVerdicts,
        long hosts,
        long hostsEvicted,
        Map<Integer, DurationHistogram> handshakeDurations) {

    /** Every reason for which a silent verdict is withheld. */
    public static final List<String> SUPPRESSION_REASONS =
            List.of("feed_quiet", "one_way_feed", "one_way_server", "sensor_drops");

    public static final InventorySnapshot EMPTY = new InventorySnapshot(
            0, List.of(), List.of(), List.of(), Map.of(), Map.of(), Map.of(), 0, 0, Map.of(), 0, 0, Map.of());
}
