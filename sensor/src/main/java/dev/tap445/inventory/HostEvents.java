package dev.tap445.inventory;

import dev.tap445.wire.IpAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds in what changed what is worth an event, and hears what the inventory finds when it reviews ports and scanners.
 * Inventory thread only.
 */
final class HostEvents implements StateListener {
    private final Inventory inventory;
    private final List<Silence> silences = new ArrayList<>();
    private ChronicleOptions options = ChronicleOptions.DEFAULT;
    private AcceptedDevices checked = AcceptedDevices.NONE;
    private boolean learning;
    private long clock;
    private long nextExpiry;
    private boolean lost;
    /** What the inventory told since the last look; said with the clock and the options of the next. */
    private List<Runnable> heard = new ArrayList<>();

    private List<Event> found = new ArrayList<>();

    /** A port that went silent and was not announced as that yet. */
    private static final class Silence {
        final IpAddress server;
        final int port;
        final long since;
        final long lastAnswer;
        /** It was held back, and counted as that. */
        boolean counted;

        Silence(IpAddress server, int port, long since, long lastAnswer) {
            this.server = server;
            this.port = port;
            this.since = since;
            this.lastAnswer = lastAnswer;
        }

        boolean is(IpAddress other, int otherPort) {
            return port == otherPort && server.equals(other);
        }
    }

    HostEvents(Inventory inventory) {
        this.inventory = inventory;
        inventory.listener(this);
    }

    /** {@code now} is the clock, nanoseconds since the epoch. */
    List<Event> look(List<Host> changed, long now, ChronicleOptions current, boolean isLearning) {
        options = current;
        clock = now;
        learning = isLearning;
        List<Runnable> told = heard;
        heard = new ArrayList<>();
        told.forEach(Runnable::run);
        for (Host host : changed) {
            look(host);
        }
        silences();
        feed();
        expiries();
        List<Event> taken = found;
        found = new ArrayList<>();
        return taken;
    }

    private void look(Host host) {
        ClientState client = host.client;
        if (client != null && client.smb1First != 0) {
            smb1(host, client);
        }
    }

    private void smb1(Host host, ClientState client) {
        Watch watch = host.watched();
        Pair pair = earliest(client, watch.smb1Last);
        if (watch.said(EventKind.SMB1_CLIENT_FIRST_SEEN, 0) == 0) {
            smb1(host, client, pair, EventKind.SMB1_CLIENT_FIRST_SEEN, client.smb1First, 0, client.sessions);
        } else if (watch.smb1Last != 0 && client.smb1Last - watch.smb1Last >= options.returnAfter()) {
            long absent = watch.smb1Last;
            long start = pair == null || pair.last <= absent ? client.smb1Last : pair.last;
            smb1(host, client, pair, EventKind.SMB1_CLIENT_RETURNED, start, absent, client.sessions);
        }
        watch.smb1Last = client.smb1Last;
        if (client.refused > watch.refused) {
            Pair refuser = refuser(client);
            smb1(host, client, refuser, EventKind.SMB1_REFUSED, client.smb1Last, 0, client.refused - watch.refused);
            watch.refused = client.refused;
        }
    }

    private void smb1(
            Host host, ClientState client, @Nullable Pair pair, EventKind kind, long start, long since, long count) {
        Host server = pair == null ? null : pair.server;
        List<String> dialects = client.dialectNames();
        Event.Details details = new Event.Details(
                dialects,
                server == null || kind == EventKind.SMB1_REFUSED ? null : chosen(server),
                client.verdict().label(),
                0,
                since,
                count,
                Reasons.of(client, client.verdict(), dialects, refusers(client)));
        int from = pair == null ? 0 : pair.clientPort;
        int to = pair == null ? 0 : pair.serverPort;
        say(host, kind, 0, start, host.address, from, server == null ? null : server.address, to, details);
    }

