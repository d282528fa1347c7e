package dev.tap445.inventory;

import dev.tap445.wire.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The counts of a snapshot as counters want them: since this process started. Verdicts and times stay those of
 * all the evidence. What was restored and has not been counted again has no counter series: one that begins is born with
 * its first event, as without a store. Immutable; any thread.
 */
public final class SinceStart {
    private record Pairing(IpAddress client, IpAddress server) {}

    private record Door(IpAddress server, int port) {}

    /** The counts of a client. */
    private record Asked(
            OfferCounts offers, long sessions, long messages, long bytes, long refused, long unansweredSyns) {}

    /** The counts of a port. */
    private record Tried(HandshakeCounts handshakes, long unansweredSyns, long synRetransmissions) {}

    private final Map<IpAddress, Asked> clients = new HashMap<>();
    private final Map<IpAddress, List<AnswerCount>> servers = new HashMap<>();
    private final Map<Pairing, PairView> pairs = new HashMap<>();
    private final Map<Door, Tried> ports = new HashMap<>();

    /** {@code restored}: with what was known when the process started, and no more; on the thread that owns it. */
    public SinceStart(Inventory restored) {
        for (Host host : restored.hosts.all()) {
            ClientState client = host.client;
            if (client != null) {
                add(host, client);
            }
            ServerState server = host.server;
            if (server != null) {
                servers.put(host.address, server.answerCounts());
                for (PortEvidence port : server.ports()) {
                    ports.put(
                            new Door(host.address, port.port),
                            new Tried(port.counts(), port.unansweredSyns, port.synRetransmissions));
                }
            }
        }
    }

    private void add(Host host, ClientState c) {
        clients.put(
                host.address, new Asked(c.offerCounts(), c.sessions, c.messages, c.bytes, c.refused, c.unansweredSyns));
        for (Pair pair : c.pairs()) {
            if (pair.hasSmb1()) {
                pairs.put(new Pairing(host.address, pair.server.address), SnapshotBuilder.newView(host, pair));
            }
        }
    }

    public InventorySnapshot of(InventorySnapshot all) {
        if (clients.isEmpty() && servers.isEmpty()) {
            return all;
        }
        List<PairView> newPairs = new ArrayList<>();
        for (PairView pair : all.pairs()) {
            PairView since = of(pair);
            if (since.sessions() + since.messages() + since.bytes() + since.refused() > 0) {
                newPairs.add(since);
            }
        }
        Map<Integer, HandshakeCounts> handshakes = new TreeMap<>(all.otherHandshakes());
        Map<Integer, Long> unanswered = new TreeMap<>(all.otherUnansweredSyns());
        Map<Integer, Long> again = new TreeMap<>(all.otherSynRetransmissions());
        List<ServerView> newServers = new ArrayList<>(all.servers().size());
        for (ServerView server : all.servers()) {
            newServers.add(of(server));
            if (server.lastLife() == 0) {
                for (PortView port : server.ports()) {
                    Tried before = ports.get(new Door(server.address(), port.port()));
                    if (before != null) {
                        handshakes.computeIfPresent(port.port(), (p, sum) -> less(sum, before.handshakes()));
                        unanswered.computeIfPresent(port.port(), (p, sum) -> less(sum, before.unansweredSyns()));
                        again.computeIfPresent(port.port(), (p, sum) -> less(sum, before.synRetransmissions()));
                    }
                }
            }
        }
        return new InventorySnapshot(
                all.time(),
                all.clients().stream().map(this::of).toList(),
                newServers,
                newPairs,
                handshakes,
                unanswered,
                again,
                all.duplicates(),
                all.oneWayFlows(),
                all.suppressedVerdicts(),
                all.hosts(),
                all.hostsEvicted(),
                all.handshakeDurations());
    }

    /** A host that was forgotten in between counts from zero: then there is nothing to take away. */
    private static long less(long now, long before) {
        return now >= before ? now - before : now;
    }

