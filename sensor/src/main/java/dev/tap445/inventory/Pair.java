package dev.tap445.inventory;

import dev.tap445.decode.Offer;
import dev.tap445.track.Endpoints;

/** What is held of one client with one server. */
final class Pair {
    final Host server;
    private final long[] sessions = new long[Offer.values().length];
    long messages;
    long bytes;
    long refused;
    long first;
    long last;

    /** The latest connection with SMB1: the client's port, and the server's; 0 where none was seen. */
    int clientPort;

    int serverPort;
    /** What of it is in the store, as {@link #stamp}. */
    long savedStamp = -1;

    Pair(Host server) {
        this.server = server;
    }

    void session(Offer offer) {
        sessions[offer.ordinal()]++;
    }

    /** What an earlier run of the sensor had counted. */
    void restore(Offer offer, long count) {
        sessions[offer.ordinal()] = Math.max(count, sessions[offer.ordinal()]);
    }

    void connection(Endpoints ends) {
        if (ends.clientPort() != 0) {
            clientPort = ends.clientPort();
            serverPort = ends.port();
        }
    }

    /** Another value whenever anything that is stored has changed: every term only grows. */
    long stamp() {
        return sessions() + messages + bytes + refused + last - first;
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
