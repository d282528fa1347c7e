package dev.tap445.track;

/**
 * Elapsed packet time: it advances with the packets' own timestamps and never goes back, so that files whose parts are
 * out of order lose nothing. From where a file first goes back in time, a packet counts for a millisecond at most: a
 * connection that has ended is then remembered for some thousand packets, wherever the times jump meanwhile. Nanoseconds.
 */
final class PacketClock {
    /** A timestamp this far behind the latest is a new beginning, not a packet out of order. */
    private static final long STEP_BACK = 10_000_000_000L;
    /** What one packet counts for at most in a file that goes back in time: its times no longer say how much passed. */
    private static final long UNORDERED_STEP = 1_000_000L;

    private final boolean byClock;
    private long latest = Long.MIN_VALUE;
    private long elapsed;
    private boolean unordered;

    /** {@code byClock}: live, where a step back is the clock's that was set, and says nothing of what follows. */
    PacketClock(boolean byClock) {
        this.byClock = byClock;
    }

    /** A packet of this time has come, or the time itself; returns whether anything moved. */
    boolean advance(long timeNanos) {
        if (timeNanos > latest) {
            if (latest != Long.MIN_VALUE) {
                elapsed += unordered ? Math.min(timeNanos - latest, UNORDERED_STEP) : timeNanos - latest;
            }
            latest = timeNanos;
            return true;
        }
        if (timeNanos < latest - STEP_BACK) {
            latest = timeNanos;
            unordered = !byClock;
            return true;
        }
        return false;
    }

    /** The newest timestamp, or the one of the latest step back; nanoseconds since the epoch. */
    long latest() {
        return latest;
    }

    /** Since the first packet. */
    long elapsed() {
        return elapsed;
    }
}
