package dev.tap445.track;

import static dev.tap445.track.FlowLayout.TIMER_LINKS;

import java.util.Arrays;

/**
 * One timer a flow, in a hashed wheel whose lists run through the flows themselves: arming, cancelling and advancing
 * allocate nothing and never scan. Time is elapsed packet time in nanoseconds, counted in ticks of 2^26 ns (67 ms).
 * A deadline beyond the wheel's turn fires after one turn; the owner arms it again.
 */
final class TimerWheel {
    /** Called for each timer that fires; the flow is no longer armed and may be armed again or removed. */
    interface Expiry {
        void onTimer(int entry);
    }

    static final int TICK_SHIFT = 26;
    static final int BUCKETS = 4096;
    private static final int MASK = BUCKETS - 1;
    private static final int NOT_ARMED = 0;

    private final FlowTable flows;
    private final int[] heads = new int[BUCKETS]; // entry + 1; 0 is empty
    private int tick;

    TimerWheel(FlowTable flows) {
        this.flows = flows;
    }

    int tick() {
        return tick;
    }

    /** Ticks after which at least {@code nanos} have passed, wherever within a tick it is now. */
    static int ticks(long nanos) {
        return (int) Math.min(nanos >>> TICK_SHIFT, BUCKETS) + 2;
    }

    /** Arms the timer of a flow that has none, to fire {@code ticks} from now. */
    void arm(int entry, int ticks) {
        int bucket = tick + Math.clamp(ticks, 1, BUCKETS - 1) & MASK;
        int next = heads[bucket];
        // links: bucket or previous entry, and next entry; values above 0 mean "armed"
        links(entry, -(bucket + 1), next);
        if (next != 0) {
            previous(next - 1, entry + 1);
        }
        heads[bucket] = entry + 1;
    }

    /** Disarms the timer where it is armed. */
    void cancel(int entry) {
        long links = flows.chunk(entry)[FlowTable.base(entry) + TIMER_LINKS];
        int previous = (int) (links >>> 32);
        int next = (int) links;
        if (previous == NOT_ARMED) {
            return;
        }
        if (previous < 0) {
            heads[-previous - 1] = next;
        } else {
            setNext(previous - 1, next);
        }
        if (next != 0) {
            previous(next - 1, previous);
        }
        links(entry, NOT_ARMED, 0);
    }

    /** Fires everything due up to {@code elapsedNanos}. */
    void advance(long elapsedNanos, Expiry expiry) {
        int target = (int) (elapsedNanos >>> TICK_SHIFT);
        int steps = Math.min(target - tick, BUCKETS);
        for (int i = 0; i < steps; i++) {
            tick++;
            fire(tick & MASK, expiry);
        }
        tick = target;
    }

    private void fire(int bucket, Expiry expiry) {
        int guard = flows.entries();
        while (heads[bucket] != 0 && guard-- >= 0) {
            int entry = heads[bucket] - 1;
            cancel(entry);
            expiry.onTimer(entry);
        }
    }

    void clear() {
        Arrays.fill(heads, 0);
    }

    private void links(int entry, int previous, int next) {
        flows.chunk(entry)[FlowTable.base(entry) + TIMER_LINKS] = (long) previous << 32 | Integer.toUnsignedLong(next);
    }

    private void previous(int entry, int previous) {
        links(entry, previous, (int) flows.chunk(entry)[FlowTable.base(entry) + TIMER_LINKS]);
    }

    private void setNext(int entry, int next) {
        long[] c = flows.chunk(entry);
        int at = FlowTable.base(entry) + TIMER_LINKS;
        c[at] = c[at] & 0xffff_ffff_0000_0000L | Integer.toUnsignedLong(next);
    }
}
