package dev.tap445.track;

/** An {@link Observer} behind a queue, which sums what would be too much to tell one by one. */
public interface SummingObserver extends Observer {
    /**
     * Attempts of any clients that were settled alike.
     *
     * @param server server and port; no client
     * @param syns of all of them, duplicates left out
     */
    void attempts(
            Endpoints server, Outcome outcome, int count, long syns, long firstSyn, long lastSyn, long lastAnswer);
}
