package dev.tap445.inventory;

/** The store cannot be used, and why, in one line for the user. */
public final class StoreException extends Exception {
    private static final long serialVersionUID = 1;

    /** What kind of trouble it is. */
    public enum Reason {
        /** Written by a newer sensor. */
        NEWER,
        /** Another sensor uses it. */
        IN_USE,
        /** There is none. */
        MISSING,
        /** It is not readable as a store. */
        CORRUPT,
        /** It was asked to stop before it had read all. */
        STOPPED,
        /** The directory or the disk does not let it. */
        UNUSABLE
    }

    private final Reason reason;

    StoreException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    StoreException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** As {@link #getMessage}, never null. */
    public String line() {
        String message = getMessage();
        return message == null ? reason.name() : message;
    }
}
