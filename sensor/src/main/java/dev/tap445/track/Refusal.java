package dev.tap445.track;

import java.util.List;
import java.util.Locale;

/** How a server turned an offer down. */
public enum Refusal {
    /** Not refused. */
    NONE,
    /** Index 0xFFFF: none of these dialects. */
    NO_DIALECT,
    /** An error status. */
    ERROR_STATUS,
    /** FIN without an answer. */
    CLOSED,
    /** RST without an answer. */
    RESET,
    /** Nothing, although the connection lived on. */
    SILENCE;

    private static final List<Refusal> ALL = List.of(values());

    public static Refusal of(int ordinal) {
        return ALL.get(ordinal);
    }

    /** The name used in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
