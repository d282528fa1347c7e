package dev.tap445.inventory;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides the state of a port from its evidence.
 *
 * @param suppressed why a silent or dark verdict was withheld, or null
 * @param silentSince first SYN of the unanswered run; 0 unless silent
 */
record PortVerdict(PortState state, @Nullable String suppressed, long silentSince) {
    static final int MIN_SYNS = 3;

    /** What the sensor itself could see while the evidence gathered. */
    interface Visibility {
        /** Whether no server's answers are visible at all though connections are. */
        boolean feedIsOneWay();

        /** Whether the sensor dropped packets at or after this time. */
        boolean droppedSince(long time);

        /** The last packet of the whole feed. */
        long lastPacket();

        /** Whether this client's attempts are a scan. */
        boolean isScanner(Host client);
    }

    /**
     * @param lastLife last packet from the server's address; 0 where there is none
     * @param windowStart evidence before it is too old
     */
    static PortVerdict of(PortEvidence port, long lastLife, long windowStart, Visibility visibility) {
        long response = Math.max(port.lastAnswer, Math.max(port.lastRefused, port.lastUnreachable));
        List<PortEvidence.Unanswered> run = new ArrayList<>();
        int syns = 0;
        boolean retransmitted = false;
        for (PortEvidence.Unanswered attempt : port.unansweredSince(Math.max(response, windowStart - 1))) {
            if (!visibility.isScanner(attempt.client())) {
                run.add(attempt);
                syns += attempt.syns();
                retransmitted |= attempt.syns() > 1;
            }
        }
        if (syns >= MIN_SYNS && retransmitted) {
            return unanswered(port, run, lastLife, windowStart, visibility);
        }
        return new PortVerdict(responding(port, response, windowStart), null, 0);
    }

    private static PortState responding(PortEvidence port, long response, long windowStart) {
        if (response < windowStart || response == 0) {
            return port.lastOneWay > 0 && port.lastOneWay >= windowStart ? PortState.ONE_WAY : PortState.UNKNOWN;
        }
        if (response == port.lastAnswer) {
            return PortState.ANSWERING;
        }
        return response == port.lastRefused ? PortState.REFUSING : PortState.UNREACHABLE;
    }

    private static PortVerdict unanswered(
            PortEvidence port,
            List<PortEvidence.Unanswered> run,
            long lastLife,
            long windowStart,
            Visibility visibility) {
        long since = run.getFirst().firstSyn();
        boolean oneWayServer =
                port.lastOneWay > 0 && port.lastOneWay >= windowStart && port.lastOneWay > port.lastAnswer;
        if (oneWayServer || visibility.feedIsOneWay()) {
            return new PortVerdict(PortState.ONE_WAY, oneWayServer ? "one_way_server" : "one_way_feed", 0);
        }
        if (visibility.droppedSince(since)) {
            return new PortVerdict(PortState.UNKNOWN, "sensor_drops", 0);
        }
        long lastSyn = 0;
        for (PortEvidence.Unanswered attempt : run) {
            lastSyn = Math.max(lastSyn, attempt.lastSyn());
        }
        if (visibility.lastPacket() <= lastSyn && lastSyn - since < 1_000_000_000L) {
            return new PortVerdict(PortState.UNKNOWN, "feed_quiet", 0);
        }
        return lastLife >= since
                ? new PortVerdict(PortState.SILENT, null, since)
                : new PortVerdict(PortState.DARK, null, 0);
    }
}
