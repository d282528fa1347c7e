package dev.tap445.export;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Decides which keys (hosts, or pairs) have series of their own: at most {@code capacity}, first come, and who is in
 * stays in until it is no longer offered, so that series do not flicker between scrapes. Each round all keys {@link #ask},
 * then {@link #settle} decides. One thread at a time.
 *
 * @param <K> what is admitted
 * @param <V> what is kept beside it while it is in (label texts)
 */
final class Admission<K extends Comparable<? super K>, V> {
    private final int capacity;
    private final Function<K, V> entry;
    private final Map<K, Seat<K, V>> seats = new HashMap<>();
    private long round = 1;
    private int admitted;
    private long suppressed;

    /** What is known of a key that asks: in, or turned away. */
    static final class Seat<K, V> {
        private final K key;
        private long firstSeen;
        private long round;
        private boolean turnedAway;

        private @Nullable V entry;

        private Seat(K key) {
            this.key = key;
        }

        /** What is kept beside the key once the round has ended; null where it is not admitted. */
        @Nullable V entry() {
            return entry;
        }
    }

    Admission(int capacity, Function<K, V> entry) {
        this.capacity = capacity;
        this.entry = entry;
    }

    /** The key asks in this round; of a key that asks twice the earlier sight counts. */
    Seat<K, V> ask(K key, long firstSeen) {
        Seat<K, V> seat = seats.get(key);
        if (seat == null) {
            seat = new Seat<>(key);
            seats.put(key, seat);
        }
        seat.firstSeen = seat.round == round ? Math.min(seat.firstSeen, firstSeen) : firstSeen;
        seat.round = round;
        return seat;
    }

    /**
     * Ends the round. Keys that did not ask make room; the rest of the room goes to the newcomers in order of first
     * sight, then of key.
     */
    void settle() {
        seats.values().removeIf(this::leaves);
        int room = capacity - admitted;
        if (room > 0 && seats.size() > admitted) {
            admit(room);
        }
        if (seats.size() > admitted) {
            turnAway();
        }
        round++;
    }

    private boolean leaves(Seat<K, V> seat) {
        if (seat.round == round) {
            return false;
        }
        admitted -= seat.entry != null ? 1 : 0;
        return true;
    }

    private void admit(int room) {
        List<Seat<K, V>> newcomers = new ArrayList<>();
        for (Seat<K, V> seat : seats.values()) {
            if (seat.entry == null) {
                newcomers.add(seat);
            }
        }
        if (room < newcomers.size()) {
            newcomers.sort(
                    Comparator.<Seat<K, V>>comparingLong(seat -> seat.firstSeen).thenComparing(seat -> seat.key));
        }
        for (Seat<K, V> seat : newcomers.subList(0, Math.min(room, newcomers.size()))) {
            seat.entry = entry.apply(seat.key);
            seat.turnedAway = false;
            admitted++;
        }
    }

    private void turnAway() {
        for (Seat<K, V> seat : seats.values()) {
            if (seat.entry == null && !seat.turnedAway) {
                seat.turnedAway = true;
                suppressed++;
            }
        }
    }

    /** How many keys came to be turned away, ever; one that stays away counts once. */
    long suppressed() {
        return suppressed;
    }
}
