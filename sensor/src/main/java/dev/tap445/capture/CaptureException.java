package dev.tap445.capture;

/** A source that cannot be opened; the message is one line for the user, with what to do about it. */
public final class CaptureException extends Exception {
    private static final long serialVersionUID = 1;

    public CaptureException(String message) {
        super(message);
    }

    public CaptureException(String message, Throwable cause) {
        super(message, cause);
    }
}
