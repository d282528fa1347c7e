package dev.tap445.capture;

import dev.tap445.wire.DecodeFailure;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** Why packets in fragments were given up, one counter a reason. Single writer, any thread reads. */
final class FragmentCounters {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[DecodeFailure.values().length];

    void count(DecodeFailure reason) {
        int at = reason.ordinal();
        CELL.setRelease(counts, at, counts[at] + 1); // pairs with getAcquire in get
    }

    long get(DecodeFailure reason) {
        return (long) CELL.getAcquire(counts, reason.ordinal());
    }
}
