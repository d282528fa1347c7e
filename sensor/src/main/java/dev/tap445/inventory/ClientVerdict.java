package dev.tap445.inventory;

/** What is known of a client over all its evidence; never decided from one packet where more exists. */
public enum ClientVerdict {
    /** Made SMB1-only offers and never offered SMB2: breaks without SMB1. */
    SMB1_ONLY("breaks"),
    /** SMB1-only offers and SMB2 offers: two stacks on one address, or a NAT. */
    MIXED("part of it breaks"),
    /** Always offers SMB2 (or its offers were not seen), yet had SMB1 sessions: the server chose SMB1. */
    SMB1_IN_USE("depends on the server"),
    /** Offers SMB1 beside SMB2 and always got SMB2. */
    SMB1_OFFERED("safe"),
    /** Never offers SMB1. */
    SMB2_ONLY("safe"),
    /** No offer seen. */
    UNKNOWN("unknown");

    private final String withoutSmb1;

    ClientVerdict(String withoutSmb1) {
        this.withoutSmb1 = withoutSmb1;
    }

    /** What happens to the client when SMB1 is switched off, in words for a report. */
    public String withoutSmb1() {
        return withoutSmb1;
    }

    /** The name used in reports and metric labels. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
