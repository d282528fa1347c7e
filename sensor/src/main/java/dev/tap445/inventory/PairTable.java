package dev.tap445.inventory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The servers of one client, and its pairs with them: a small open-addressing set, bounded. A pair is made when there is
 * something to hold of it; most servers were no more than met. Inventory thread only.
 */
final class PairTable implements Iterable<Pair> {
    private static final int POSITION_BITS = 16;
    private static final Object[] NOBODY = {};
    private static final Host[] NONE_WAIT = {};
    private static final long[] NO_INDEX = {};
    /** As many servers are looked through one by one. */
    private static final int FEW = 4;

    /** As many servers are found in the cache. */
    private static final int NEAR = 32;

    private static final int WAITING = 16;

    private final int capacity;
    /** In order of arrival, the first size of them: a {@link Pair} where there is one, the {@link Host} where not. */
    private Object[] met = NOBODY;

    private long[] index = NO_INDEX; // server's number | position + 1; 0 is free; none for a few servers
    private int size;
    private Host[] waiting = NONE_WAIT; // met of late; the first waits of them
    private int waits;
    private @Nullable Pair latest;

    PairTable(int capacity) {
        if (capacity >= 1 << POSITION_BITS) {
            throw new IllegalArgumentException("too many pairs: " + capacity);
        }
        this.capacity = capacity;
    }

    int size() {
        settle();
        return size;
    }

    /** The servers that were met, and had room. */
    List<Host> servers() {
        settle();
        List<Host> servers = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            servers.add(server(i));
        }
        return servers;
    }

    /** The pairs that were made. */
    List<Pair> made() {
        List<Pair> made = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            if (met[i] instanceof Pair pair) {
                made.add(pair);
            }
        }
        return made;
    }

    private Host server(int position) {
        return met[position] instanceof Pair pair ? pair.server : (Host) met[position];
    }

    /** The pair with this server, made where it is missing; not kept where the table is full. */
    Pair get(Host server) {
        Pair known = latest;
        if (known != null && known.server == server) {
            return known; // the observations of one connection come close together
        }
        int position = position(server);
        if (position < 0) {
            position = add(server);
        }
        Pair pair = position < 0 ? new Pair(server) : at(position);
        latest = pair;
        return pair;
    }

    private Pair at(int position) {
        if (met[position] instanceof Pair pair) {
            return pair;
        }
        Pair pair = new Pair((Host) met[position]);
        met[position] = pair;
        return pair;
    }

    /**
     * The client met this server. With many servers, that is looked into when there are several: each is a cache miss, and
     * so they are missed at the same time.
     */
    void meet(Host server) {
        if (size < NEAR) {
            if (position(server) < 0) {
                add(server);
            }
            return;
        }
        if (waits > 0 && waiting[waits - 1] == server) {
            return;
        }
        if (waiting.length == 0) {
            waiting = new Host[WAITING];
        }
        waiting[waits++] = server;
        if (waits == WAITING) {
            settle();
        }
    }

    private void settle() {
        for (int i = 0; i < waits; i++) {
            if (position(waiting[i]) < 0) {
                add(waiting[i]);
            }
        }
        waits = 0;
    }

    /** Position in order of arrival; -1 where the server is not known. */
    private int position(Host server) {
        if (index.length == 0) {
            int last = size - 1;
            while (last >= 0 && server(last) != server) {
                last--;
            }
            return last;
        }
        int mask = index.length - 1;
        int at = home(server, mask);
        while (index[at] != 0) {
            if (index[at] >>> POSITION_BITS == server.number) {
                return (int) (index[at] & (1 << POSITION_BITS) - 1) - 1;
            }
            at = at + 1 & mask;
        }
        return -1;
    }

    /** Adds a server that is not there; returns its position, or -1 where the table is full. */
    private int add(Host server) {
        if (size == capacity) {
            return -1;
        }
        if (size == met.length) {
            met = Arrays.copyOf(met, Math.max(1, size * 2));
        }
        met[size++] = server;
        if (size <= FEW) {
            return size - 1;
        }
        if (size * 2 > index.length) {
            index = new long[Math.max(4 * FEW, index.length * 4)];
            for (int i = 0; i < size; i++) {
                place(server(i), i + 1);
            }
        } else {
            place(server, size);
        }
        return size - 1;
    }

    private void place(Host server, int reference) {
        int mask = index.length - 1;
        int at = home(server, mask);
        while (index[at] != 0) {
            at = at + 1 & mask;
        }
        index[at] = server.number << POSITION_BITS | reference;
    }

    private static int home(Host server, int mask) {
        return (int) (server.number * 0x9e37_79b9_7f4a_7c15L >>> 40) & mask;
    }

    /** All pairs, in order of arrival; makes them where they are missing. */
    @Override
    public Iterator<Pair> iterator() {
        settle();
        List<Pair> all = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            all.add(at(i));
        }
        return all.iterator();
    }
}