    /** With whom it began: among several servers since the last look, the first with SMB1 after {@code before}. */
    private static @Nullable Pair earliest(ClientState client, long before) {
        return pairs(client)
                .filter(pair -> pair.hasSmb1() && pair.last > before)
                .min(Comparator.comparingLong((Pair pair) -> before == 0 ? pair.first : pair.last)
                        .thenComparing(pair -> pair.server.address))
                .orElse(client.pairCount() == 1 ? client.pairs().iterator().next() : null);
    }

    private static Stream<Pair> pairs(ClientState client) {
        return client.pairsHeld().stream();
    }

    private static @Nullable Pair refuser(ClientState client) {
        return pairs(client)
                .filter(pair -> pair.refused > 0)
                .max(Comparator.comparingLong((Pair pair) -> pair.last).thenComparing(pair -> pair.server.address))
                .orElse(null);
    }

    private static List<IpAddress> refusers(ClientState client) {
        return pairs(client)
                .filter(pair -> pair.refused > 0)
                .map(pair -> pair.server.address)
                .sorted()
                .toList();
    }

    /** The SMB1 dialect that a server chose most often. */
    private static @Nullable String chosen(Host server) {
        ServerState state = server.server;
        return state == null
                ? null
                : state.answerCounts().stream()
                        .filter(answer -> answer.family().equals("smb1"))
                        .max(Comparator.comparingLong(AnswerCount::count))
                        .map(AnswerCount::dialect)
                        .orElse(null);
    }

    @Override
    public void wentSilent(IpAddress server, int port, long since, long lastAnswer, long now) {
        silences.add(new Silence(server, port, since, lastAnswer));
    }

    @Override
    public void silenceEnded(IpAddress server, int port, long since, PortState state, long time, long now) {
        silences.removeIf(silence -> silence.is(server, port));
        Host host = inventory.hosts.find(server);
        if (host != null) {
            heard.add(() -> answering(host, port, since, state, time));
        }
    }

    private void answering(Host host, int port, long since, PortState state, long time) {
        if (host.watched().saidSilent(port)) {
            String reason = "the port is " + state.label() + " again";
            port(host, port, EventKind.SERVER_ANSWERING, time, state, since, time, reason);
        }
    }

    @Override
    public void scannerFound(IpAddress client, long destinations, boolean allowed, long now) {
        Host host = inventory.hosts.find(client);
        if (host != null && !allowed) {
            String reason = destinations + " destinations, most of them not answered";
            Event.Details details = Event.Details.of(destinations, reason);
            heard.add(() -> say(host, EventKind.SCANNER_DETECTED, 0, now, client, 0, null, 0, details));
        }
    }

    /** Told when there is a time for it: at once, or when enough has passed since the last. */
    private void silences() {
        silences.removeIf(silence -> {
            Host host = inventory.hosts.find(silence.server);
            if (host == null || host.watched().saidSilent(silence.port)) {
                return true; // gone, or told before a restart
            }
            String reason = silence.lastAnswer == 0
                    ? "SYNs unanswered although the host is alive"
                    : "SYNs unanswered although the host is alive; it answered before";
            boolean said = port(
                    host,
                    silence.port,
                    EventKind.SERVER_SILENT,
                    silence.since,
                    PortState.SILENT,
                    silence.since,
                    silence.lastAnswer,
                    reason);
            silence.counted |= !said;
            return said;
        });
    }

    private boolean port(
            Host host, int port, EventKind kind, long start, PortState state, long since, long answer, String reason) {
        PortEvidence evidence = host.asServer().port(port);
        Host client = evidence.lastTriedBy;
        Event.Details details =
                new Event.Details(List.of(), null, state.label(), answer, since, evidence.unansweredSyns, reason);
        IpAddress from = client == null ? null : client.address;
        return say(host, kind, port, start, from, evidence.lastTriedFrom, host.address, port, details);
    }

