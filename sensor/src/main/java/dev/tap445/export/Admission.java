package dev.tap445.export;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides which keys (hosts, or pairs) have series of their own: at most {@code capacity}, first come, and who is in
 * stays in until it is no longer offered, so that series do not flicker between scrapes. One thread at a time.
 *
 * @param <K> what is admitted
 * @param <V> what is kept beside it while it is in (label texts)
 */
final class Admission<K extends Comparable<? super K>, V> {
    private final int capacity;
    private final Function<K, V> entry;
    private Map<K, V> admitted = new HashMap<>();
    private Set<K> turnedAway = new HashSet<>();
    private long suppressed;

    Admission(int capacity, Function<K, V> entry) {
        this.capacity = capacity;
        this.entry = entry;
    }

    /**
     * Renews the admitted set from all keys that ask now, each with the time it was first seen. Keys that ask no more
     * make room; the rest of the room goes to the newcomers in order of first sight, then of key.
     */
    void renew(Map<K, Long> firstSeenByKey) {
        Map<K, V> kept = new HashMap<>(2 * Math.min(capacity, firstSeenByKey.size()));
        List<Map.Entry<K, Long>> newcomers = new ArrayList<>();
        for (Map.Entry<K, Long> asking : firstSeenByKey.entrySet()) {
            V known = admitted.get(asking.getKey());
            if (known != null) {
                kept.put(asking.getKey(), known);
            } else {
                newcomers.add(asking);
            }
        }
        int room = capacity - kept.size();
        if (room < newcomers.size() && room > 0) {
            newcomers.sort(Map.Entry.<K, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()));
        }
        Set<K> away = new HashSet<>();
        for (Map.Entry<K, Long> newcomer : newcomers) {
            K key = newcomer.getKey();
            if (room > 0) {
                room--;
                kept.put(key, entry.apply(key));
            } else {
                away.add(key);
                if (!turnedAway.contains(key)) {
                    suppressed++;
                }
            }
        }
        admitted = kept;
        turnedAway = away;
    }

    /** What is kept beside an admitted key; null where it is not admitted. */
    @Nullable V get(K key) {
        return admitted.get(key);
    }

    /** How many keys came to be turned away, ever; one that stays away counts once. */
    long suppressed() {
        return suppressed;
    }
}
