package dev.tap445.inventory;

import dev.tap445.decode.Offer;
import dev.tap445.track.Endpoints;
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

    /** The latest connection with SMB1: the client's port, and the server's; 0 where none was seen. */
    int clientPort;

    int serverPort;
    /** As of the last snapshot. */
    @Nullable PairView view;
    /** What of it is in the store, as {@link #stamp}. */
    long savedStamp = -1;

    Pair(Host server) {
        this.server = server;
    }

    void session(Offer offer) {
        counts()[offer.ordinal()]++;
    }

    private long[] counts() {
        long[] counts = sessions;
        if (counts == null) {
            counts = new long[OFFERS];
            sessions = counts;
        }
        return counts;
    }

    /** What an earlier run of the sensor had counted. */
    void restore(Offer offer, long count) {
        if (count > 0) {
            counts()[offer.ordinal()] = Math.max(count, sessions(offer));
        }
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

    boolean isAsIn(PairView view) {
        return view.messages() == messages
                && view.bytes() == bytes
                && view.firstSeen() == first
                && view.lastSeen() == last
                && view.refused() == refused
                && view.sessions() == sessions();
    }

    long sessions(Offer offer) {
        long[] counts = sessions;
        return counts == null ? 0 : counts[offer.ordinal()];
    }

    long sessions() {
        long[] counts = sessions;
        long sum = 0;
        if (counts != null) {
            for (long count : counts) {
                sum += count;
            }
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
