package dev.tap445.export;

import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.Identity;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The series that carry a client alone. */
final class ClientSeries {
    private static final String[] OFFER = {"client", "offer"};
    private static final String[] SCANNER = {"allowed", "client"};
    private static final String[] INFO = {"client", "hostname", "native_lanman", "native_os", "verdict"};

    private ClientSeries() {}

    static void collect(List<Named<ClientView>> clients, Series series) {
        for (Named<ClientView> named : clients) {
            ClientView client = named.view();
            offers(named.text(), client, series);
            Labels labels = Labels.of("client", named.text());
            series.time(Family.CLIENT_FIRST_SEEN, labels, client.smb1FirstSeen());
            series.time(Family.CLIENT_LAST_SEEN, labels, client.smb1LastSeen());
            if (client.unansweredSyns() > 0 || client.destinations() > 0) {
                series.count(Family.CLIENT_UNANSWERED_SYNS, labels, client.unansweredSyns());
                series.gauge(Family.CLIENT_DESTINATIONS, labels, (double) client.destinations());
            }
            if (client.scanner()) {
                String[] values = {Boolean.toString(client.scannerAllowed()), named.text()};
                series.info(Family.SCANNER, Labels.of(SCANNER, values));
            }
            if (client.verdict() != ClientVerdict.UNKNOWN) {
                series.info(Family.CLIENT_INFO, info(named.text(), client));
            }
        }
    }

    /** Offers of a kind that a client never made have no series. In the order of the label texts. */
    private static void offers(String text, ClientView client, Series series) {
        offer(text, "incomplete", client.offers().incomplete(), series);
        offer(text, "smb1_and_smb2", client.offers().smb1AndSmb2(), series);
        offer(text, "smb1_only", client.offers().smb1Only(), series);
        offer(text, "smb2_only", client.offers().smb2Only(), series);
    }

    private static void offer(String text, String offer, long count, Series series) {
        if (count > 0) {
            series.count(Family.SMB_OFFERS, Labels.of(OFFER, new String[] {text, offer}), count);
        }
    }

    private static Labels info(String text, ClientView client) {
        Identity identity = client.identity();
        return Labels.of(INFO, new String[] {
            text,
            label(identity.hostname()),
            label(identity.nativeLanman()),
            label(identity.nativeOs()),
            client.verdict().label()
        });
    }

    /** An empty label is the same as none to Prometheus. */
    private static String label(@Nullable String text) {
        return text == null ? "" : Printable.of(text);
    }
}
