package dev.tap445.inventory;

import dev.tap445.decode.IdentityField;
import dev.tap445.decode.Offer;
import dev.tap445.wire.IpAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Turns what the inventory holds into an immutable {@link InventorySnapshot}. Inventory thread only. */
final class SnapshotBuilder {
    private static final Comparator<PairView> PAIR_ORDER =
            Comparator.comparing(PairView::client).thenComparing(PairView::server);

    private final Inventory inventory;

    SnapshotBuilder(Inventory inventory) {
        this.inventory = inventory;
    }

    InventorySnapshot build() {
        List<ClientView> clients = new ArrayList<>();
        List<ServerView> servers = new ArrayList<>();
        List<PairView> pairs = new ArrayList<>();
        Map<Host, List<IpAddress>> dependents = dependents(pairs);
        Others others = new Others(inventory.homeless);
        for (Host host : inventory.hosts.all()) {
            ClientState client = host.client;
            if (client != null) {
                clients.add(view(host, client));
            }
            ServerState server = host.server;
            if (server != null) {
                List<IpAddress> dependent = dependents.getOrDefault(host, List.of());
                servers.add(view(host, server, dependent));
                if (host.lastLife == 0) {
                    others.add(server);
                }
            }
        }
        clients.sort(Comparator.comparing(ClientView::address));
        servers.sort(Comparator.comparing(ServerView::address));
        pairs.sort(PAIR_ORDER);
        TreeMap<Integer, DurationHistogram> durations = new TreeMap<>();
        inventory.durations.forEach((port, d) -> durations.put(port, d.histogram()));
        return new InventorySnapshot(
                inventory.latest,
                Collections.unmodifiableList(clients),
                Collections.unmodifiableList(servers),
                Collections.unmodifiableList(pairs),
                others.handshakes(),
                others.unansweredSyns,
                others.synRetransmissions,
                inventory.duplicates,
                inventory.oneWayFlows,
                Collections.unmodifiableMap(inventory.watch.suppressed()),
                inventory.hosts.size(),
                inventory.hosts.evicted(),
                durations);
    }

    /** Dependent clients per server, sorted; fills {@code pairs} with every pair that has SMB1 evidence. */
    private Map<Host, List<IpAddress>> dependents(List<PairView> pairs) {
        Map<Host, List<IpAddress>> dependents = new HashMap<>();
        Map<Host, Boolean> smb1Only = new HashMap<>();
        long since = inventory.now() - inventory.options.readinessWindow();
        for (Host host : inventory.hosts.all()) {
            ClientState client = host.client;
            if (client == null || client.smb1First == 0) {
                continue;
            }
            for (Pair pair : client.pairsHeld()) {
                if (!pair.hasSmb1()) {
                    continue;
                }
                pairs.add(view(host, pair));
                boolean only =
                        smb1Only.computeIfAbsent(pair.server, s -> s.asServer().verdict() == ServerVerdict.SMB1_ONLY);
                if (pair.sessions() > 0 && pair.last >= since && (only || pair.dependsByOffer())) {
                    dependents
                            .computeIfAbsent(pair.server, s -> new ArrayList<>())
                            .add(host.address);
                }
            }
        }
        dependents.values().forEach(Collections::sort);
        return dependents;
    }

    static PairView view(Host client, Pair pair) {
        return new PairView(
                client.address,
                pair.server.address,
                pair.sessions(Offer.SMB1_ONLY),
                pair.sessions(Offer.SMB1_AND_SMB2),
                pair.sessions(Offer.UNSEEN),
                pair.messages,
                pair.bytes,
                pair.refused,
                pair.first,
                pair.last);
    }

    /**
     * The last view of a client again, where nothing came since: a flood leaves hundreds of thousands that tried once, and
     * what is made of them again and again holds up what there is to be said of the others.
     */
    private ClientView view(Host host, ClientState client) {
        ClientView known = client.view;
        if (known != null && isCurrent(known, host, client)) {
            return known;
        }
        ClientView view = newView(host, client);
        client.view = client.smb1First == 0 && view.dialects().isEmpty() && !view.scanner() ? view : null;
        client.viewEntries = client.scan.entries();
        client.viewOfDevice = host.device.changes;
        return view;
    }

    /** Of one with nothing of SMB in it. */
    private boolean isCurrent(ClientView known, Host host, ClientState client) {
        Host.Device device = host.device;
        return known.lastSeen() == client.lastSeen
                && known.firstSeen() == client.firstSeen
                && known.unansweredSyns() == client.unansweredSyns
                && known.servers().size() == client.pairCount()
                && client.viewEntries == client.scan.entries()
                && client.viewOfDevice == device.changes
                && client.offersTotal() == 0
                && client.sessions == 0
                && client.smb1First == 0
                && !inventory.sight.isScanner(host)
                && known.identity().macAddresses() == (device.mac < 0 ? 0 : inventory.macs.addresses(device.mac));
    }

