package dev.tap445.inventory;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pairs of one client by server: a small open-addressing set, bounded. Inventory thread only. */
final class PairTable implements Iterable<Pair> {
    private final int capacity;
    private Pair[] pairs = new Pair[0]; // in order of arrival, the first size of them
    private int[] index = new int[4]; // position + 1; 0 is free
    private int size;
    private @Nullable Pair latest;

    PairTable(int capacity) {
        this.capacity = capacity;
    }

    int size() {
        return size;
    }

    /** The pair with this server, made where it is missing; not kept where the table is full. */
    Pair get(Host server) {
        Pair known = latest;
        if (known != null && known.server == server) {
            return known; // the observations of one connection come close together
        }
        Pair found = find(server);
        latest = found;
        return found;
    }

    private Pair find(Host server) {
        int mask = index.length - 1;
        int at = home(server, mask);
        while (index[at] != 0) {
            Pair pair = pairs[index[at] - 1];
            if (pair.server == server) {
                return pair;
            }
            at = at + 1 & mask;
        }
        Pair pair = new Pair(server);
        if (size < capacity) {
            add(pair);
        }
        return pair;
    }

    private void add(Pair pair) {
        if (size == pairs.length) {
            pairs = Arrays.copyOf(pairs, Math.max(2, size * 2));
        }
        pairs[size++] = pair;
        if (size * 2 > index.length) {
            index = new int[index.length * 4];
            for (int i = 0; i < size; i++) {
                place(pairs[i].server, i + 1);
            }
        } else {
            place(pair.server, size);
        }
    }

    private void place(Host server, int reference) {
        int mask = index.length - 1;
        int at = home(server, mask);
        while (index[at] != 0) {
            at = at + 1 & mask;
        }
        index[at] = reference;
    }

    private static int home(Host server, int mask) {
        long h = (server.high ^ server.low) * 0x9e37_79b9_7f4a_7c15L;
        return (int) (h >>> 40) & mask;
    }

    @Override
    public Iterator<Pair> iterator() {
        return List.of(Arrays.copyOf(pairs, size)).iterator();
    }
}
