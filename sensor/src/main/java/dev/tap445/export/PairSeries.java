package dev.tap445.export;

import dev.tap445.inventory.PairView;
import java.util.List;

/** The SMB1 series of a client with a server. */
final class PairSeries {
    private PairSeries() {}

    static void collect(List<Roster.NamedPair> pairs, Series series) {
        for (Roster.NamedPair named : pairs) {
            PairView pair = named.view();
            PairLabels labels = named.labels();
            sessions(labels, Offered.SMB1_AND_SMB2, pair.sessionsSmb1AndSmb2(), series);
            sessions(labels, Offered.SMB1_ONLY, pair.sessionsSmb1Only(), series);
            sessions(labels, Offered.UNSEEN, pair.unseenOffer(), series);
            series.count(Family.SMB1_MESSAGES, labels.both(), pair.messages());
            series.count(Family.SMB1_BYTES, labels.both(), pair.bytes());
            series.count(Family.SMB1_REFUSED, labels.both(), pair.refused());
        }
    }

    private static void sessions(PairLabels labels, Offered offer, long count, Series series) {
        if (count > 0) {
            series.count(Family.SMB1_SESSIONS, labels.offer(offer), count);
        }
    }
}
