package dev.tap445.track;

import dev.tap445.wire.DecodeFailure;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** One counter a reason; written by one thread, read by any. */
public final class FailureCounters {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[DecodeFailure.values().length];

    public void count(DecodeFailure reason) {
        int at = reason.ordinal();
        CELL.setRelease(counts, at, counts[at] + 1); // pairs with getAcquire in get
    }

    public long get(DecodeFailure reason) {
        return (long) CELL.getAcquire(counts, reason.ordinal());
    }
}
