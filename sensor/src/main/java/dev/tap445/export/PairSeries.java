package dev.tap445.export;

import dev.tap445.inventory.PairView;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;

/** The SMB1 series of a client with a server. */
final class PairSeries {
    private static final String[] PAIR = {"client", "server"};
    private static final String[] SESSION = {"client", "offer", "server"};

    private PairSeries() {}

    static void collect(List<Roster.NamedPair> pairs, Series series) {
        for (Roster.NamedPair named : pairs) {
            PairView pair = named.view();
            Roster.PairLabel text = named.label();
            sessions(text, "smb1_and_smb2", pair.sessionsSmb1AndSmb2(), series);
            sessions(text, "smb1_only", pair.sessionsSmb1Only(), series);
            sessions(text, "unseen", pair.unseenOffer(), series);
            Labels labels = Labels.of(PAIR, new String[] {text.client(), text.server()});
            series.count(Family.SMB1_MESSAGES, labels, pair.messages());
            series.count(Family.SMB1_BYTES, labels, pair.bytes());
            series.count(Family.SMB1_REFUSED, labels, pair.refused());
        }
    }

    private static void sessions(Roster.PairLabel text, String offer, long count, Series series) {
        if (count > 0) {
            String[] values = {text.client(), offer, text.server()};
            series.count(Family.SMB1_SESSIONS, Labels.of(SESSION, values), count);
        }
    }
}
