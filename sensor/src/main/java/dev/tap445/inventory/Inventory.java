package dev.tap445.inventory;

import dev.tap445.decode.Dialects;
import dev.tap445.decode.IdentityField;
import dev.tap445.decode.Offer;
import dev.tap445.track.Endpoints;
import dev.tap445.track.Outcome;
import dev.tap445.track.Refusal;
import dev.tap445.track.SummingObserver;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The only owner of what is known about hosts. Takes observations in any order; one thread. {@link #snapshot} makes the
 * immutable view that everybody else reads.
 */
public final class Inventory implements SummingObserver {
    private static final int WORTH_ATTEMPT = 1;
    private static final int WORTH_SERVER = 2;
    private static final int WORTH_OFFER = 3;
    private static final int WORTH_SMB1 = 4;

    InventoryOptions options;
    final HostTable hosts;
    final MacTable macs = new MacTable();
    final TreeMap<Integer, Durations> durations = new TreeMap<>();
    /** Attempts of hosts that found no room, per port. */
    final TreeMap<Integer, PortEvidence> homeless = new TreeMap<>();

    final Sight sight = new Sight(this);
    StateListener listener;
    final PortWatch watch;
    private final ScannerWatch scanners;
    private final SnapshotBuilder builder = new SnapshotBuilder(this);
    long duplicates;
    long oneWayFlows;
    long latest;
    private long now;
    /** The last answer of any server. */
    long lastReturn;
    /** The last packet that did not open a connection. */
    long lastWayBack;

    long lastOneWay;
    long lastDrop = Long.MIN_VALUE;

    public Inventory(InventoryOptions options) {
        this(options, StateListener.NONE);
    }

    public Inventory(InventoryOptions options, StateListener listener) {
        this.options = options;
        this.hosts = new HostTable(options.maxHosts());
        this.listener = listener;
        this.watch = new PortWatch(this);
        this.scanners = new ScannerWatch(this);
    }

    /** The feed has reached this time, packet time. */
    public void advance(long timeNanos) {
        latest = Math.max(latest, timeNanos);
    }

    /** The clock has reached this time, though no packet may have: what windows are measured from. */
    public void tick(long timeNanos) {
        now = Math.max(now, timeNanos);
    }

    long now() {
        return Math.max(now, latest);
    }

    /** The sensor lost packets about now, packet time. */
    public void dropped(long timeNanos) {
        lastDrop = Math.max(lastDrop, timeNanos);
    }

    /** Looks for changes of state and tells the listener; live about once a second, for a file at its end. */
    public void review() {
        scanners.review();
        watch.review();
    }

    /** An immutable view of everything, consistent as of this call. */
    public InventorySnapshot snapshot() {
        return builder.build();
    }

    /** Whether a port is silent, as of now. */
    PortVerdict verdict(Host server, PortEvidence port) {
        return PortVerdict.of(server, port, sight);
    }

    Identity identity(Host host) {
        return builder.identity(host);
    }

    /** Who hears of changes of state from now on; before the first observation. */
    void listener(StateListener hearing) {
        listener = hearing;
    }

    /** Other windows and limits from now on; the room for hosts stays as it was made. */
    public void options(InventoryOptions changed) {
        options = changed;
        builder.forgetViews();
    }

    private @Nullable ClientState client(Endpoints ends, int worth, long time) {
        Host host = hosts.admit(ends.clientHigh(), ends.clientLow(), ends.zone(), worth);
        if (host == null) {
            return null;
        }
        ClientState client = host.asClient();
        client.seen(time);
        return client;
    }

    private @Nullable Host server(Endpoints ends, int worth, long time) {
        Host host = hosts.admit(ends.serverHigh(), ends.serverLow(), ends.zone(), worth);
        if (host == null) {
            return null;
        }
        host.asServer().seen(time);
        return host;
    }

    @Override
    public void handshake(Endpoints ends, Outcome outcome, long firstSyn, long lastSyn, int syns, long answer) {
        long last = Math.max(lastSyn, answer);
        advance(last);
        boolean evidence = outcome == Outcome.ANSWERED || outcome == Outcome.REFUSED;
        Host server = server(ends, evidence ? WORTH_SERVER : WORTH_ATTEMPT, last);
        ClientState client = client(ends, evidence ? WORTH_SERVER : WORTH_ATTEMPT, firstSyn);
        PortEvidence port = server == null
                ? homeless.computeIfAbsent(ends.port(), PortEvidence::new)
                : server.asServer().port(ends.port());
        if (server != null) {
            server.asServer().seen(firstSyn);
        }
        port.count(outcome);
        port.synRetransmissions += syns - 1;
        if (client != null) {
            client.seen(lastSyn);
            if (server != null) {
                client.meet(server);
            }
            tried(client, ends, firstSyn, outcome == Outcome.ANSWERED);
        }
        settle(ends, outcome, port, client, firstSyn, lastSyn, syns, answer);
        if (server != null && outcome == Outcome.UNANSWERED) {
            watch.add(server, port);
        }
        if (server != null && (outcome == Outcome.ANSWERED || outcome == Outcome.REFUSED)) {
            server.lastLife = Math.max(server.lastLife, last);
        }
    }

    private void settle(
            Endpoints ends,
            Outcome outcome,
            PortEvidence port,
            @Nullable ClientState client,
            long firstSyn,
            long lastSyn,
            int syns,
            long answer) {
        switch (outcome) {
            case ANSWERED -> {
                port.lastAnswer = Math.max(port.lastAnswer, answer);
                lastReturn = Math.max(lastReturn, answer);
                if (client != null || syns > 0) {
                    durations.computeIfAbsent(ends.port(), p -> new Durations()).add(Math.max(0, answer - firstSyn));
                }
            }
            case REFUSED -> {
                port.lastRefused = Math.max(port.lastRefused, lastSyn);
                lastReturn = Math.max(lastReturn, lastSyn);
            }
            case UNREACHABLE -> {
                port.lastUnreachable = Math.max(port.lastUnreachable, lastSyn);
                lastReturn = Math.max(lastReturn, lastSyn);
            }
            case UNANSWERED -> {
                port.unansweredSyns += syns;
                if (client != null) {
                    client.unansweredSyns += syns;
                    port.addUnanswered(new PortEvidence.Unanswered(client.host, firstSyn, lastSyn, syns));
                    port.lastTriedBy = client.host;
                    port.lastTriedFrom = ends.clientPort();
                }
            }
            case ONE_WAY -> {
                port.addOneWay(lastSyn);
                lastOneWay = Math.max(lastOneWay, lastSyn);
            }
            case ABORTED, PENDING -> {}
        }
    }

    /**
     * What a flood left of its attempts. They count, and an answer among them is one; silence among them accuses nobody,
     * since who tried, and whether it was a scanner, is not known.
     */
    @Override
    public void attempts(
            Endpoints ends, Outcome outcome, int count, long syns, long firstSyn, long lastSyn, long lastAnswer) {
        advance(Math.max(lastSyn, lastAnswer));
        boolean evidence = outcome == Outcome.ANSWERED || outcome == Outcome.REFUSED;
        Host server = server(ends, evidence ? WORTH_SERVER : WORTH_ATTEMPT, lastSyn);
        PortEvidence port = server == null
                ? homeless.computeIfAbsent(ends.port(), PortEvidence::new)
                : server.asServer().port(ends.port());
        port.count(outcome, count);
        port.synRetransmissions += syns - count;
        if (outcome == Outcome.UNANSWERED) {
            port.unansweredSyns += syns;
        } else {
            settle(ends, outcome, port, null, firstSyn, lastSyn, 0, lastAnswer);
        }
        if (server != null && evidence) {
            server.lastLife = Math.max(server.lastLife, Math.max(lastSyn, lastAnswer));
        }
    }

    private static long destination(Endpoints ends) {
        long h = (ends.serverHigh() ^ Long.rotateLeft(ends.serverLow(), 29) ^ ends.zone()) * 0x9e37_79b9_7f4a_7c15L;
        h = (h ^ h >>> 32 ^ ends.port()) * 0xbf58_476d_1ce4_e5b9L;
        return h ^ h >>> 29;
    }

    private void tried(ClientState client, Endpoints ends, long firstSyn, boolean answered) {
        client.scan.add(destination(ends), firstSyn, answered);
        scanners.tried(client);
    }

    /** So that a scanner is known before the first of its attempts is settled, and accuses nobody in between. */
    @Override
    public void trying(Endpoints ends, long firstSyn) {
        advance(firstSyn);
        ClientState client = client(ends, WORTH_ATTEMPT, firstSyn);
        if (client != null) {
            tried(client, ends, firstSyn, false);
        }
    }

    @Override
    public void lateSyn(Endpoints ends, Outcome outcome, long time) {
        advance(time);
        Host server = server(ends, WORTH_ATTEMPT, time);
        if (server == null) {
            return;
        }
        PortEvidence port = server.asServer().port(ends.port());
        port.synRetransmissions++;
        if (outcome == Outcome.UNANSWERED) {
            port.unansweredSyns++;
            ClientState client = client(ends, WORTH_ATTEMPT, time);
            if (client != null) {
                client.unansweredSyns++;
                port.addUnanswered(new PortEvidence.Unanswered(client.host, time, time, 1));
                watch.add(server, port);
            }
        }
    }

    @Override
    public void answerAlone(Endpoints ends, long time) {
        advance(time);
        Host server = server(ends, WORTH_SERVER, time);
        lastReturn = Math.max(lastReturn, time);
        if (server != null) {
            PortEvidence port = server.asServer().port(ends.port());
            port.lastAnswer = Math.max(port.lastAnswer, time);
            server.lastLife = Math.max(server.lastLife, time);
        }
    }

    @Override
    public void wrongAcknowledgement(Endpoints ends, long time) {
        advance(time);
        Host server = server(ends, WORTH_SERVER, time);
        if (server != null) {
            PortEvidence port = server.asServer().port(ends.port());
            port.wrongAcknowledgements++;
            port.lastWrong = Math.max(port.lastWrong, time);
        }
    }

    /** What it says of a port is kept with the host: many that send an RST were never asked for anything. */
    @Override
    public void heard(Endpoints ends, long time) {
        advance(time);
        Host host = hosts.admit(ends.serverHigh(), ends.serverLow(), ends.zone(), 0);
        if (host != null) {
            host.heard(ends.port(), time);
            host.lastLife = Math.max(host.lastLife, time);
        }
    }

    @Override
    public void offer(Endpoints ends, Offer offer, int[] dialects, int count, boolean followUp, long time) {
        advance(time);
        Host server = server(ends, WORTH_OFFER, time);
        ClientState client = client(ends, offer == Offer.SMB1_ONLY ? WORTH_SMB1 : WORTH_OFFER, time);
        if (client == null) {
            return;
        }
        client.dialects(dialects, count);
        if (!followUp) {
            client.offer(offer);
            if (offer == Offer.SMB1_ONLY) {
                client.smb1At(time);
            }
        }
        if (server != null) {
            client.meet(server);
            if (offer == Offer.SMB1_ONLY) {
                client.pair(server).connection(ends);
            }
        }
    }

    @Override
    public void answer(Endpoints ends, int dialect, Offer offer, Refusal refusal, long time) {
        advance(time);
        lastReturn = Math.max(lastReturn, time);
        Host server = server(ends, WORTH_OFFER, time);
        ClientState client = client(ends, WORTH_OFFER, time);
        if (server != null) {
            server.asServer().answer(dialect, offer);
        }
        if (client == null) {
            return;
        }
        if (offer == Offer.INCOMPLETE && Dialects.family(dialect).startsWith("smb") && !Dialects.isSmb1(dialect)) {
            client.smb2Proven = true;
        }
        if (server != null) {
            client.meet(server);
            if (refusal != Refusal.NONE && offer == Offer.SMB1_ONLY) {
                Pair pair = client.pair(server);
                pair.refused++;
                pair.connection(ends);
                pair.smb1At(time);
            }
        }
        if (refusal != Refusal.NONE && offer == Offer.SMB1_ONLY) {
            client.refused++;
            client.smb1At(time);
        }
    }

    @Override
    public void smb1Session(Endpoints ends, Offer offer, long time) {
        advance(time);
        Host server = server(ends, WORTH_SMB1, time);
        ClientState client = client(ends, WORTH_SMB1, time);
        if (server != null) {
            server.asServer().smb1Sessions++;
            server.asServer().usedBesideSmb2 |= offer == Offer.SMB1_AND_SMB2;
            server.asServer().smb1At(time);
        }
        if (client != null) {
            client.sessions++;
            client.smb1At(time);
            if (server != null) {
                Pair pair = client.pair(server);
                pair.session(offer);
                pair.connection(ends);
                pair.smb1At(time);
            }
        }
    }

    @Override
    public void smb1Traffic(Endpoints ends, int messages, long bytes, long last) {
        advance(last);
        Host server = server(ends, WORTH_SMB1, last);
        ClientState client = client(ends, WORTH_SMB1, last);
        if (server != null) {
            server.asServer().smb1At(last);
        }
        if (client != null) {
            client.messages += messages;
            client.bytes += bytes;
            client.smb1At(last);
            if (server != null) {
                Pair pair = client.pair(server);
                pair.messages += messages;
                pair.bytes += bytes;
                pair.smb1At(last);
            }
        }
    }

    @Override
    public void contact(Endpoints ends, long first, long lastClient, long lastServer) {
        long last = Math.max(lastClient, lastServer);
        advance(last);
        Host server = server(ends, WORTH_SERVER, last);
        ClientState client = client(ends, WORTH_SERVER, last);
        if (server != null) {
            server.asServer().seen(first);
            server.asServer().port(ends.port());
            server.lastLife = Math.max(server.lastLife, lastServer);
        }
        lastWayBack = Math.max(lastWayBack, lastServer);
        if (client != null) {
            client.seen(first);
            client.host.lastLife = Math.max(client.host.lastLife, lastClient);
            if (server != null) {
                client.meet(server);
            }
        }
    }

    @Override
    public void oneWay(Endpoints ends, boolean clientSeen, long time) {
        advance(time);
        oneWayFlows++;
        if (clientSeen) {
            lastOneWay = Math.max(lastOneWay, time);
            Host server = server(ends, WORTH_SERVER, time);
            if (server != null) {
                PortEvidence port = server.asServer().port(ends.port());
                port.lastOneWay = Math.max(port.lastOneWay, time);
            }
        }
    }

    @Override
    public void life(long high, long low, int zone, long time) {
        advance(time);
        Host host = hosts.admit(high, low, zone, 0);
        if (host != null) {
            host.lastLife = Math.max(host.lastLife, time);
        }
    }

    @Override
    public void wayBack(long time) {
        advance(time);
        lastWayBack = Math.max(lastWayBack, time);
    }

    @Override
    public void mac(long high, long low, int zone, long mac, long time) {
        Host host = MacTable.isDevices(mac) ? hosts.admit(high, low, zone, 0) : null;
        if (host != null) {
            host.device.mac(mac, time);
            macs.add(mac, host.address); // every one it was seen with: which came first must not matter
        }
    }

    @Override
    public void seenIn(long high, long low, int zone, int vantage, long time) {
        Host host = hosts.admit(high, low, zone, 0);
        if (host != null) {
            host.device.seenIn(vantage, time);
        }
    }

    @Override
    public void identity(long high, long low, int zone, IdentityField field, String text, long time) {
        Host host = hosts.admit(high, low, zone, WORTH_SERVER);
        if (host != null) {
            host.device.text(field, text, time);
        }
    }

    @Override
    public void signing(long high, long low, int zone, int mode, long time) {
        Host host = hosts.admit(high, low, zone, WORTH_SERVER);
        if (host != null) {
            host.device.signing = Math.max(host.device.signing, mode);
        }
    }

    @Override
    public void guestSession(Endpoints ends, long time) {
        Host client = hosts.find(ends.clientHigh(), ends.clientLow(), ends.zone());
        Host server = hosts.find(ends.serverHigh(), ends.serverLow(), ends.zone());
        if (client != null) {
            client.device.guestSessions++;
            client.version++;
        }
        if (server != null) {
            server.device.guestSessions++;
            server.version++;
        }
    }

    @Override
    public void duplicates(long count) {
        duplicates += count;
    }
}
