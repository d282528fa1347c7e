package dev.tap445.inventory;

import dev.tap445.wire.IpAddress;

/**
 * Hears of changes of state as the inventory reviews them, about once a second when live and at the end of a file.
 * Called on the inventory thread: to be quick, and not to throw. Times are nanoseconds since the epoch, packet time.
 */
public interface StateListener {
    /** Hears nothing. */
    StateListener NONE = new StateListener() {};

    /**
     * A watched port of a living server does not answer any more, or never did. Told once until the silence ends,
     * however often its evidence leaves the window and comes again.
     *
     * @param since first SYN that nothing answered
     * @param lastAnswer its last SYN-ACK; 0 where it was never seen answering
     * @param now time of the review
     */
    default void wentSilent(IpAddress server, int port, long since, long lastAnswer, long now) {}

    /**
     * A port that was silent was heard again.
     *
     * @param since as told in {@link #wentSilent}
     * @param state what it does now: {@link PortState#ANSWERING} when it is well again, or
     *     {@link PortState#REFUSING} or {@link PortState#UNREACHABLE}
     * @param heard the answer that ended it
     */
    default void silenceEnded(IpAddress server, int port, long since, PortState state, long heard, long now) {}

    /**
     * A client tries more destinations than any client should. Told once.
     *
     * @param destinations distinct, within the scanner window
     * @param allowed it is on the list of those who may
     */
    default void scannerFound(IpAddress client, long destinations, boolean allowed, long now) {}
}
