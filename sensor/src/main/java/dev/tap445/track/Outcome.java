package dev.tap445.track;

import java.util.List;
import java.util.Locale;

/** How a handshake attempt (one 4-tuple and initial sequence number) ended. */
public enum Outcome {
    /** SYN-ACK acknowledging ISN+1, or the data of a TCP Fast Open SYN too (RFC 7413). */
    ANSWERED,
    /** RST acknowledging ISN+1. */
    REFUSED,
    /** ICMP or ICMPv6 destination-unreachable quoting the SYN. */
    UNREACHABLE,
    /** None of these within the timeout. */
    UNANSWERED,
    /** The connection goes on although no SYN-ACK was seen. */
    ONE_WAY,
    /** The client resets before any answer. */
    ABORTED,
    /** The capture ended, or the attempt was evicted, too early to say. */
    PENDING;

    private static final List<Outcome> ALL = List.of(values());
    private final String label = name().toLowerCase(Locale.ROOT);

    public static Outcome of(int ordinal) {
        return ALL.get(ordinal);
    }

    /** The name used in reports and metric labels. */
    public String label() {
        return label;
    }
}
