package dev.tap445.track;

import static dev.tap445.track.FlowLayout.CLIENT;
import static dev.tap445.track.FlowLayout.CLIENT_FIN;
import static dev.tap445.track.FlowLayout.HAS_ATTEMPT;
import static dev.tap445.track.FlowLayout.RESET;
import static dev.tap445.track.FlowLayout.SERVER;
import static dev.tap445.track.FlowLayout.SIDE_ATTEMPT;

/** How long a flow is waited for, by what it is in the middle of, and when it is over. Nanoseconds. */
final class Patience {
    private static final long SECOND = 1_000_000_000L;
    private static final long TRAFFIC = SECOND;
    private static final long CLOSED = 4 * SECOND;
    /** How often a flow that goes on is reported. */
    static final long PERIODIC = 15 * SECOND;

    private final TrackerOptions options;
    private final Handshakes handshakes;

    Patience(TrackerOptions options, Handshakes handshakes) {
        this.options = options;
        this.handshakes = handshakes;
    }

    /** How long from its last activity until something is due for this flow. */
    long of(Flow f) {
        if (f.isPending()) {
            return handshakes.settleAfter(f);
        }
        if (f.hasTraffic()) {
            return TRAFFIC;
        }
        if (isClosed(f)) {
            return CLOSED;
        }
        if (f.is(HAS_ATTEMPT) && f.outcome() != Outcome.ANSWERED && f.outcome() != Outcome.ONE_WAY) {
            return TrackerOptions.LINGER; // to know its late SYNs
        }
        return Offers.awaitsAnswer(f) ? options.silence() : PERIODIC;
    }

    /** Whether this flow has been over for so long, at {@code time}, that a packet cannot belong to it. */
    boolean isForgotten(Flow f, long time) {
        return !f.isPending() && isOver(f) && time - Math.max(f.lastPacket(CLIENT), f.lastPacket(SERVER)) > of(f);
    }

    /** Whether it is reported now and then as long as it goes on. */
    static boolean isPeriodic(Flow f) {
        return !f.isPending() && !isOver(f);
    }

    static boolean isClosed(Flow f) {
        return f.is(RESET) || f.is(CLIENT_FIN) && f.is(CLIENT_FIN << SERVER);
    }

    static boolean isOver(Flow f) {
        return isClosed(f)
                || f.is(SIDE_ATTEMPT)
                || f.is(HAS_ATTEMPT)
                        && f.isSettled()
                        && f.outcome() != Outcome.ANSWERED
                        && f.outcome() != Outcome.ONE_WAY;
    }
}
