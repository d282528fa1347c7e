package dev.tap445.export;

import io.prometheus.metrics.model.snapshots.Labels;
import org.jspecify.annotations.Nullable;

/** The labels of an admitted pair of hosts, kept from scrape to scrape as {@link HostLabels} are. */
final class PairLabels implements Comparable<PairLabels> {
    private static final String[] NAMES = {"client", "server"};

    private final String client;
    private final String server;
    private final Labels both;
    private final @Nullable Labels[] offers = new @Nullable Labels[Offered.values().length];

    private PairLabels(String client, String server) {
        this.client = client;
        this.server = server;
        this.both = Labels.of(NAMES, new String[] {client, server});
    }

    static PairLabels of(HostPair pair) {
        return new PairLabels(pair.client().toString(), pair.server().toString());
    }

    /** Client and server. */
    Labels both() {
        return both;
    }

    /** Client and server with the offer that led to a session. */
    Labels offer(Offered offer) {
        Labels known = offers[offer.ordinal()];
        if (known == null) {
            known = both.merge(offer.labels());
            offers[offer.ordinal()] = known;
        }
        return known;
    }

    /** In the order of the texts, as the model orders series. */
    @Override
    public int compareTo(PairLabels other) {
        int order = client.compareTo(other.client);
        return order != 0 ? order : server.compareTo(other.server);
    }
}
