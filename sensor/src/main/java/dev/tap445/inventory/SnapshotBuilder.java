package dev.tap445.inventory;

import dev.tap445.decode.IdentityField;
import dev.tap445.decode.Offer;
import dev.tap445.wire.IpAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Turns what the inventory holds into an immutable {@link InventorySnapshot}. Inventory thread only. */
final class SnapshotBuilder {
    private static final Comparator<PairView> BY_SERVER = Comparator.comparing(PairView::server);

    private static final int MAX_LISTS = 1024;

    private final Inventory inventory;
    private final Map<Long, List<String>> dialectLists = new HashMap<>();

    SnapshotBuilder(Inventory inventory) {
        this.inventory = inventory;
    }

    /** Clients are not what they were, though nothing came of them: other windows, other limits. */
    void forgetViews() {
        for (Host host : inventory.hosts.all()) {
            if (host.client != null) {
                host.client.view = null;
                host.client.scan.judgeAnew();
            }
        }
    }

    InventorySnapshot build() {
        Host[] hosts = inventory.hosts.inOrder();
        List<ClientView> clients = new ArrayList<>(hosts.length);
        List<ServerView> servers = new ArrayList<>();
        List<PairView> pairs = new ArrayList<>();
        Map<Host, List<IpAddress>> dependents = dependents(hosts, pairs);
        Others others = new Others(inventory.homeless);
        for (Host host : hosts) {
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

    /** Dependent clients per server; fills {@code pairs} with every pair that has SMB1 evidence. Both in order. */
    private Map<Host, List<IpAddress>> dependents(Host[] hosts, List<PairView> pairs) {
        Map<Host, List<IpAddress>> dependents = new HashMap<>();
        Map<Host, Boolean> smb1Only = new HashMap<>();
        long since = inventory.now() - inventory.options.readinessWindow();
        for (Host host : hosts) {
            ClientState client = host.client;
            if (client == null || client.smb1First == 0) {
                continue;
            }
            int first = pairs.size();
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
            if (pairs.size() > first + 1) {
                pairs.subList(first, pairs.size()).sort(BY_SERVER);
            }
        }
        return dependents;
    }

    /** The last view of a pair again, where nothing came since. */
    private static PairView view(Host client, Pair pair) {
        PairView known = pair.view;
        if (known != null && pair.isAsIn(known)) {
            return known;
        }
        PairView view = newView(client, pair);
        pair.view = view;
        return view;
    }

    static PairView newView(Host client, Pair pair) {
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
     * The last view of a client again, where nothing came since: most of a hundred thousand stay as they were from one
     * snapshot to the next, and what is made of them again and again holds up what there is to be said of the others.
     */
    private ClientView view(Host host, ClientState client) {
        ClientView known = client.view;
        if (known != null
                && client.viewVersion == host.version
                && known.scanner() == inventory.sight.isScanner(host)
                && known.identity().macAddresses() == macAddresses(host)) {
            return known;
        }
        ClientView view = newView(host, client);
        client.view = view;
        client.viewVersion = host.version;
        return view;
    }

    /** Addresses seen behind the host's MAC, which others add to. */
    private int macAddresses(Host host) {
        return host.device.mac < 0 ? 0 : inventory.macs.addresses(host.device.mac);
    }

    private ClientView newView(Host host, ClientState client) {
        IpAddress[] servers = addresses(client.servers());
        ClientVerdict verdict = client.verdict();
        boolean scanner = inventory.sight.isScanner(host);
        return new ClientView(
                host.address,
                verdict,
                refusedBy(client),
                client.offerCounts(),
                dialects(client),
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
                List.of(servers),
                client.offersTotal() > 0 || client.sessions > 0,
                scanner && inventory.options.isAllowedScanner(host.address));
    }

    /** The addresses of hosts, in order: by rank, which is one number, where the table knows them all. */
    private IpAddress[] addresses(List<Host> met) {
        IpAddress[] addresses = new IpAddress[met.size()];
        int[] ranks = new int[addresses.length];
        boolean all = true;
        for (int i = 0; i < addresses.length; i++) {
            Host host = met.get(i);
            addresses[i] = host.address;
            ranks[i] = host.rank;
            all &= !host.forgotten;
        }
        if (all) {
            Arrays.sort(ranks);
            Host[] hosts = inventory.hosts.inOrder();
            for (int i = 0; i < ranks.length; i++) {
                addresses[i] = hosts[ranks[i]].address;
            }
        } else {
            Arrays.sort(addresses);
        }
        return addresses;
    }

    /** One list for all who offer the same. */
    private List<String> dialects(ClientState client) {
        long bits = client.dialectBits();
        List<String> known = dialectLists.get(bits);
        if (known != null && bits >= 0) {
            return known;
        }
        List<String> names = client.dialectNames();
        if (bits >= 0 && dialectLists.size() < MAX_LISTS) {
            dialectLists.put(bits, names);
        }
        return names;
    }

    private static List<IpAddress> refusedBy(ClientState client) {
        if (client.refused == 0) {
            return List.of();
        }
        return client.pairsHeld().stream()
                .filter(pair -> pair.refused > 0)
                .map(pair -> pair.server.address)
                .sorted()
                .toList();
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
        int behind = macAddresses(host);
        return new Identity(
                device.text(IdentityField.NTLM_HOSTNAME, IdentityField.NETBIOS_NAME),
                device.text(IdentityField.NTLM_DOMAIN, IdentityField.SMB1_DOMAIN),
                device.text(IdentityField.NATIVE_OS),
                device.text(IdentityField.NATIVE_LANMAN),
                device.mac < 0 || behind > Identity.SHARED_MAC ? null : MacTable.text(device.mac),
                behind,
                device.signing(),
                device.guestSessions,
                device.seenIn());
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
