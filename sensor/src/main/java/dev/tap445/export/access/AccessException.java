package dev.tap445.export.access;

import java.io.Serial;

/** The configuration of the web server is wrong; the message is for the user and names the file. */
public final class AccessException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    AccessException(String message) {
        super(message);
    }

    AccessException(String message, Throwable cause) {
        super(message, cause);
    }
}
