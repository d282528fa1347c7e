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
    private static final long BUCKET_NANOS = 10_000_000_000L;
    /** 2^10 registers: about 2.5 % standard error, one KiB, for scanners alone. */
    private static final int PRECISION = 10;

    private static final long ANSWERED = 1;
    private static final int HASH_SHIFT = 1;
    private static final int BUCKET_SHIFT = 33;

    private long[] entries = new long[1]; // bucket (31) | destination hash (32) | answered (1)
    private int count;
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
        compact();
        if (count > entries.length / 2) {
            if (entries.length < MAX_ENTRIES) {
                entries = Arrays.copyOf(entries, entries.length * 2);
            } else {
                overflow();
            }
        }
    }

    /** Sorts, and merges entries of the same bucket and destination. */
    private void compact() {
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
    }

    private static long mix(long value) {
        long h = value * 0x9e37_79b9_7f4a_7c15L;
        h = (h ^ h >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        h = (h ^ h >>> 27) * 0x94d0_49bb_1331_11ebL;
        return h ^ h >>> 31;
    }

    /** Whether any window holds more than {@code limit} distinct destinations, most of them not answered. */
    boolean isScanner(int limit, long windowNanos) {
        if (scanner || count <= limit) {
            return scanner;
        }
        compact();
        long buckets = Math.max(1, windowNanos / BUCKET_NANOS);
        int from = 0;
        for (int to = 1; to <= count; to++) {
            while ((entries[to - 1] >>> BUCKET_SHIFT) - (entries[from] >>> BUCKET_SHIFT) >= buckets) {
                from++;
            }
            boolean windowEnds = to == count || (entries[to] >>> BUCKET_SHIFT) != (entries[to - 1] >>> BUCKET_SHIFT);
            if (windowEnds && to - from > limit && isScan(from, to, limit)) {
                scanner = true;
                return true;
            }
        }
        return false;
    }

    private boolean isScan(int from, int to, int limit) {
        long[] window = destinations(from, to);
        int distinct = 0;
        int answered = 0;
        for (int i = 0; i < window.length; i++) {
            boolean last = i + 1 == window.length || window[i + 1] >>> HASH_SHIFT != window[i] >>> HASH_SHIFT;
            if (last) {
                distinct++;
                answered += (int) (window[i] & ANSWERED); // sorted: an answered entry comes last
            }
        }
        return distinct > limit && answered * 2 < distinct;
    }

    private long[] destinations(int from, int to) {
        long[] window = new long[to - from];
        for (int i = from; i < to; i++) {
            window[i - from] = entries[i] & 0x1_ffff_ffffL;
        }
        Arrays.sort(window);
        return window;
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
        long first = (entries[count - 1] >>> BUCKET_SHIFT) - Math.max(1, windowNanos / BUCKET_NANOS);
        int from = count;
        while (from > 0 && entries[from - 1] >>> BUCKET_SHIFT > first) {
            from--;
        }
        long[] window = destinations(from, count);
        long distinct = 0;
        for (int i = 0; i < window.length; i++) {
            if (i == 0 || window[i] >>> HASH_SHIFT != window[i - 1] >>> HASH_SHIFT) {
                distinct++;
            }
        }
        return distinct;
    }
}
