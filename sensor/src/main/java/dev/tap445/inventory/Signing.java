package dev.tap445.inventory;

import java.util.Locale;

/** SMB signing as announced in a NEGOTIATE (MS-SMB2 2.2.3 SecurityMode; MS-SMB 2.2.4.5.2.1 SecurityMode). */
public enum Signing {
    UNKNOWN,
    OFF,
    ENABLED,
    REQUIRED;

    /** The name used in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
