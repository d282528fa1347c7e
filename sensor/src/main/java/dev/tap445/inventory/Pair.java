package dev.tap445.inventory;

import dev.tap445.decode.Offer;

/** What is held of one client with one server. */
final class Pair {
    final Host server;
    private final long[] sessions = new long[Offer.values().length];
    long messages;
    long bytes;
    long refused;
    long first;
    long last;

    Pair(Host server) {
        this.server = server;
    }

    void session(Offer offer) {
        sessions[offer.ordinal()]++;
    }

    long sessions(Offer offer) {
        return sessions[offer.ordinal()];
    }

    long sessions() {
        long sum = 0;
        for (long count : sessions) {
            sum += count;
        }
        return sum;
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
