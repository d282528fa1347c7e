package dev.tap445.capture;

import java.util.concurrent.locks.LockSupport;

/**
 * What a thread does when there was no work: parks that double up to a limit, where it reads a file after a few spins and
 * yields. With the limit at 5 ms an idle thread wakes 200 times a second, well below 1 % of a core, and adds at most that
 * delay.
 *
 * <p>Live there is nothing to be gained by spinning, since what comes waits in the kernel's buffer or a ring, and much to
 * be lost: each look at an interface that has nothing is a call of the kernel, and a capture thread that spun and yielded
 * first spent twice as long between a million packets a second as on them.
 */
public final class IdleStrategy {
    /** Longest park of {@link #live}, nanoseconds. */
    public static final long LIVE_MAX_PARK_NANOS = 5_000_000;

    private static final long LIVE_MIN_PARK_NANOS = 100_000;
    private static final long MIN_PARK_NANOS = 20_000;
    private static final int SPINS = 50;
    private static final int YIELDS = 50;

    private final int spins;
    private final int yields;
    private final long minParkNanos;
    private final long maxParkNanos;
    private int idleRounds;
    private long parkNanos;

    private IdleStrategy(int spins, int yields, long minParkNanos, long maxParkNanos) {
        this.spins = spins;
        this.yields = yields;
        this.minParkNanos = minParkNanos;
        this.maxParkNanos = maxParkNanos;
        this.parkNanos = minParkNanos;
    }

    /** For a thread that waits for an interface or for a ring. */
    public static IdleStrategy live() {
        return parking(LIVE_MAX_PARK_NANOS);
    }

    /** Parks at once, for at most so long. */
    public static IdleStrategy parking(long maxParkNanos) {
        return new IdleStrategy(0, 0, LIVE_MIN_PARK_NANOS, maxParkNanos);
    }

    /** For a thread that waits for another one that reads a file. */
    public static IdleStrategy file() {
        return new IdleStrategy(SPINS, YIELDS, MIN_PARK_NANOS, 200_000);
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
        if (idleRounds < spins) {
            idleRounds++;
            Thread.onSpinWait();
        } else if (idleRounds < spins + yields) {
            idleRounds++;
            Thread.yield();
        } else {
            LockSupport.parkNanos(parkNanos);
            parkNanos = Math.min(parkNanos * 2, maxParkNanos);
        }
    }

    public void reset() {
        idleRounds = 0;
        parkNanos = minParkNanos;
    }
}
