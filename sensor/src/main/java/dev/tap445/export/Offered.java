package dev.tap445.export;

import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Locale;

/** What a client put forward, as a label; in the order of the texts. */
@SuppressWarnings("ImmutableEnumChecker") // labels are immutable, and not declared as that
enum Offered {
    INCOMPLETE,
    SMB1_AND_SMB2,
    SMB1_ONLY,
    SMB2_ONLY,
    UNSEEN;

    private final Labels labels = Labels.of("offer", name().toLowerCase(Locale.ROOT));

    Labels labels() {
        return labels;
    }
}
