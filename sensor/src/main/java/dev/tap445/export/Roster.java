package dev.tap445.export;

import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PairView;
import dev.tap445.inventory.ServerView;
import dev.tap445.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who has series of their own: hosts with evidence that are not idle, up to the caps of {@link ExportLimits}. Keeps the
 * admitted from one scrape to the next; one thread at a time.
 */
final class Roster {
    private final long idleNanos;
    private final Admission<IpAddress, String> hosts;
    private final Admission<HostPair, PairLabel> pairs;

    /** The label texts of a pair. */
    record PairLabel(String client, String server) implements Comparable<PairLabel> {
        @Override
        public int compareTo(PairLabel other) {
            int order = client.compareTo(other.client);
            return order != 0 ? order : server.compareTo(other.server);
        }
    }

    /** A pair with its label texts. */
    record NamedPair(PairLabel label, PairView view) implements Comparable<NamedPair> {
        @Override
        public int compareTo(NamedPair other) {
            return label.compareTo(other.label);
        }
    }

    /**
     * The admitted of one snapshot, each list in the order of its label texts.
     *
     * @param dark servers that nothing is known of but that attempts to them are in vain
     */
    record Members(
            List<Named<ClientView>> clients,
            List<Named<ServerView>> servers,
            List<Named<ServerView>> dark,
            List<NamedPair> pairs) {}

    Roster(ExportLimits limits) {
        this.idleNanos = limits.idle().toNanos();
        this.hosts = new Admission<>(limits.hosts(), IpAddress::toString);
        this.pairs = new Admission<>(
                limits.pairs(),
                pair -> new PairLabel(pair.client().toString(), pair.server().toString()));
    }

    Members admit(InventorySnapshot snapshot) {
        long oldest = snapshot.time() - idleNanos;
        hosts.renew(hostsAsking(snapshot, oldest));
        Map<HostPair, Long> pairsAsking = new HashMap<>();
        for (PairView pair : snapshot.pairs()) {
            if (pair.lastSeen() >= oldest) {
                pairsAsking.put(HostPair.of(pair), pair.firstSeen());
            }
        }
        pairs.renew(pairsAsking);
        return members(snapshot, oldest);
    }

    long suppressedHosts() {
        return hosts.suppressed();
    }

    long suppressedPairs() {
        return pairs.suppressed();
    }

    private static boolean exported(ClientView client, long oldest) {
        return (client.evidence() || client.scanner()) && client.lastSeen() >= oldest;
    }

    /** A server that ever showed life, or spoke SMB; attempts to others are summed in the snapshot. */
    private static boolean exported(ServerView server, long oldest) {
        boolean evidence = server.lastLife() != 0
                || server.smb1FirstSeen() != 0
                || !server.answers().isEmpty();
        return evidence && server.lastSeen() >= oldest;
    }

    private static boolean dark(ServerView server) {
        return server.ports().stream().anyMatch(port -> port.unansweredSince() != 0);
    }

    private static Map<IpAddress, Long> hostsAsking(InventorySnapshot snapshot, long oldest) {
        Map<IpAddress, Long> asking = new HashMap<>(
                2 * (snapshot.clients().size() + snapshot.servers().size()));
        for (ClientView client : snapshot.clients()) {
            if (exported(client, oldest)) {
                asking.put(client.address(), client.firstSeen());
            }
        }
        for (ServerView server : snapshot.servers()) {
            if (exported(server, oldest) || dark(server)) {
                asking.merge(server.address(), server.firstSeen(), Long::min);
            }
        }
        return asking;
    }

    private Members members(InventorySnapshot snapshot, long oldest) {
        List<Named<ClientView>> clients = new ArrayList<>();
        for (ClientView client : snapshot.clients()) {
            @Nullable String text = exported(client, oldest) ? hosts.get(client.address()) : null;
            if (text != null) {
                clients.add(new Named<>(text, client));
            }
        }
        List<Named<ServerView>> servers = new ArrayList<>();
        List<Named<ServerView>> dark = new ArrayList<>();
        for (ServerView server : snapshot.servers()) {
            boolean evidence = exported(server, oldest);
            @Nullable String text = evidence || dark(server) ? hosts.get(server.address()) : null;
            if (text != null) {
                (evidence ? servers : dark).add(new Named<>(text, server));
            }
        }
        List<NamedPair> named = new ArrayList<>();
        for (PairView pair : snapshot.pairs()) {
            @Nullable PairLabel label = pairs.get(HostPair.of(pair));
            if (label != null) {
                named.add(new NamedPair(label, pair));
            }
        }
        clients.sort(null);
        servers.sort(null);
        dark.sort(null);
        named.sort(null);
        return new Members(clients, servers, dark, named);
    }
}
