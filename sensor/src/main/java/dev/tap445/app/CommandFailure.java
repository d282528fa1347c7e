package dev.tap445.app;

import dev.tap445.export.Printable;

/** Ends a command with one line for the user and an exit code. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int exitCode;

    CommandFailure(int exitCode, String message) {
        super(Printable.of(message)); // here, not where it is shown: by then no class may be readable any more
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
