package dev.tap445.inventory;

import dev.tap445.decode.IdentityField;
import dev.tap445.decode.Offer;
import dev.tap445.track.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the immutable record of a host that is handed to the store. Inventory thread only. */
final class HostRecords {
    /** Unanswered attempts kept of a port: enough to be silent again after a restart, and its beginning. */
    private static final int ATTEMPTS = 8;

    private final Inventory inventory;

    HostRecords(Inventory inventory) {
        this.inventory = inventory;
    }

    /** {@code all} pairs, or those alone that the store does not know as they are. */
    HostRecord of(Host host, boolean all) {
        ClientState client = host.client;
        ServerState server = host.server;
        long first = Math.min(
                client == null || client.firstSeen == 0 ? Long.MAX_VALUE : client.firstSeen,
                server == null || server.firstSeen == 0 ? Long.MAX_VALUE : server.firstSeen);
        long last = Math.max(client == null ? 0 : client.lastSeen, server == null ? 0 : server.lastSeen);
        return new HostRecord(
                host.address,
                host.evidence(),
                first == Long.MAX_VALUE ? 0 : first,
                last,
                host.lastLife,
                device(host.device),
                client == null ? null : client(host, client, all),
                server == null ? null : server(host, server),
                host.watched().records());
    }

    private static HostRecord.Device device(Host.Device device) {
        List<HostRecord.Text> texts = new ArrayList<>(2);
        for (IdentityField field : IdentityField.values()) {
            String text = device.text(field);
            if (text != null) {
                texts.add(new HostRecord.Text(field, text, device.time(field)));
            }
        }
        return new HostRecord.Device(
                device.mac, device.macTime, device.signing, device.guestSessions, texts, device.sightings());
    }

    private HostRecord.Client client(Host host, ClientState client, boolean all) {
        List<HostRecord.PairRecord> pairs = new ArrayList<>();
        for (Pair pair : client.pairs()) {
            long stamp = pair.stamp();
            if (all || stamp != pair.savedStamp) {
                pair.savedStamp = stamp;
                pairs.add(pair(pair));
            }
        }
        return new HostRecord.Client(
                client.firstSeen,
                client.lastSeen,
                client.smb1First,
                client.smb1Last,
                client.sessions,
                client.messages,
                client.bytes,
                client.refused,
                client.unansweredSyns,
                client.smb2Proven,
                inventory.sight.isScanner(host),
                client.verdict().label(),
                client.offerCounts(),
                client.dialectNames(),
                pairs);
    }

    private static HostRecord.PairRecord pair(Pair pair) {
        Map<String, Long> sessions = new LinkedHashMap<>(4);
        for (Offer offer : Offer.values()) {
            if (pair.sessions(offer) > 0) {
                sessions.put(offer.label(), pair.sessions(offer));
            }
        }
        return new HostRecord.PairRecord(
                pair.server.address, sessions, pair.messages, pair.bytes, pair.refused, pair.first, pair.last);
    }

    private HostRecord.Server server(Host host, ServerState server) {
        List<HostRecord.PortRecord> ports = new ArrayList<>(server.ports().size());
        for (PortEvidence port : server.ports()) {
            ports.add(port(port, inventory.verdict(host, port)));
        }
        return new HostRecord.Server(
                server.firstSeen,
                server.lastSeen,
                server.smb1First,
                server.smb1Last,
                server.smb1Sessions,
                server.verdict().label(),
                server.answerCounts(),
                ports);
    }

    private static HostRecord.PortRecord port(PortEvidence port, PortVerdict verdict) {
        HandshakeCounts counts = port.counts();
        Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
        outcomes.put(Outcome.ANSWERED, counts.answered());
        outcomes.put(Outcome.REFUSED, counts.refused());
        outcomes.put(Outcome.UNREACHABLE, counts.unreachable());
        outcomes.put(Outcome.UNANSWERED, counts.unanswered());
        outcomes.put(Outcome.ONE_WAY, counts.oneWay());
        outcomes.put(Outcome.ABORTED, counts.aborted());
        outcomes.put(Outcome.PENDING, counts.pending());
        return new HostRecord.PortRecord(
                port.port,
                outcomes,
                port.unansweredSyns,
                port.synRetransmissions,
                port.wrongAcknowledgements,
                port.lastAnswer,
                port.lastRefused,
                port.lastUnreachable,
                port.lastOneWay,
                verdict.state().label(),
                port.silentSince,
                attempts(port));
    }

    private static List<HostRecord.Attempt> attempts(PortEvidence port) {
        if (!port.hasUnanswered()) {
            return List.of();
        }
        List<PortEvidence.Unanswered> run = port.unansweredSince(port.lastHeard());
        List<HostRecord.Attempt> attempts = new ArrayList<>(ATTEMPTS);
        for (int i = 0; i < run.size(); i++) {
            if (i == 0 || i > run.size() - ATTEMPTS) {
                attempts.add(attempt(run.get(i)));
            }
        }
        return attempts;
    }

    private static HostRecord.Attempt attempt(PortEvidence.Unanswered attempt) {
        return new HostRecord.Attempt(attempt.client().address, attempt.firstSyn(), attempt.lastSyn(), attempt.syns());
    }
}
