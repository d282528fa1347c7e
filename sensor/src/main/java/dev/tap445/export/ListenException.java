package dev.tap445.export;

import java.io.IOException;
import java.io.Serial;

/** The web server cannot listen where it was told to; the message is one line for the user. */
public final class ListenException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    ListenException(String message, IOException cause) {
        super(message, cause);
    }
}
