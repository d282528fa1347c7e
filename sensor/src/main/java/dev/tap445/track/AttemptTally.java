package dev.tap445.track;

/**
 * Attempts summed by server, port and outcome while the observation queue is under pressure: what a SYN flood with a
 * million sources says fits in a few entries, and the servers' counts stay exact. Which clients they were is not kept, and counted as an observation dropped.
 * Bounded; one thread.
 */
final class AttemptTally {
    /** Takes a sum; false where there is no room for it now. */
    @FunctionalInterface
    interface Sink {
        boolean sum(Endpoints server, Outcome outcome, int attempts, long syns, long first, long last, long answer);
    }

    static final int ENTRIES = 1 << 10;

    private final long[] servers = new long[2 * ENTRIES];
    private final int[] zones = new int[ENTRIES];
    private final int[] keys = new int[ENTRIES]; // port << 8 | outcome + 1; 0 is free
    private final int[] attempts = new int[ENTRIES];
    private final long[] syns = new long[ENTRIES];
    private final long[] firsts = new long[ENTRIES];
    private final long[] lasts = new long[ENTRIES];
    private final long[] answers = new long[ENTRIES];
    private final Endpoints server = new Endpoints();
    private int used;

    boolean isEmpty() {
        return used == 0;
    }

    /** Adds an attempt; false where the table is full of others. */
    boolean add(Endpoints ends, Outcome outcome, long first, long last, int count, long answer) {
        return add(ends, outcome, 1, first, last, count, answer);
    }

    /** Adds a SYN of an attempt that has been told already; false where the table is full of others. */
    boolean addLate(Endpoints ends, Outcome outcome, long time) {
        return add(ends, outcome, 0, time, time, 1, 0);
    }

    private boolean add(Endpoints ends, Outcome outcome, int number, long first, long last, int count, long answer) {
        int key = ends.port() << 8 | outcome.ordinal() + 1;
        for (int i = 0; i < used; i++) {
            if (keys[i] == key
                    && servers[2 * i] == ends.serverHigh()
                    && servers[2 * i + 1] == ends.serverLow()
                    && zones[i] == ends.zone()) {
                attempts[i] += number;
                syns[i] += count;
                firsts[i] = Math.min(firsts[i], first);
                lasts[i] = Math.max(lasts[i], last);
                answers[i] = Math.max(answers[i], answer);
                moveUp(i);
                return true;
            }
        }
        if (used == ENTRIES) {
            return false;
        }
        keys[used] = key;
        servers[2 * used] = ends.serverHigh();
        servers[2 * used + 1] = ends.serverLow();
        zones[used] = ends.zone();
        attempts[used] = number;
        syns[used] = count;
        firsts[used] = first;
        lasts[used] = last;
        answers[used] = answer;
        used++;
        return true;
    }

    /** The victims of a flood come to the front, where they are found at once. */
    private void moveUp(int i) {
        if (i > 0) {
            swap(i, i / 2);
        }
    }

    private void swap(int i, int j) {
        swap(servers, 2 * i, 2 * j);
        swap(servers, 2 * i + 1, 2 * j + 1);
        swap(zones, i, j);
        swap(keys, i, j);
        swap(attempts, i, j);
        swap(syns, i, j);
        swap(firsts, i, j);
        swap(lasts, i, j);
        swap(answers, i, j);
    }

    private static void swap(long[] values, int i, int j) {
        long value = values[i];
        values[i] = values[j];
        values[j] = value;
    }

    private static void swap(int[] values, int i, int j) {
        int value = values[i];
        values[i] = values[j];
        values[j] = value;
    }

    /** Hands over sums until there is no room for one. */
    void drain(Sink sink) {
        while (used > 0) {
            int i = used - 1;
            server.set(0, 0, servers[2 * i], servers[2 * i + 1], keys[i] >>> 8, 0, zones[i]);
            Outcome outcome = Outcome.of((keys[i] & 0xff) - 1);
            if (!sink.sum(server, outcome, attempts[i], syns[i], firsts[i], lasts[i], answers[i])) {
                return;
            }
            used--;
        }
    }
}
