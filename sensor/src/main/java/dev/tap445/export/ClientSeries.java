package dev.tap445.export;

import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.Identity;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The series that carry a client alone. */
final class ClientSeries {
    private static final String[] INFO = {"client", "hostname", "native_lanman", "native_os", "verdict"};

    private ClientSeries() {}

    static void collect(List<Named<ClientView>> clients, Series series) {
        for (Named<ClientView> named : clients) {
            ClientView client = named.view();
            Labels labels = named.labels().client();
            offers(named.labels(), client, series);
            series.time(Family.CLIENT_FIRST_SEEN, labels, client.smb1FirstSeen());
            series.time(Family.CLIENT_LAST_SEEN, labels, client.smb1LastSeen());
            if (client.unansweredSyns() > 0 || client.destinations() > 0) {
                series.count(Family.CLIENT_UNANSWERED_SYNS, labels, client.unansweredSyns());
                series.gauge(Family.CLIENT_DESTINATIONS, labels, (double) client.destinations());
            }
            if (client.scanner()) {
                String allowed = Boolean.toString(client.scannerAllowed());
                series.info(Family.SCANNER, labels.merge(Labels.of("allowed", allowed)));
            }
            if (client.verdict() != ClientVerdict.UNKNOWN) {
                series.info(Family.CLIENT_INFO, info(named.labels(), client));
            }
        }
    }

    /** Offers of a kind that a client never made have no series. In the order of the label texts. */
    private static void offers(HostLabels labels, ClientView client, Series series) {
        offer(labels, Offered.INCOMPLETE, client.offers().incomplete(), series);
        offer(labels, Offered.SMB1_AND_SMB2, client.offers().smb1AndSmb2(), series);
        offer(labels, Offered.SMB1_ONLY, client.offers().smb1Only(), series);
        offer(labels, Offered.SMB2_ONLY, client.offers().smb2Only(), series);
    }

    private static void offer(HostLabels labels, Offered offer, long count, Series series) {
        if (count > 0) {
            series.count(Family.SMB_OFFERS, labels.offer(offer), count);
        }
    }

    private static Labels info(HostLabels labels, ClientView client) {
        Labels known = labels.infoOf(client);
        if (known != null) {
            return known;
        }
        Identity identity = client.identity();
        Labels info = Labels.of(INFO, new String[] {
            labels.text(),
            label(identity.hostname()),
            label(identity.nativeLanman()),
            label(identity.nativeOs()),
            client.verdict().label()
        });
        labels.info(client, info);
        return info;
    }

    /** An empty label is the same as none to Prometheus. */
    private static String label(@Nullable String text) {
        return text == null ? "" : Printable.of(text);
    }
}