    private ClientView newView(Host host, ClientState client) {
        List<Host> met = client.servers();
        List<IpAddress> servers = new ArrayList<>(met.size());
        for (Host server : met) {
            servers.add(server.address);
        }
        List<IpAddress> refusedBy = new ArrayList<>();
        for (Pair pair : client.pairsHeld()) {
            if (pair.refused > 0) {
                refusedBy.add(pair.server.address);
            }
        }
        Collections.sort(servers);
        Collections.sort(refusedBy);
        List<String> dialects = client.dialectNames();
        ClientVerdict verdict = client.verdict();
        boolean scanner = inventory.sight.isScanner(host);
        return new ClientView(
                host.address,
                verdict,
                Reasons.of(client, verdict, dialects, refusedBy),
                client.offerCounts(),
                dialects,
                client.sessions,
                client.messages,
                client.bytes,
                client.refused,
                identity(host),
                client.firstSeen,
                client.lastSeen,
                client.smb1First,
                client.smb1Last,
                scanner,
                client.scan.destinations(inventory.options.scannerWindow()),
                client.unansweredSyns,
                servers,
                client.offersTotal() > 0 || client.sessions > 0,
                scanner && inventory.options.isAllowedScanner(host.address));
    }

    private ServerView view(Host host, ServerState server, List<IpAddress> dependents) {
        List<PortView> ports = new ArrayList<>(server.ports().size());
        for (PortEvidence port : server.ports()) {
            ports.add(view(host, port));
        }
        ServerVerdict verdict = server.verdict();
        return new ServerView(
                host.address,
                verdict,
                Reasons.of(server, dependents, inventory.now() - server.firstSeen, inventory.options.readinessWindow()),
                server.answerCounts(),
                dependents,
                dependents.isEmpty() && verdict != ServerVerdict.UNKNOWN,
                identity(host),
                server.firstSeen,
                server.lastSeen,
                server.smb1First,
                server.smb1Last,
                host.lastLife,
                ports);
    }

    private PortView view(Host host, PortEvidence port) {
        PortVerdict verdict = inventory.verdict(host, port);
        return new PortView(
                port.port,
                verdict.state(),
                verdict.suppressed(),
                port.counts(),
                port.unansweredSyns,
                port.synRetransmissions,
                port.wrongAcknowledgements,
                port.lastAnswer,
                verdict.silentSince(),
                verdict.unansweredSince(),
                verdict.state() == PortState.SILENT && port.lastAnswer != 0,
                port.attempts());
    }

    Identity identity(Host host) {
        Host.Device device = host.device;
        int behind = device.mac < 0 ? 0 : inventory.macs.addresses(device.mac);
        return new Identity(
                device.text(IdentityField.NTLM_HOSTNAME, IdentityField.NETBIOS_NAME),
                device.text(IdentityField.NTLM_DOMAIN, IdentityField.SMB1_DOMAIN),
                device.text(IdentityField.NATIVE_OS),
                device.text(IdentityField.NATIVE_LANMAN),
                device.mac < 0 || behind > Identity.SHARED_MAC ? null : MacTable.text(device.mac),
                behind,
                device.signing(),
                device.guestSessions,
                device.seenIn.latestFirst());
    }

    /** Sums over addresses that never showed life. */
    private static final class Others {
        private final Map<Integer, long[]> sums = new TreeMap<>();
        final Map<Integer, Long> unansweredSyns = new TreeMap<>();
        final Map<Integer, Long> synRetransmissions = new TreeMap<>();

        Others(Map<Integer, PortEvidence> homeless) {
            homeless.values().forEach(this::add);
        }

        void add(ServerState server) {
            server.ports().forEach(this::add);
        }

        private void add(PortEvidence port) {
            HandshakeCounts c = port.counts();
            long[] sum = sums.computeIfAbsent(port.port, p -> new long[7]);
            long[] counts = {
                c.answered(), c.refused(), c.unreachable(), c.unanswered(), c.oneWay(), c.aborted(), c.pending()
            };
            for (int i = 0; i < sum.length; i++) {
                sum[i] += counts[i];
            }
            unansweredSyns.merge(port.port, port.unansweredSyns, Long::sum);
            synRetransmissions.merge(port.port, port.synRetransmissions, Long::sum);
        }

        Map<Integer, HandshakeCounts> handshakes() {
            Map<Integer, HandshakeCounts> result = new HashMap<>();
            sums.forEach((port, s) -> result.put(port, new HandshakeCounts(s[0], s[1], s[2], s[3], s[4], s[5], s[6])));
            return result;
        }
    }
}
