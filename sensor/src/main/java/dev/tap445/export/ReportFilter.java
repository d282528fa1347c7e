package dev.tap445.export;

import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PairView;
import dev.tap445.inventory.ServerView;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Subnet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a report is narrowed to; every condition must hold, a null one always does. Counts stay those of all the
 * evidence: a filter chooses hosts, it does not count again.
 *
 * @param since packet time in nanoseconds since the epoch: hosts and pairs last seen before it are left out, and clients
 *     whose last SMB1 with a server was before it are no longer its dependents; 0 for none
 * @param until likewise for what was first seen after it; 0 for none
 * @param server keep this server and the clients that spoke to it or tried
 * @param client keep this client and the servers it spoke to or tried
 * @param subnet keep the clients and servers in it, and the pairs with one side in it
 */
public record ReportFilter(
        long since,
        long until,
        @Nullable IpAddress server,
        @Nullable IpAddress client,
        @Nullable Subnet subnet) {
    public static final ReportFilter NONE = new ReportFilter(0, 0, null, null, null);

    /** The last {@code length} before {@code end} (nanoseconds since the epoch). */
    public ReportFilter window(long end, Duration length) {
        return new ReportFilter(end - length.toNanos(), end, server, client, subnet);
    }

    public InventorySnapshot apply(InventorySnapshot all) {
        if (equals(NONE)) {
            return all;
        }
        Set<IpAddress> serversOfClient = serversOfClient(all);
        Map<IpAddress, Set<IpAddress>> users = users(all);
        List<ClientView> clients = all.clients().stream().filter(this::keeps).toList();
        List<PairView> pairs = all.pairs().stream().filter(this::keeps).toList();
        List<ServerView> servers = new ArrayList<>();
        for (ServerView view : all.servers()) {
            if (keeps(view) && (client == null || serversOfClient.contains(view.address()))) {
                servers.add(narrowed(view, users.getOrDefault(view.address(), Set.of())));
            }
        }
        return new InventorySnapshot(
                all.time(),
                clients,
                List.copyOf(servers),
                pairs,
                all.otherHandshakes(),
                all.otherUnansweredSyns(),
                all.otherSynRetransmissions(),
                all.duplicates(),
                all.oneWayFlows(),
                all.suppressedVerdicts(),
                all.hosts(),
                all.hostsEvicted(),
                all.handshakeDurations());
    }

    private boolean within(long firstSeen, long lastSeen) {
        return lastSeen >= since && (until == 0 || firstSeen <= until);
    }

    private boolean keeps(ClientView view) {
        return within(view.firstSeen(), view.lastSeen())
                && (client == null || client.equals(view.address()))
                && (server == null || view.servers().contains(server))
                && (subnet == null || subnet.contains(view.address()));
    }

    private boolean keeps(ServerView view) {
        return within(view.firstSeen(), view.lastSeen())
                && (server == null || server.equals(view.address()))
                && (subnet == null || subnet.contains(view.address()));
    }

    private boolean keeps(PairView pair) {
        return within(pair.firstSeen(), pair.lastSeen())
                && (client == null || client.equals(pair.client()))
                && (server == null || server.equals(pair.server()))
                && (subnet == null || subnet.contains(pair.client()) || subnet.contains(pair.server()));
    }

    private Set<IpAddress> serversOfClient(InventorySnapshot all) {
        Set<IpAddress> servers = new HashSet<>();
        for (ClientView view : all.clients()) {
            if (view.address().equals(client)) {
                servers.addAll(view.servers());
            }
        }
        return servers;
    }

    /** Who used SMB1 with whom within the time of the filter: clients by server. */
    private Map<IpAddress, Set<IpAddress>> users(InventorySnapshot all) {
        Map<IpAddress, Set<IpAddress>> users = new HashMap<>();
        for (PairView pair : all.pairs()) {
            if (within(pair.firstSeen(), pair.lastSeen())) {
                users.computeIfAbsent(pair.server(), s -> new HashSet<>()).add(pair.client());
            }
        }
        return users;
    }

    /** A server with the dependents that used SMB1 there within the time of the filter. */
    private ServerView narrowed(ServerView view, Set<IpAddress> current) {
        if ((since == 0 && until == 0) || view.dependentClients().isEmpty()) {
            return view;
        }
        List<IpAddress> dependents =
                view.dependentClients().stream().filter(current::contains).toList();
        return new ServerView(
                view.address(),
                view.verdict(),
                view.reason(),
                view.answers(),
                dependents,
                dependents.isEmpty(),
                view.identity(),
                view.firstSeen(),
                view.lastSeen(),
                view.smb1FirstSeen(),
                view.smb1LastSeen(),
                view.lastLife(),
                view.ports());
    }
}
