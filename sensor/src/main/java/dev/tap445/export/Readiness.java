package dev.tap445.export;

import dev.tap445.inventory.ServerView;
import java.util.Locale;

/** Whether SMB1 can be switched off at a server; the most urgent first. */
enum Readiness {
    /** Clients depend on SMB1 there. */
    NOT_READY,
    /** Never seen answering SMB: nothing can be said. */
    UNKNOWN,
    /** Seen answering, and no client depends on SMB1 there. */
    READY;

    static Readiness of(ServerView server) {
        if (!server.dependentClients().isEmpty()) {
            return NOT_READY;
        }
        return server.ready() ? READY : UNKNOWN;
    }

    /** The name used in JSON and CSV. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
