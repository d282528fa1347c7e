package dev.tap445.track;

import dev.tap445.wire.FlowHash;

/**
 * Facts about hosts that were reported a short while ago, so that the same one is not reported with each connection. A
 * fact is news again when another took its place here, when it changed, or when it is older than what was reported (the
 * earliest report is the one that counts). One thread.
 */
final class RecentFacts {
    private static final int CAPACITY = 1 << 13;
    private static final int LONGS = 5; // high, low, fact, time, zone

    private final long[] table = new long[CAPACITY * LONGS];

    /** Whether to report it; remembers that it was. */
    boolean isNews(long high, long low, int zone, long fact, long time) {
        int b = (FlowHash.ofPair(high, low ^ (long) zone << 32, 0, 0) & CAPACITY - 1) * LONGS;
        if (table[b] == high
                && table[b + 1] == low
                && table[b + 2] == fact
                && time >= table[b + 3]
                && table[b + 4] == zone) {
            return false;
        }
        table[b] = high;
        table[b + 1] = low;
        table[b + 2] = fact;
        table[b + 3] = time;
        table[b + 4] = zone;
        return true;
    }
}
