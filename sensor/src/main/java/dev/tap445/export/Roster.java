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
        List<Asking<ClientView>> clients = clients(snapshot, oldest);
        List<Asking<ServerView>> servers = servers(snapshot, oldest);
        hosts.settle();
        List<Admission.Seat<HostPair, PairLabels>> seats = new ArrayList<>();
        List<PairView> asking = new ArrayList<>();
        for (PairView pair : snapshot.pairs()) {
            if (pair.lastSeen() >= oldest) {
                seats.add(pairs.ask(HostPair.of(pair), pair.firstSeen()));
                asking.add(pair);
            }
        }
        pairs.settle();
        List<Named<ServerView>> alive = new ArrayList<>();
        List<Named<ServerView>> dark = new ArrayList<>();
        for (Named<ServerView> server : named(servers)) {
            (exported(server.view(), oldest) ? alive : dark).add(server);
        }
        return new Members(named(clients), alive, dark, named(seats, asking));
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

    /** A host that asks for series of its own. */
    private record Asking<T>(Admission.Seat<IpAddress, HostLabels> seat, T view) {}

    private List<Asking<ClientView>> clients(InventorySnapshot snapshot, long oldest) {
        List<Asking<ClientView>> asking = new ArrayList<>(snapshot.clients().size());
        for (ClientView client : snapshot.clients()) {
            if (exported(client, oldest)) {
                asking.add(new Asking<>(hosts.ask(client.address(), client.firstSeen()), client));
            }
        }
        return asking;
    }

    private List<Asking<ServerView>> servers(InventorySnapshot snapshot, long oldest) {
        List<Asking<ServerView>> asking = new ArrayList<>(snapshot.servers().size());
        for (ServerView server : snapshot.servers()) {
            if (exported(server, oldest) || dark(server)) {
                asking.add(new Asking<>(hosts.ask(server.address(), server.firstSeen()), server));
            }
        }
        return asking;
    }

    /** The admitted. */
    private static <T> List<Named<T>> named(List<Asking<T>> asking) {
        List<Named<T>> named = new ArrayList<>();
        for (Asking<T> host : asking) {
            @Nullable HostLabels labels = host.seat.entry();
            if (labels != null) {
                named.add(new Named<>(labels, host.view));
            }
        }
        named.sort(null);
        return named;
    }

    private static List<NamedPair> named(List<Admission.Seat<HostPair, PairLabels>> seats, List<PairView> asking) {
        List<NamedPair> named = new ArrayList<>();
        for (int i = 0; i < asking.size(); i++) {
            @Nullable PairLabels labels = seats.get(i).entry();
            if (labels != null) {
                named.add(new NamedPair(labels, asking.get(i)));
            }
        }
        named.sort(null);
        return named;
    }
}
