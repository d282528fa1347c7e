package dev.tap445.export;

import dev.tap445.inventory.HandshakeCounts;
import java.util.Locale;

/** The outcomes of a handshake attempt that are final, in the order of their labels. */
enum Outcome {
    ABORTED,
    ANSWERED,
    ONE_WAY,
    REFUSED,
    UNANSWERED,
    UNREACHABLE;

    private final String label = name().toLowerCase(Locale.ROOT);

    long of(HandshakeCounts counts) {
        return switch (this) {
            case ABORTED -> counts.aborted();
            case ANSWERED -> counts.answered();
            case ONE_WAY -> counts.oneWay();
            case REFUSED -> counts.refused();
            case UNANSWERED -> counts.unanswered();
            case UNREACHABLE -> counts.unreachable();
        };
    }

    boolean fromTheStart() {
        return this == ANSWERED || this == REFUSED || this == UNANSWERED || this == UNREACHABLE;
    }

    String label() {
        return label;
    }
}
