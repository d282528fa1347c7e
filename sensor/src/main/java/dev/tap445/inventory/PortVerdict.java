package dev.tap445.inventory;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides the state of a port from its evidence.
 *
 * @param suppressed why a silent or dark verdict was withheld, or null
 * @param unansweredSince first SYN of the unanswered run; 0 unless silent or dark
 */
record PortVerdict(PortState state, @Nullable String suppressed, long unansweredSince) {
    static final int MIN_SYNS = 3;

    /** What the sensor itself could see while the evidence gathered. */
    interface Visibility {
        /** Evidence before this time is too old. */
        long windowStart();

        /** Whether no server's answers are visible at all though connections are. */
        boolean feedIsOneWay();

        /** Whether nothing but the opening of connections was seen of anybody: no silence can be told from an answer. */
        boolean nothingComesBack();

        /** Whether the sensor itself dropped packets within the window. */
        boolean dropsInWindow();

        /** Whether the feed has delivered nothing at all for a while. */
        boolean feedIsQuiet();

        /** Whether this client's attempts are a scan. */
        boolean isScanner(Host client);
    }

    static PortVerdict of(Host server, PortEvidence port, Visibility visibility) {
        long windowStart = visibility.windowStart();
        long heard = Math.max(port.lastHeard(), server.heard(port.port));
        List<PortEvidence.Unanswered> run = new ArrayList<>();
        int syns = 0;
        boolean retransmitted = false;
        for (PortEvidence.Unanswered attempt : port.unansweredSince(Math.max(heard, windowStart - 1))) {
            if (!visibility.isScanner(attempt.client())) {
                run.add(attempt);
                syns += attempt.syns();
                retransmitted |= attempt.syns() > 1;
            }
        }
        if (syns < MIN_SYNS || !retransmitted) {
            return new PortVerdict(responding(port, windowStart), null, 0);
        }
        long since = run.getFirst().firstSyn();
        String withheld = withheld(port, windowStart, visibility);
        if (withheld != null) {
            boolean oneWay = withheld.startsWith("one_way");
            return new PortVerdict(oneWay ? PortState.ONE_WAY : PortState.UNKNOWN, withheld, 0);
        }
        if (server.lastLife < since) {
            return new PortVerdict(PortState.DARK, null, since);
        }
        return visibility.nothingComesBack()
                ? new PortVerdict(PortState.ONE_WAY, "one_way_feed", 0)
                : new PortVerdict(PortState.SILENT, null, since);
    }

    /** First SYN of the unanswered run; 0 unless silent. */
    long silentSince() {
        return state == PortState.SILENT ? unansweredSince : 0;
    }

    private static PortState responding(PortEvidence port, long windowStart) {
        long response = port.lastResponse();
        if (response < windowStart || response == 0) {
            return port.lastOneWay > 0 && port.lastOneWay >= windowStart ? PortState.ONE_WAY : PortState.UNKNOWN;
        }
        return port.lastKindOfResponse();
    }

    /** Why the silence may be the sensor's own blindness, or null. */
    private static @Nullable String withheld(PortEvidence port, long windowStart, Visibility visibility) {
        if (port.isOneWay(windowStart)) {
            return "one_way_server";
        }
        if (visibility.feedIsOneWay()) {
            return "one_way_feed";
        }
        if (visibility.dropsInWindow()) {
            return "sensor_drops";
        }
        return visibility.feedIsQuiet() ? "feed_quiet" : null;
    }
}
