package dev.tap445.track;

import static dev.tap445.track.FlowLayout.CLIENT_HIGH;
import static dev.tap445.track.FlowLayout.CLIENT_LOW;
import static dev.tap445.track.FlowLayout.HASH_FLAGS;
import static dev.tap445.track.FlowLayout.LONGS;
import static dev.tap445.track.FlowLayout.PORTS;
import static dev.tap445.track.FlowLayout.SERVER_HIGH;
import static dev.tap445.track.FlowLayout.SERVER_LOW;

import dev.tap445.wire.Vantage;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Flows by key, in primitive arrays: an open-addressing index of (hash, entry) pairs with linear probing, and entries of
 * {@link FlowLayout#LONGS} longs in chunks that never move. The key lies inline in the entry; the hash in the index
 * keeps probes from touching other entries. Grows up to its capacity, never beyond. One thread.
 *
 * <p>The hash is seeded per table, so that nobody can choose addresses that collide.
 */
final class FlowTable {
    static final int NONE = -1;
    private static final int CHUNK_SHIFT = 10;
    private static final int CHUNK = 1 << CHUNK_SHIFT;
    private static final int MIN_INDEX = 1 << 11;
    private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

    private final int capacity;
    private final long key1;
    private final long key2;
    private final long key3;
    private final long key4;
    private final long key5;
    private final boolean zoned;
    private long[][] chunks = new long[4][];
    /** Zones of the entries; empty where addresses are unique. */
    private int[] zones = {};

    private int chunkCount;
    private long[] index = new long[MIN_INDEX]; // hash << 32 | entry + 1; 0 is free
    private int mask = MIN_INDEX - 1;
    private int size;
    private int[] free = new int[CHUNK];
    private int freeCount;

    /** {@code zoned}: whether equal keys in different zones are different. */
    FlowTable(int capacity, long seed, boolean zoned) {
        this.zoned = zoned;
        this.capacity = Math.max(CHUNK, (capacity + CHUNK - 1) / CHUNK * CHUNK);
        SplittableRandom random = new SplittableRandom(seed);
        this.key1 = random.nextLong() | 1;
        this.key2 = random.nextLong() | 1;
        this.key3 = random.nextLong() | 1;
        this.key4 = random.nextLong() | 1;
        this.key5 = random.nextLong() | 1;
    }

    int size() {
        return size;
    }

    /** Whether equal keys in different zones are different. */
    boolean isZoned() {
        return zoned;
    }

    boolean isFull() {
        return size == capacity;
    }

    /** Entries that exist, free ones too: a bound for walking over all of them. */
    int entries() {
        return chunkCount << CHUNK_SHIFT;
    }

    long[] chunk(int entry) {
        return chunks[entry >>> CHUNK_SHIFT];
    }

    int zone(int entry) {
        return zoned ? zones[entry] : Vantage.NONE;
    }

    static int base(int entry) {
        return (entry & CHUNK - 1) * LONGS;
    }

    boolean isUsed(int entry) {
        return chunk(entry)[base(entry) + HASH_FLAGS] != 0;
    }

    /** Multilinear hashing with random odd multipliers: the products do not wait for each other. */
    private int hash(long a, long b, long c, long d, long ports, int zone) {
        long h = a * key1 + b * key2 + c * key3 + d * key4 + (ports ^ zone) * key5;
        h = (h ^ h >>> 32) * MIX;
        return (int) (h >>> 32) | 1; // never 0, so that a used entry is never all zero
    }

    static long ports(int clientPort, int serverPort, int scope) {
        return (long) clientPort << 48 | (long) serverPort << 32 | Integer.toUnsignedLong(scope);
    }

    /** The entry of this key, or {@link #NONE}. {@code zone}: of both addresses. */
    int find(long clientHigh, long clientLow, long serverHigh, long serverLow, long ports, int zone) {
        int hash = hash(clientHigh, clientLow, serverHigh, serverLow, ports, zone);
        int at = hash >>> 1 & mask;
        while (true) {
            long cell = index[at];
            if (cell == 0) {
                return NONE;
            }
            if ((int) (cell >>> 32) == hash) {
                int entry = (int) cell - 1;
                long[] c = chunk(entry);
                int b = base(entry);
                if (c[b + CLIENT_LOW] == clientLow
                        && c[b + SERVER_LOW] == serverLow
                        && c[b + PORTS] == ports
                        && c[b + CLIENT_HIGH] == clientHigh
                        && c[b + SERVER_HIGH] == serverHigh
                        && zone(entry) == zone) {
                    return entry;
                }
            }
            at = at + 1 & mask;
        }
    }

    /** The hash of a key without zone: where {@link #glance} looks. */
    int hash(long clientHigh, long clientLow, long serverHigh, long serverLow, long ports) {
        return hash(clientHigh, clientLow, serverHigh, serverLow, ports, Vantage.NONE);
    }

    /** Where the search for this hash begins: what the index holds there. */
    long glance(int hash) {
        return index[hash >>> 1 & mask];
    }

    /** Reads what a packet will need of the flow with this hash, if there is one; the sum means nothing. */
    long touch(int hash, long glance) {
        long cell = glance;
        int at = hash >>> 1 & mask;
        while (cell != 0 && (int) (cell >>> 32) != hash) {
            at = at + 1 & mask;
            cell = index[at];
        }
        if (cell == 0) {
            return 0;
        }
        int entry = (int) cell - 1;
        long[] c = chunk(entry);
        int b = base(entry);
        return c[b] + c[b + FlowLayout.NEXT_RECORD] + c[b + FlowLayout.SLOTS]; // one in each of three cache lines
    }

    /** Adds a key that is not there; the rest of the entry is zero. The table must not be full. */
    int insert(long clientHigh, long clientLow, long serverHigh, long serverLow, long ports, int zone) {
        if (freeCount == 0) {
            addChunk();
        }
        if (size * 8L >= index.length * 5L) {
            growIndex();
        }
        int entry = free[--freeCount];
        int hash = hash(clientHigh, clientLow, serverHigh, serverLow, ports, zone);
        if (zoned) {
            zones[entry] = zone;
        }
        long[] c = chunk(entry);
        int b = base(entry);
        Arrays.fill(c, b, b + LONGS, 0); // here, where the entry is needed, rather than where it is given up
        c[b + CLIENT_HIGH] = clientHigh;
        c[b + CLIENT_LOW] = clientLow;
        c[b + SERVER_HIGH] = serverHigh;
        c[b + SERVER_LOW] = serverLow;
        c[b + PORTS] = ports;
        c[b + HASH_FLAGS] = (long) hash << 32;
        place(hash, entry);
        size++;
        return entry;
    }

    private void place(int hash, int entry) {
        int at = hash >>> 1 & mask;
        while (index[at] != 0) {
            at = at + 1 & mask;
        }
        index[at] = (long) hash << 32 | entry + 1;
    }

    /** Removes the entry. */
    void remove(int entry) {
        long[] c = chunk(entry);
        int b = base(entry);
        int hash = (int) (c[b + HASH_FLAGS] >>> 32);
        int at = hash >>> 1 & mask;
        while ((int) index[at] != entry + 1) {
            at = at + 1 & mask;
        }
        closeGap(at);
        c[b + HASH_FLAGS] = 0;
        free[freeCount++] = entry;
        size--;
    }

    /** Forgets all entries, and gives their memory up. */
    void clear() {
        chunks = new long[4][];
        chunkCount = 0;
        freeCount = 0;
        index = new long[MIN_INDEX];
        mask = MIN_INDEX - 1;
        size = 0;
    }

    /** Backward-shift deletion: moves what follows into the gap, so that no tombstones slow the probes. */
    private void closeGap(int removed) {
        int gap = removed;
        int at = gap + 1 & mask;
        while (index[at] != 0) {
            int home = (int) (index[at] >>> 32) >>> 1 & mask;
            if ((at - home & mask) >= (at - gap & mask)) {
                index[gap] = index[at];
                gap = at;
            }
            at = at + 1 & mask;
        }
        index[gap] = 0;
    }

    private void addChunk() {
        if (chunkCount == chunks.length) {
            chunks = Arrays.copyOf(chunks, chunkCount * 2);
        }
        chunks[chunkCount] = new long[CHUNK * LONGS];
        int first = chunkCount++ << CHUNK_SHIFT;
        if (free.length < entries()) {
            free = Arrays.copyOf(free, entries() * 2);
        }
        if (zoned) {
            zones = Arrays.copyOf(zones, free.length);
        }
        for (int i = CHUNK - 1; i >= 0; i--) {
            free[freeCount++] = first + i;
        }
    }

    private void growIndex() {
        long[] old = index;
        index = new long[old.length * 2];
        mask = index.length - 1;
        for (long cell : old) {
            if (cell != 0) {
                place((int) (cell >>> 32), (int) cell - 1);
            }
        }
    }
}
