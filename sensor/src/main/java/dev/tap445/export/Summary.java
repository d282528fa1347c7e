package dev.tap445.export;

import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PortState;
import dev.tap445.inventory.PortView;
import dev.tap445.inventory.ServerView;
import java.util.EnumMap;
import java.util.Map;

/**
 * The estate in a few figures.
 *
 * @param lastSmb1 last SMB1 evidence of any host, nanoseconds since the epoch; 0 for none
 * @param daysSinceSmb1 whole days from then to the snapshot; 0 where there is none
 * @param ports watched ports of servers by state
 * @param wentDark silent or dark ports that answered before
 */
record Summary(
        Map<ClientVerdict, Integer> clients,
        Map<Readiness, Integer> servers,
        Map<PortState, Integer> ports,
        int wentDark,
        int scanners,
        long lastSmb1,
        long daysSinceSmb1) {

    static Summary of(InventorySnapshot snapshot) {
        Map<ClientVerdict, Integer> clients = new EnumMap<>(ClientVerdict.class);
        Map<Readiness, Integer> servers = new EnumMap<>(Readiness.class);
        Map<PortState, Integer> ports = new EnumMap<>(PortState.class);
        int wentDark = 0;
        int scanners = 0;
        long lastSmb1 = 0;
        for (ClientView client : snapshot.clients()) {
            clients.merge(client.verdict(), 1, Integer::sum);
            scanners += client.scanner() ? 1 : 0;
            lastSmb1 = Math.max(lastSmb1, client.smb1LastSeen());
        }
        for (ServerView server : snapshot.servers()) {
            servers.merge(Readiness.of(server), 1, Integer::sum);
            lastSmb1 = Math.max(lastSmb1, server.smb1LastSeen());
            for (PortView port : server.ports()) {
                ports.merge(port.state(), 1, Integer::sum);
                wentDark += port.wentDark() ? 1 : 0;
            }
        }
        long days = lastSmb1 == 0 ? 0 : Times.days(lastSmb1, snapshot.time());
        return new Summary(clients, servers, ports, wentDark, scanners, lastSmb1, days);
    }

    int clients(ClientVerdict verdict) {
        return clients.getOrDefault(verdict, 0);
    }

    int servers(Readiness readiness) {
        return servers.getOrDefault(readiness, 0);
    }

    int ports(PortState state) {
        return ports.getOrDefault(state, 0);
    }
}
