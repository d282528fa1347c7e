package dev.tap445.export.access;

/** Whether a request may be answered. */
public enum Permission {
    PERMITTED,
    DENIED,
    /** Too many credentials wait to be checked. */
    BUSY
}