    private static HandshakeCounts less(HandshakeCounts now, HandshakeCounts before) {
        return new HandshakeCounts(
                less(now.answered(), before.answered()),
                less(now.refused(), before.refused()),
                less(now.unreachable(), before.unreachable()),
                less(now.unanswered(), before.unanswered()),
                less(now.oneWay(), before.oneWay()),
                less(now.aborted(), before.aborted()),
                less(now.pending(), before.pending()));
    }

    private ClientView of(ClientView now) {
        Asked before = clients.get(now.address());
        if (before == null) {
            return now;
        }
        OfferCounts offers = new OfferCounts(
                less(now.offers().smb1Only(), before.offers().smb1Only()),
                less(now.offers().smb1AndSmb2(), before.offers().smb1AndSmb2()),
                less(now.offers().smb2Only(), before.offers().smb2Only()),
                less(now.offers().incomplete(), before.offers().incomplete()));
        return new ClientView(
                now.address(),
                now.verdict(),
                now.refusedBy(),
                offers,
                now.dialects(),
                less(now.smb1Sessions(), before.sessions()),
                less(now.smb1Messages(), before.messages()),
                less(now.smb1Bytes(), before.bytes()),
                less(now.smb1Refused(), before.refused()),
                now.identity(),
                now.firstSeen(),
                now.lastSeen(),
                now.smb1FirstSeen(),
                now.smb1LastSeen(),
                now.scanner(),
                now.destinations(),
                less(now.unansweredSyns(), before.unansweredSyns()),
                now.servers(),
                now.evidence(),
                now.scannerAllowed());
    }

    private PairView of(PairView now) {
        PairView before = pairs.get(new Pairing(now.client(), now.server()));
        return before == null
                ? now
                : new PairView(
                        now.client(),
                        now.server(),
                        less(now.sessionsSmb1Only(), before.sessionsSmb1Only()),
                        less(now.sessionsSmb1AndSmb2(), before.sessionsSmb1AndSmb2()),
                        less(now.unseenOffer(), before.unseenOffer()),
                        less(now.messages(), before.messages()),
                        less(now.bytes(), before.bytes()),
                        less(now.refused(), before.refused()),
                        now.firstSeen(),
                        now.lastSeen());
    }

    private ServerView of(ServerView now) {
        List<AnswerCount> before = servers.get(now.address());
        if (before == null) {
            return now;
        }
        List<AnswerCount> answers = new ArrayList<>();
        for (AnswerCount answer : now.answers()) {
            long count = answer.count();
            for (AnswerCount known : before) {
                if (known.dialect().equals(answer.dialect())
                        && known.family().equals(answer.family())
                        && known.offer().equals(answer.offer())) {
                    count = less(count, known.count());
                }
            }
            if (count > 0) {
                answers.add(new AnswerCount(answer.dialect(), answer.family(), answer.offer(), count));
            }
        }
        return new ServerView(
                now.address(),
                now.verdict(),
                now.reason(),
                answers,
                now.dependentClients(),
                now.ready(),
                now.identity(),
                now.firstSeen(),
                now.lastSeen(),
                now.smb1FirstSeen(),
                now.smb1LastSeen(),
                now.lastLife(),
                now.ports().stream().map(port -> of(now.address(), port)).toList());
    }

    private PortView of(IpAddress server, PortView now) {
        Tried before = ports.get(new Door(server, now.port()));
        return before == null
                ? now
                : new PortView(
                        now.port(),
                        now.state(),
                        now.suppressed(),
                        less(now.handshakes(), before.handshakes()),
                        less(now.unansweredSyns(), before.unansweredSyns()),
                        less(now.synRetransmissions(), before.synRetransmissions()),
                        now.wrongAcknowledgements(),
                        now.lastAnswer(),
                        now.silentSince(),
                        now.unansweredSince(),
                        now.wentDark(),
                        now.attempts());
    }
}