    /** Announces, or holds back what comes too soon after the last of its kind; whether it was announced. */
    private boolean say(
            Host host,
            EventKind kind,
            int port,
            long start,
            @Nullable IpAddress client,
            int clientPort,
            @Nullable IpAddress server,
            int serverPort,
            Event.Details details) {
        Watch watch = host.watched();
        long last = watch.said(kind, port);
        if (last != 0 && clock - last < options.interval() && clock >= last && kind != EventKind.SERVER_ANSWERING) {
            if (silences.stream().noneMatch(silence -> silence.counted && silence.is(host.address, port))) {
                watch.holdBack(kind, port);
            }
            return false;
        }
        long time = last >= clock ? last + 1 : clock; // a clock set back must not make the latest the earlier
        if (kind == EventKind.SERVER_ANSWERING) {
            time = Math.max(time, watch.said(EventKind.SERVER_SILENT, port) + 1);
        } else if (kind == EventKind.SERVER_SILENT) {
            time = Math.max(time, watch.said(EventKind.SERVER_ANSWERING, port) + 1);
        }
        watch.say(kind, port, time);
        AcceptedDevice acceptance = accepted(kind, client, server);
        found.add(new Event(
                UUID.randomUUID().toString(),
                kind,
                clock,
                start,
                client,
                clientPort,
                server,
                serverPort,
                inventory.identity(host),
                details,
                watch.takeHeldBack(kind, port),
                acceptance,
                learning));
        return true;
    }

    private @Nullable AcceptedDevice accepted(EventKind kind, @Nullable IpAddress client, @Nullable IpAddress server) {
        if (kind == EventKind.SERVER_SILENT || kind == EventKind.SERVER_ANSWERING) {
            return server == null ? null : options.accepted().find(server);
        }
        return client == null ? null : options.accepted().find(client, server, clock);
    }

    /** Whether answers are visible at all. */
    private void feed() {
        boolean oneWay = inventory.sight.feedIsOneWay();
        if (oneWay != lost) {
            lost = oneWay;
            EventKind kind = oneWay ? EventKind.VISIBILITY_LOST : EventKind.VISIBILITY_RESTORED;
            long start = oneWay ? Math.max(inventory.lastReturn, 0) : inventory.lastReturn;
            String reason = oneWay
                    ? "connections are seen in one direction alone: no verdict on silence is made"
                    : "both directions are seen again";
            found.add(ofSensor(kind, clock, start, 0, reason));
        }
    }

    static Event ofSensor(EventKind kind, long clock, long start, long count, String reason) {
        return new Event(
                UUID.randomUUID().toString(),
                kind,
                clock,
                start == 0 ? clock : start,
                null,
                0,
                null,
                0,
                Identity.NONE,
                Event.Details.of(count, reason),
                0,
                null,
                false);
    }

    /** Once a minute, and when the list is another: acceptances that ran out while the device still has SMB1. */
    private void expiries() {
        AcceptedDevices accepted = options.accepted();
        if (clock < nextExpiry && clock > nextExpiry - 120_000_000_000L && accepted == checked) {
            return;
        }
        checked = accepted;
        nextExpiry = clock + 60_000_000_000L;
        if (accepted.all().stream().noneMatch(device -> device.isExpired(clock))) {
            return;
        }
        for (Host host : inventory.hosts.all()) {
            ClientState client = host.client;
            ServerState server = host.server;
            boolean smb1 = client != null && client.smb1First != 0 || server != null && server.smb1First != 0;
            AcceptedDevice device = smb1 ? accepted.find(host.address) : null;
            if (device != null
                    && device.isExpired(clock)
                    && host.watched().said(EventKind.ACCEPTANCE_EXPIRED, 0) < device.until()) {
                expired(host, device);
            }
        }
    }

    private void expired(Host host, AcceptedDevice device) {
        String reason = "accepted for " + device.reason() + ", owner " + device.owner();
        Event.Details details = new Event.Details(List.of(), null, null, 0, device.until(), 0, reason);
        say(host, EventKind.ACCEPTANCE_EXPIRED, 0, device.until(), host.address, 0, null, 0, details);
    }
}
