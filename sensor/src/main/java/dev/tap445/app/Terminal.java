package dev.tap445.app;

import java.io.Console;

/** Whether a person is looking. */
final class Terminal {
    private Terminal() {}

    @SuppressWarnings("SystemConsoleNull") // it may be null by its own contract, whatever one JDK does
    static boolean isThere() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
