package dev.tap445.capture;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What one source delivered. Single writer, once a batch; any thread reads. */
public final class SourceCounters {
    private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(long[].class);
    /** A cache line of its own before and behind: the readers must not slow the writer's neighbours. */
    private static final int PAD = 16;

    private static final int PACKETS = PAD;
    private static final int BYTES = PAD + 1;
    private static final int TRUNCATED = PAD + 2;
    private static final int FIRST = PAD + 3;
    private static final int LAST = PAD + 4;
    private static final int BACK = PAD + 5;

    private final long[] values = new long[2 * PAD];

    /**
     * Writer: adds a batch of at least one packet whose timestamps lie in {@code [first, last]}, none of them more than
     * {@code back} before one that came earlier in the batch.
     */
    void add(long packets, long bytes, long truncated, long first, long last, long back) {
        boolean none = packets() == 0;
        set(BACK, Math.max(stepBack(), none ? back : Math.max(back, lastTimestamp() - first)));
        set(FIRST, none ? first : Math.min(first, firstTimestamp()));
        set(LAST, none ? last : Math.max(last, lastTimestamp()));
        set(BYTES, bytes() + bytes);
        set(TRUNCATED, truncated() + truncated);
        set(PACKETS, packets() + packets);
    }

    public long packets() {
        return get(PACKETS);
    }

    /** Captured bytes. */
    public long bytes() {
        return get(BYTES);
    }

    /** Packets held shorter than they were on the wire. */
    public long truncated() {
        return get(TRUNCATED);
    }

    /** Earliest packet, nanoseconds since the epoch; 0 where there is none. */
    public long firstTimestamp() {
        return get(FIRST);
    }

    /** Latest packet, nanoseconds since the epoch; 0 where there is none. */
    public long lastTimestamp() {
        return get(LAST);
    }

    /** How far at most a packet's time lies before that of one that came earlier, nanoseconds. */
    public long stepBack() {
        return get(BACK);
    }

    private long get(int index) {
        return (long) VALUE.getAcquire(values, index); // pairs with setRelease in set
    }

    private void set(int index, long value) {
        VALUE.setRelease(values, index, value); // pairs with getAcquire in get
    }
}
