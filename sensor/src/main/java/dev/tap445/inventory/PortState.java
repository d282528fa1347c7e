package dev.tap445.inventory;

import java.util.Locale;

/** State of a watched port of a server within the window. */
public enum PortState {
    ANSWERING,
    REFUSING,
    UNREACHABLE,
    /** At least three SYNs, one of them a retransmission, none answered since the first, and the host showed life since. */
    SILENT,
    /** As {@link #SILENT}, without any sign of life. */
    DARK,
    /** The return path is not visible: no verdict is made. */
    ONE_WAY,
    UNKNOWN;

    /** The name used in reports and metric labels. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
