package dev.tap445.inventory;

import dev.tap445.decode.Offer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What is held of one client with one server. */
final class Pair {
    final Host server;
    private static final int OFFERS = Offer.values().length;
    private long @Nullable [] sessions;
    long messages;
    long bytes;
    long refused;
    long first;
    long last;

    Pair(Host server) {
        this.server = server;
    }

    void session(Offer offer) {
        long[] counts = sessions;
        if (counts == null) {
            counts = new long[OFFERS];
            sessions = counts;
        }
        counts[offer.ordinal()]++;
    }

    long sessions(Offer offer) {
        long[] counts = sessions;
        return counts == null ? 0 : counts[offer.ordinal()];
    }

    long sessions() {
        long[] counts = sessions;
        return counts == null ? 0 : Arrays.stream(counts).sum();
    }

    /** SMB1 was accepted or refused here. */
    boolean hasSmb1() {
        return first != 0;
    }

    /** SMB1 evidence at {@code time}. */
    void smb1At(long time) {
        first = first == 0 ? time : Math.min(first, time);
        last = Math.max(last, time);
    }

    /** Whether the client had a session that it could not have had over SMB2, as far as was seen. */
    boolean dependsByOffer() {
        return sessions(Offer.SMB1_ONLY) + sessions(Offer.UNSEEN) > 0;
    }
}
