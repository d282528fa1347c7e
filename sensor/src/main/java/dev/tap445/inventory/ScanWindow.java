package dev.tap445.inventory;

import com.dynatrace.hash4j.distinctcount.UltraLogLog;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Distinct destinations of one client on watched ports, by ten-second bucket: exact up to {@value #MAX_ENTRIES}
 * (bucket, destination) entries, beyond that an UltraLogLog sketch for the count. Whether the client is a scanner is
 * decided on the entries, in any order of arrival; once it is, it stays one.
 */
final class ScanWindow {
    static final int MAX_ENTRIES = 4096;
    /** Below this, room is made without looking for entries that are there twice. */
    private static final int SORTED_FROM = 512;

    private static final long BUCKET_NANOS = 10_000_000_000L;
    /** 2^10 registers: about 2.5 % standard error, one KiB, for scanners alone. */
    private static final int PRECISION = 10;

    private static final long ANSWERED = 1;
    private static final int HASH_SHIFT = 1;
    private static final int BUCKET_SHIFT = 33;

    private long[] entries = new long[1]; // bucket (31) | destination hash (32) | answered (1)
    private int count;
    private int ordered; // of the entries, from the first on: sorted, and each once
    private int cleared; // entries that were looked through and make no scanner; 0 where they have to be again
    private boolean scanner;
    private @Nullable UltraLogLog sketch;

    /** Attempts held, destinations in several buckets more than once: an upper bound that costs nothing. */
    int entries() {
        return count;
    }

    /**
     * An attempt to a destination, named by a 64-bit hash of address and port; the same attempt may be told again when
     * it is settled.
     */
    void add(long destinationHash, long time, boolean answered) {
        UltraLogLog beyond = sketch;
        if (beyond != null) {
            beyond.add(mix(destinationHash >>> 32)); // as overflow() does: the same destination counts once
        }
        long bucket = time / BUCKET_NANOS & 0x7fff_ffffL;
        long entry = bucket << BUCKET_SHIFT | (destinationHash >>> 32) << HASH_SHIFT;
        for (int i = count - 1; i >= Math.max(0, count - 64); i--) { // the latest are the likeliest
            if ((entries[i] & ~ANSWERED) == entry) {
                entries[i] |= answered ? ANSWERED : 0;
                return;
            }
        }
        if (scanner && beyond != null) {
            return;
        }
        if (count == entries.length) {
            makeRoom();
        }
        entries[count++] = entry | (answered ? ANSWERED : 0);
    }

    /** An earlier run of the sensor found it to be one. */
    void restoreScanner() {
        scanner = true;
    }

    private void makeRoom() {
        if (entries.length >= SORTED_FROM) {
            compact();
            if (count <= entries.length / 2) {
                return;
            }
        }
        if (entries.length < MAX_ENTRIES) {
            entries = Arrays.copyOf(entries, entries.length * 2);
        } else {
            overflow();
        }
    }

    /** Sorts, and merges entries of the same bucket and destination. */
    private void compact() {
        if (ordered == count) {
            return; // an answer that came later is the lowest bit of its entry: the order stays
        }
        Arrays.sort(entries, 0, count);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (kept > 0 && (entries[kept - 1] & ~ANSWERED) == (entries[i] & ~ANSWERED)) {
                entries[kept - 1] |= entries[i] & ANSWERED;
            } else {
                entries[kept++] = entries[i];
            }
        }
        count = kept;
        ordered = kept;
    }

    private void overflow() {
        if (sketch == null) { // later ones have been added to it as they came
            UltraLogLog beyond = UltraLogLog.create(PRECISION);
            for (int i = 0; i < count; i++) {
                beyond.add(mix(entries[i] >>> HASH_SHIFT & 0xffff_ffffL));
            }
            sketch = beyond;
        }
        System.arraycopy(entries, count / 2, entries, 0, count - count / 2);
        count -= count / 2;
        ordered = count;
        cleared = 0;
    }

    /** What makes a scanner has changed. */
    void judgeAnew() {
        cleared = 0;
    }

    private static long mix(long value) {
        long h = value * 0x9e37_79b9_7f4a_7c15L;
        h = (h ^ h >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        h = (h ^ h >>> 27) * 0x94d0_49bb_1331_11ebL;
        return h ^ h >>> 31;
    }

    /**
     * Whether any window holds more than {@code limit} distinct destinations, most of them not answered. What was found
     * not to make a scanner does not become one by later answers; it is looked through again when there are more
     * entries, or after {@link #judgeAnew}.
     */
    boolean isScanner(int limit, long windowNanos) {
        if (scanner || count <= limit) {
            return scanner;
        }
        compact();
        if (count == cleared) {
            return false;
        }
        long buckets = Math.max(1, windowNanos / BUCKET_NANOS);
        scanner = anyWindowMayBeScan(limit, buckets) && anyWindowIsScan(limit, buckets);
        cleared = count;
        return scanner;
    }

    /** What most clients are passed by: destinations that did not answer are no more than the entries that did not. */
    private boolean anyWindowMayBeScan(int limit, long buckets) {
        int unanswered = 0;
        int from = 0;
        for (int to = 0; to < count; to++) {
            while (bucket(to) - bucket(from) >= buckets) {
                unanswered -= isAnswered(from) ? 0 : 1;
                from++;
            }
            unanswered += isAnswered(to) ? 0 : 1;
            if (to - from >= limit && unanswered * 2 > limit) {
                return true;
            }
        }
        return false;
    }

    /** Moves a window of so many buckets over the entries and counts what comes in and what falls out. */
    private boolean anyWindowIsScan(int limit, long buckets) {
        int[] destination = numbered();
        int[] held = new int[count]; // entries of each destination in the window
        int[] heldAnswered = new int[count];
        int distinct = 0;
        int answered = 0;
        int from = 0;
        for (int to = 0; to < count; to++) {
            while (bucket(to) - bucket(from) >= buckets) {
                int gone = destination[from];
                distinct -= --held[gone] == 0 ? 1 : 0;
                answered -= isAnswered(from) && --heldAnswered[gone] == 0 ? 1 : 0;
                from++;
            }
            int come = destination[to];
            distinct += held[come]++ == 0 ? 1 : 0;
            answered += isAnswered(to) && heldAnswered[come]++ == 0 ? 1 : 0;
            boolean windowEnds = to + 1 == count || bucket(to + 1) != bucket(to);
            if (windowEnds && distinct > limit && answered * 2 < distinct) {
                return true;
            }
        }
        return false;
    }

    private long bucket(int entry) {
        return entries[entry] >>> BUCKET_SHIFT;
    }

    private boolean isAnswered(int entry) {
        return (entries[entry] & ANSWERED) != 0;
    }

    /** A small number for the destination of each entry, the same for the same. */
    private int[] numbered() {
        long[] byDestination = new long[count]; // destination hash (32) | entry (31)
        for (int i = 0; i < count; i++) {
            byDestination[i] = (entries[i] >>> HASH_SHIFT & 0xffff_ffffL) << 31 | i;
        }
        Arrays.sort(byDestination);
        int[] numbers = new int[count];
        int number = 0;
        for (int i = 0; i < count; i++) {
            if (i > 0 && byDestination[i] >>> 31 != byDestination[i - 1] >>> 31) {
                number++;
            }
            numbers[(int) byDestination[i] & Integer.MAX_VALUE] = number;
        }
        return numbers;
    }

    /** Distinct destinations in the window that ends with the latest attempt; an estimate beyond the exact limit. */
    long destinations(long windowNanos) {
        UltraLogLog beyond = sketch;
        if (beyond != null) {
            return Math.round(beyond.getDistinctCountEstimate());
        }
        if (count == 0) {
            return 0;
        }
        compact();
        long first = bucket(count - 1) - Math.max(1, windowNanos / BUCKET_NANOS);
        int from = count;
        while (from > 0 && bucket(from - 1) > first) {
            from--;
        }
        long[] window = new long[count - from];
        for (int i = from; i < count; i++) {
            window[i - from] = entries[i] >>> HASH_SHIFT & 0xffff_ffffL;
        }
        Arrays.sort(window);
        long distinct = 0;
        for (int i = 0; i < window.length; i++) {
            if (i == 0 || window[i] != window[i - 1]) {
                distinct++;
            }
        }
        return distinct;
    }
}
