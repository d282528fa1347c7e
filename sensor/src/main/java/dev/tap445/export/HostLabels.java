package dev.tap445.export;

import io.prometheus.metrics.model.snapshots.Labels;
import org.jspecify.annotations.Nullable;

/**
 * The labels of an admitted host, kept from scrape to scrape: the model checks the names of labels each time they are
 * made, which costs more than all the rest of a series. One thread at a time.
 */
final class HostLabels implements Comparable<HostLabels> {
    private final String text;
    private @Nullable Labels client;
    private @Nullable Labels server;
    private final @Nullable Labels[] offers = new @Nullable Labels[Offered.values().length];
    private @Nullable Object source;
    private Labels info = Labels.EMPTY;

    HostLabels(String text) {
        this.text = text;
    }

    /** The address as text. */
    String text() {
        return text;
    }

    Labels client() {
        Labels known = client;
        if (known == null) {
            known = Labels.of("client", text);
            client = known;
        }
        return known;
    }

    /** The client with an offer. */
    Labels offer(Offered offer) {
        Labels known = offers[offer.ordinal()];
        if (known == null) {
            known = client().merge(offer.labels());
            offers[offer.ordinal()] = known;
        }
        return known;
    }

    Labels server() {
        Labels known = server;
        if (known == null) {
            known = Labels.of("server", text);
            server = known;
        }
        return known;
    }

    /** Labels that were made of this very view; null where it is another. */
    @SuppressWarnings("ReferenceEquality")
    @Nullable Labels infoOf(Object view) {
        return source == view ? info : null;
    }

    void info(Object view, Labels made) {
        source = view;
        info = made;
    }

    /** In the order of the texts, as the model orders series. */
    @Override
    public int compareTo(HostLabels other) {
        return text.compareTo(other.text);
    }
}
