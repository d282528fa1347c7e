package dev.tap445.app;

/**
 * Keeps the heap of a service near what it holds. The serial collector lets the old generation grow by what snapshots
 * leave there, up to a quarter of the machine's memory, before it looks at it; this asks it to look when twice as much
 * as it held last time has gathered. A collection stops the sensor for about a second per gigabyte held, which the
 * kernel's buffer outlasts.
 */
final class HeapKeeper {
    private static final long LEAST_GROWTH = 96L << 20;
    private static final long LEAST_PAUSE_NANOS = 10_000_000_000L;

    private final Runtime runtime = Runtime.getRuntime();
    private long limit = 2 * LEAST_GROWTH;
    private long last = System.nanoTime() - LEAST_PAUSE_NANOS;

    /** Several times a second; collects when it is time, never twice in ten seconds. */
    void look() {
        if (used() > limit && System.nanoTime() - last > LEAST_PAUSE_NANOS) {
            System.gc();
            last = System.nanoTime();
            limit = 2 * used() + LEAST_GROWTH;
        }
    }

    private long used() {
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
