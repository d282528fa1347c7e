package dev.tap445.decode;

import java.util.List;
import java.util.Locale;

/** What one NEGOTIATE request puts forward. */
public enum Offer {
    /** SMB1 header, no SMB2 string. */
    SMB1_ONLY,
    /** SMB1 header, at least one SMB1 dialect and one SMB2 string. */
    SMB1_AND_SMB2,
    /** SMB2 header, or an SMB1 header that lists SMB2 strings alone. */
    SMB2_ONLY,
    /** Not seen whole: never evidence for {@link #SMB1_ONLY}. */
    INCOMPLETE,
    /** Not seen at all: the capture began in the middle of the connection. */
    UNSEEN;

    private static final List<Offer> ALL = List.of(values());
    private final String label = name().toLowerCase(Locale.ROOT);

    public static Offer of(int ordinal) {
        return ALL.get(ordinal);
    }

    /** The name used in reports and metric labels. */
    public String label() {
        return label;
    }
}
