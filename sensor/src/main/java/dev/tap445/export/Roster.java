package dev.tap445.export;

import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PairView;
import dev.tap445.inventory.ServerView;
import dev.tap445.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who has series of their own: hosts with evidence that are not idle, up to the caps of {@link ExportLimits}. Keeps the
 * admitted from one scrape to the next; one thread at a time.
 */
final class Roster {
    private final long idleNanos;
    private final Admission<IpAddress, HostLabels> hosts;
    private final Admission<HostPair, PairLabels> pairs;

    /** A pair with its labels. */
    record NamedPair(PairLabels labels, PairView view) implements Comparable<NamedPair> {
        @Override
        public int compareTo(NamedPair other) {
            return labels.compareTo(other.labels);
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
        this.hosts = new Admission<>(limits.hosts(), address -> new HostLabels(address.toString()));
        this.pairs = new Admission<>(limits.pairs(), PairLabels::of);
    }

    Members admit(InventorySnapshot snapshot) {
        long oldest = snapshot.time() - idleNanos;
        hostsAsk(snapshot, oldest);
        hosts.settle();
        for (PairView pair : snapshot.pairs()) {
            if (pair.lastSeen() >= oldest) {
                pairs.ask(HostPair.of(pair), pair.firstSeen());
            }
        }
        pairs.settle();
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

    private void hostsAsk(InventorySnapshot snapshot, long oldest) {
        for (ClientView client : snapshot.clients()) {
            if (exported(client, oldest)) {
                hosts.ask(client.address(), client.firstSeen());
            }
        }
        for (ServerView server : snapshot.servers()) {
            if (exported(server, oldest) || dark(server)) {
                hosts.ask(server.address(), server.firstSeen());
            }
        }
    }

    private Members members(InventorySnapshot snapshot, long oldest) {
        List<Named<ClientView>> clients = new ArrayList<>();
        for (ClientView client : snapshot.clients()) {
            @Nullable HostLabels labels = exported(client, oldest) ? hosts.get(client.address()) : null;
            if (labels != null) {
                clients.add(new Named<>(labels, client));
            }
        }
        List<Named<ServerView>> servers = new ArrayList<>();
        List<Named<ServerView>> dark = new ArrayList<>();
        for (ServerView server : snapshot.servers()) {
            boolean evidence = exported(server, oldest);
            @Nullable HostLabels labels = evidence || dark(server) ? hosts.get(server.address()) : null;
            if (labels != null) {
                (evidence ? servers : dark).add(new Named<>(labels, server));
            }
        }
        List<NamedPair> named = new ArrayList<>();
        for (PairView pair : snapshot.pairs()) {
            @Nullable PairLabels labels = pairs.get(HostPair.of(pair));
            if (labels != null) {
                named.add(new NamedPair(labels, pair));
            }
        }
        clients.sort(null);
        servers.sort(null);
        dark.sort(null);
        named.sort(null);
        return new Members(clients, servers, dark, named);
    }
}
