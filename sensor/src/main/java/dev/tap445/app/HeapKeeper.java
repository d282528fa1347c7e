package dev.tap445.app;

/**
 * Keeps the heap of a service near what it holds. The serial collector lets the old generation grow by what snapshots
 * and scrapes leave there, up to a quarter of the machine's memory, before it looks at it; this asks it to look when a
 * third of what it held last time has gathered. A collection stops the sensor for less than a second per gigabyte held,
 * which the kernel's buffer outlasts; the pauses between them are so long that they take one part in {@value #SHARE} of
 * the time at most.
 */
final class HeapKeeper {
    private static final long LEAST_GROWTH = 48L << 20;
    private static final int SHARE = 20;
    private static final long LEAST_PAUSE_NANOS = 1_000_000_000L;

    private final Runtime runtime = Runtime.getRuntime();
    private long limit = 2 * LEAST_GROWTH;
    private long next = System.nanoTime();

    /** Several times a second; collects when it is time. */
    void look() {
        if (used() > limit && System.nanoTime() - next > 0) {
            long began = System.nanoTime();
            System.gc();
            long took = System.nanoTime() - began;
            next = began + Math.max(LEAST_PAUSE_NANOS, SHARE * took);
            limit = used() + Math.max(LEAST_GROWTH, used() / 3);
        }
    }

    private long used() {
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
