package dev.tap445.track;

import dev.tap445.wire.FlowHash;
import java.util.Arrays;

/**
 * The last packet of each host, reported in batches: a host that sends a million packets a second costs one report a
 * flush. Bounded; a host that finds no room is reported at once. One thread.
 */
final class LifeTable {
    private static final int CAPACITY = 1 << 16;
    private static final int MASK = CAPACITY - 1;
    private static final int MAX_USED = CAPACITY / 4 * 3;
    private static final int LONGS = 5; // high, low, time, time reported, zone

    private final long[] table = new long[CAPACITY * LONGS];
    private int[] dirty = new int[1024];
    private int dirtyCount;
    private int used;

    void touch(long high, long low, int zone, long time, Observer observer) {
        int at = FlowHash.ofPair(high, low ^ (long) zone << 32, 0, 0) & MASK;
        while (true) {
            int b = at * LONGS;
            if (table[b] == high && table[b + 1] == low && table[b + 4] == zone) {
                if (time > table[b + 2]) {
                    if (table[b + 2] == table[b + 3]) {
                        markDirty(at);
                    }
                    table[b + 2] = time;
                }
                return;
            }
            if (table[b] == 0 && table[b + 1] == 0) {
                insert(at, high, low, zone, time, observer);
                return;
            }
            at = at + 1 & MASK;
        }
    }

    private void insert(int at, long high, long low, int zone, long time, Observer observer) {
        if (used >= MAX_USED) {
            observer.life(high, low, zone, time);
            return;
        }
        int b = at * LONGS;
        table[b] = high;
        table[b + 1] = low;
        table[b + 2] = time;
        table[b + 3] = Long.MIN_VALUE;
        table[b + 4] = zone;
        used++;
        markDirty(at);
    }

    private void markDirty(int at) {
        if (dirtyCount == dirty.length) {
            dirty = Arrays.copyOf(dirty, dirtyCount * 2);
        }
        dirty[dirtyCount++] = at;
    }

    /** Reports every host that was seen since the last flush; starts anew when the table is full. */
    void flush(Observer observer) {
        for (int i = 0; i < dirtyCount; i++) {
            int b = dirty[i] * LONGS;
            observer.life(table[b], table[b + 1], (int) table[b + 4], table[b + 2]);
            table[b + 3] = table[b + 2];
        }
        dirtyCount = 0;
        if (used >= MAX_USED) {
            Arrays.fill(table, 0);
            used = 0;
        }
    }
}
