package dev.tap445.inventory;

import java.util.Locale;

/** What is known of a server over all its answers. */
public enum ServerVerdict {
    /** Chose SMB1 though SMB2 was offered: its answer says so, or what followed such an offer. */
    SMB1_ONLY,
    /** Accepted SMB1 from a client that offered nothing else, or had an SMB1 session whose offer was not seen. */
    SMB1_ENABLED,
    /** Refused an SMB1-only offer and never accepted SMB1. */
    SMB1_DISABLED,
    /** Answers SMB2 and was never asked for SMB1 alone. */
    SMB2,
    /** No answer seen. */
    UNKNOWN;

    /** The name used in reports and metric labels. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
