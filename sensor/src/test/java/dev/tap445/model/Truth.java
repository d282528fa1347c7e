package dev.tap445.model;

import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.PortState;
import dev.tap445.inventory.ServerVerdict;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What truly happened in the office, and the verdicts that follow from it by the words of the report. */
final class Truth {
    /** What a client put forward, or a session came of. */
    enum Kind {
        SMB1,
        BOTH,
        SMB2
    }

    /** Client and server. */
    record Pair(int client, int server) {}

    private final Map<Integer, Set<Kind>> offers = new TreeMap<>();
    private final Map<Pair, Set<Kind>> sessions = new java.util.HashMap<>();
    private final Set<Integer> smb2Answers = new TreeSet<>();
    private final Set<Integer> refusedSmb1 = new TreeSet<>();
    private final Map<String, PortState> ports = new TreeMap<>();

    void offered(int client, Kind kind) {
        offers.computeIfAbsent(client, c -> new TreeSet<>()).add(kind);
    }

    /** An SMB1 session, after an offer of this kind. */
    void session(int client, int server, Kind offer) {
        sessions.computeIfAbsent(new Pair(client, server), p -> new TreeSet<>()).add(offer);
    }

    void answeredSmb2(int server) {
        smb2Answers.add(server);
    }

    void refused(int server, Kind offer) {
        if (offer == Kind.SMB1) {
            refusedSmb1.add(server);
        }
    }

    void port(int server, int port, PortState state) {
        ports.put(server + ":" + port, state);
    }

    boolean hasOffered(int client, Kind kind) {
        return offers.getOrDefault(client, Set.of()).contains(kind);
    }

    boolean hasSessions(int client) {
        return sessions.keySet().stream().anyMatch(p -> p.client == client);
    }

    boolean hasSession(int client, int server) {
        return sessions.containsKey(new Pair(client, server));
    }

    boolean isServedSmb1(int server) {
        return sessions.keySet().stream().anyMatch(p -> p.server == server);
    }

    boolean hasRefusedSmb1(int server) {
        return refusedSmb1.contains(server);
    }

    PortState port(int server, int port) {
        return ports.getOrDefault(server + ":" + port, PortState.UNKNOWN);
    }

    private boolean choseSmb1(int server) {
        return sessions.entrySet().stream()
                .anyMatch(e -> e.getKey().server == server && e.getValue().contains(Kind.BOTH));
    }

    ClientVerdict client(int client) {
        boolean smb2 = hasOffered(client, Kind.BOTH) || hasOffered(client, Kind.SMB2);
        if (hasOffered(client, Kind.SMB1)) {
            return smb2 ? ClientVerdict.MIXED : ClientVerdict.SMB1_ONLY;
        }
        if (hasSessions(client)) {
            return ClientVerdict.SMB1_IN_USE;
        }
        if (hasOffered(client, Kind.BOTH)) {
            return ClientVerdict.SMB1_OFFERED;
        }
        return smb2 ? ClientVerdict.SMB2_ONLY : ClientVerdict.UNKNOWN;
    }

    ServerVerdict server(int server) {
        if (choseSmb1(server)) {
            return ServerVerdict.SMB1_ONLY;
        }
        if (isServedSmb1(server)) {
            return ServerVerdict.SMB1_ENABLED;
        }
        if (refusedSmb1.contains(server)) {
            return ServerVerdict.SMB1_DISABLED;
        }
        return smb2Answers.contains(server) ? ServerVerdict.SMB2 : ServerVerdict.UNKNOWN;
    }

    /** Clients that break without SMB1 there. */
    Set<Integer> dependents(int server) {
        Set<Integer> dependents = new TreeSet<>();
        sessions.forEach((pair, kinds) -> {
            if (pair.server == server && (choseSmb1(server) || kinds.contains(Kind.SMB1))) {
                dependents.add(pair.client);
            }
        });
        return dependents;
    }
}
