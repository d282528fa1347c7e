package dev.tap445.capture;

import java.util.concurrent.locks.LockSupport;

/**
 * What a thread does when there was no work: a few spins, a few yields, then parks that double up to a limit. With the
 * limit at 5 ms an idle thread wakes 200 times a second, well below 1 % of a core, and adds at most that delay.
 */
public final class IdleStrategy {
    /** Longest park of {@link #live}, nanoseconds. */
    public static final long LIVE_MAX_PARK_NANOS = 5_000_000;

    private static final long MIN_PARK_NANOS = 20_000;
    private static final int SPINS = 50;
    private static final int YIELDS = 50;

    private final long maxParkNanos;
    private int idleRounds;
    private long parkNanos = MIN_PARK_NANOS;

    public IdleStrategy(long maxParkNanos) {
        this.maxParkNanos = maxParkNanos;
    }

    /** For a thread that waits for an interface or for a ring. */
    public static IdleStrategy live() {
        return new IdleStrategy(LIVE_MAX_PARK_NANOS);
    }

    /** Idles according to how long there was nothing; any positive {@code workCount} starts anew. */
    public void idle(int workCount) {
        if (workCount > 0) {
            reset();
        } else {
            idle();
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // a yield is a hint, and all that is wanted of it here
    public void idle() {
        if (idleRounds < SPINS) {
            idleRounds++;
            Thread.onSpinWait();
        } else if (idleRounds < SPINS + YIELDS) {
            idleRounds++;
            Thread.yield();
        } else {
            LockSupport.parkNanos(parkNanos);
            parkNanos = Math.min(parkNanos * 2, maxParkNanos);
        }
    }

    public void reset() {
        idleRounds = 0;
        parkNanos = MIN_PARK_NANOS;
    }
}
