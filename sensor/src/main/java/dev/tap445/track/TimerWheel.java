package dev.tap445.track;

import static dev.tap445.track.FlowLayout.FIRST_PACKET;
import static dev.tap445.track.FlowLayout.LAST_PACKET;
import static dev.tap445.track.FlowLayout.OFFER_AND_TICK;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * One timer a flow, in a hashed wheel: arming, cancelling and advancing never scan. Time is elapsed packet time in
 * nanoseconds, counted in ticks of 2^26 ns (67 ms). A deadline beyond the wheel's turn fires after one turn; the owner
 * arms it again.
 *
 * <p>Buckets are lists of notes, in blocks of one pool. A note says no more than that a flow may be due: what holds is
 * the flow's state here, two bytes; so that cancelling touches neither the flow nor its neighbours, and the flows of a
 * bucket, which nobody has looked at for seconds, are fetched together rather than one after the other.
 */
final class TimerWheel {
    /** Called for each timer that fires; the flow is no longer armed and may be armed again or removed. */
    interface Expiry {
        void onTimer(int entry);
    }

    static final int TICK_SHIFT = 26;
    static final int BUCKETS = 4096;
    private static final int MASK = BUCKETS - 1;

    // a flow's state: bucket of its latest note + 1, and whether that note still counts
    private static final int NOTED = 0x1fff;
    private static final int ARMED = 0x8000;
    /** Room for notes: of timers that were cancelled or armed anew too, until they are swept away. */
    private static final int NOTES_A_FLOW = 2;

    private static final int KEPT = 0x4000; // while sweeping

    private final FlowTable flows;
    private char[] states = new char[1 << 10];
    private NoteBlocks notes = new NoteBlocks(BUCKETS, NOTES_A_FLOW * states.length);
    private final IntPredicate counts = this::counts;
    private int sweeping;
    private int tick;
    /** Of no meaning: keeps the reads that fetch flows from being optimised away. */
    @SuppressWarnings("UnusedVariable")
    private long fetched;

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
        if (entry >= states.length) {
            states = Arrays.copyOf(states, Math.max(flows.entries(), 2 * states.length));
            notes.reserve(NOTES_A_FLOW * states.length);
        }
        int state = states[entry];
        states[entry] = (char) (bucket + 1 | ARMED);
        if ((state & NOTED) != bucket + 1) {
            if (!notes.add(bucket, entry)) {
                sweep(); // leaves a note a flow, and so a good half of the room
                notes.add(bucket, entry);
            }
        }
    }

    /** Disarms the timer where it is armed. */
    void cancel(int entry) {
        if (entry < states.length) {
            states[entry] = (char) (states[entry] & NOTED);
        }
    }

    /** Disarms all timers; the flows are gone. */
    void clear() {
        states = new char[1 << 10];
        notes = new NoteBlocks(BUCKETS, NOTES_A_FLOW * states.length);
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
        int left = 0; // of the block whose flows were fetched
        while (notes.count(bucket) > 0) {
            if (left == 0) {
                left = notes.count(bucket);
                fetch(bucket, left);
            }
            left--;
            int entry = notes.takeLast(bucket);
            int state = states[entry];
            if ((state & NOTED) == bucket + 1) {
                states[entry] = 0;
                if ((state & ARMED) != 0) {
                    expiry.onTimer(entry);
                }
            }
        }
    }

    /** Reads what the owner will need of the flows in a bucket's foremost block, none of it waiting for another. */
    private void fetch(int bucket, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            int entry = notes.get(bucket, i);
            if (states[entry] == (bucket + 1 | ARMED)) {
                long[] c = flows.chunk(entry);
                int b = FlowTable.base(entry);
                sum += c[b + OFFER_AND_TICK] + c[b + LAST_PACKET + 1] + c[b + FIRST_PACKET];
            }
        }
        fetched = sum;
    }

    /** Drops the notes that no longer count; each flow has at most one afterwards. */
    private void sweep() {
        for (sweeping = 0; sweeping < BUCKETS; sweeping++) {
            notes.retain(sweeping, counts);
        }
        for (int entry = 0; entry < states.length; entry++) {
            states[entry] = (char) (states[entry] & ~KEPT);
        }
    }

    private boolean counts(int entry) {
        int state = states[entry];
        if (state == (sweeping + 1 | ARMED)) {
            states[entry] = (char) (state | KEPT);
            return true;
        }
        if (state == sweeping + 1) {
            states[entry] = 0;
        }
        return false;
    }
}
