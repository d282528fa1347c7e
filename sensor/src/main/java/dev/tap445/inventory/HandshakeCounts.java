package dev.tap445.inventory;

/** Handshake attempts by outcome. */
public record HandshakeCounts(
        long answered, long refused, long unreachable, long unanswered, long oneWay, long aborted, long pending) {

    public long total() {
        return answered + refused + unreachable + unanswered + oneWay + aborted + pending;
    }
}
