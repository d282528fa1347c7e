package dev.tap445.track;

import dev.tap445.wire.FlowHash;

/**
 * Facts about hosts that were reported a short while ago, so that the same one is not reported with each connection. A
 * fact is news again when another took its place here, when it changed, or when it is older than what was reported (the
 * earliest report is the one that counts). Begins small, and grows with the hosts, up to a bound. One thread.
 */
final class RecentFacts {
    private static final int MIN_CAPACITY = 1 << 9;
    private static final int MAX_CAPACITY = 1 << 15;
    private static final int LONGS = 5; // high, low, fact, time, zone

    private long[] table = new long[MIN_CAPACITY * LONGS];
    private int mask = MIN_CAPACITY - 1;
    /** Hosts that lost their place to another since the table grew. */
    private int displaced;

    /** Whether to report it; remembers that it was. */
    boolean isNews(long high, long low, int zone, long fact, long time) {
        int b = place(high, low, zone);
        if (table[b] == high && table[b + 1] == low && table[b + 4] == zone) {
            if (table[b + 2] == fact && time >= table[b + 3]) {
                return false;
            }
        } else if ((table[b] | table[b + 1]) != 0 && ++displaced > mask / 4 && mask < MAX_CAPACITY - 1) {
            grow();
            b = place(high, low, zone);
        }
        table[b] = high;
        table[b + 1] = low;
        table[b + 2] = fact;
        table[b + 3] = time;
        table[b + 4] = zone;
        return true;
    }

    private int place(long high, long low, int zone) {
        return (FlowHash.ofPair(high, low ^ (long) zone << 32, 0, 0) & mask) * LONGS;
    }

    private void grow() {
        long[] old = table;
        mask = 2 * mask + 1;
        table = new long[(mask + 1) * LONGS];
        displaced = 0;
        for (int b = 0; b < old.length; b += LONGS) {
            if ((old[b] | old[b + 1]) != 0) {
                System.arraycopy(old, b, table, place(old[b], old[b + 1], (int) old[b + 4]), LONGS);
            }
        }
    }
}
