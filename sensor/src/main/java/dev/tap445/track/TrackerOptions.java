package dev.tap445.track;

import dev.tap445.decode.Distinguish;

/**
 * Limits and times of a {@link Tracker}, in nanoseconds of packet time.
 *
 * @param maxFlows flows held by one tracker; the one with the least evidence goes when it is full
 * @param timeout an attempt is unanswered this long after its last SYN
 * @param byClock whether time that passes settles attempts and offers and forgets idle connections, as it must live. In
 *     a file that is left to the end of the input (or to a full table), and answers are judged by their own timestamps:
 *     so the order in which independent connections lie in it changes nothing
 * @param duplicateWindow the same packet again within this is a SPAN duplicate
 * @param silence an offer with no answer for this long, on a connection that lives, is refused
 * @param seed of the hash tables
 * @param distinguish what tells hosts with the same address apart
 */
public record TrackerOptions(
        int maxFlows,
        long timeout,
        boolean byClock,
        long duplicateWindow,
        long silence,
        long seed,
        Distinguish distinguish) {
    private static final long SECOND = 1_000_000_000L;
    /** A client that retransmits its SYN does so for the last time within about two minutes (RFC 9293 section 3.8.3). */
    public static final long LINGER = 130 * SECOND;

    public static final int DEFAULT_MAX_FLOWS = 1 << 20;

    public static TrackerOptions live(long seed) {
        return new TrackerOptions(
                DEFAULT_MAX_FLOWS, 5 * SECOND, true, SECOND / 20, 30 * SECOND, seed, Distinguish.NONE);
    }

    public static TrackerOptions file(long seed) {
        return new TrackerOptions(
                DEFAULT_MAX_FLOWS, 5 * SECOND, false, SECOND / 20, 30 * SECOND, seed, Distinguish.NONE);
    }

    public TrackerOptions withMaxFlows(int flows) {
        return new TrackerOptions(flows, timeout, byClock, duplicateWindow, silence, seed, distinguish);
    }

    public TrackerOptions withDistinguish(Distinguish by) {
        return new TrackerOptions(maxFlows, timeout, byClock, duplicateWindow, silence, seed, by);
    }
}
