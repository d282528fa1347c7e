package dev.tap445.inventory;

import dev.tap445.decode.IdentityField;
import dev.tap445.decode.Offer;
import dev.tap445.track.Endpoints;
import dev.tap445.track.Outcome;
import dev.tap445.track.Refusal;
import dev.tap445.track.SummingObserver;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The only owner of what is known about hosts. Takes observations in any order; one thread. What attempts mean is in
 * {@link AttemptEvidence}, what SMB says in {@link SmbEvidence}. {@link #snapshot} makes the
 * immutable view that everybody else reads.
 */
public final class Inventory implements SummingObserver {
    static final int WORTH_ATTEMPT = 1;
    static final int WORTH_SERVER = 2;
    static final int WORTH_OFFER = 3;
    static final int WORTH_SMB1 = 4;

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
    private final AttemptEvidence attempts;
    private final SmbEvidence conversations = new SmbEvidence(this);
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
        this.attempts = new AttemptEvidence(this, scanners);
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

    /** The client's side of it, if there is room: what is {@code worth} more pushes out what is worth less. */
    @Nullable ClientState client(Endpoints ends, int worth, long time) {
        Host host = hosts.admit(ends.clientHigh(), ends.clientLow(), ends.zone(), worth);
        if (host == null) {
            return null;
        }
        ClientState client = host.asClient();
        client.seen(time);
        return client;
    }

    /** The server's side of it, if there is room. */
    @Nullable Host server(Endpoints ends, int worth, long time) {
        Host host = hosts.admit(ends.serverHigh(), ends.serverLow(), ends.zone(), worth);
        if (host == null) {
            return null;
        }
        host.asServer().seen(time);
        return host;
    }

    @Override
    public void handshake(Endpoints ends, Outcome outcome, long firstSyn, long lastSyn, int syns, long answer) {
        attempts.settled(ends, outcome, firstSyn, lastSyn, syns, answer);
    }

    @Override
    public void attempts(
            Endpoints ends, Outcome outcome, int count, long syns, long firstSyn, long lastSyn, long lastAnswer) {
        attempts.summed(ends, outcome, count, syns, firstSyn, lastSyn, lastAnswer);
    }

    @Override
    public void trying(Endpoints ends, long firstSyn) {
        attempts.trying(ends, firstSyn);
    }

    @Override
    public void lateSyn(Endpoints ends, Outcome outcome, long time) {
        attempts.lateSyn(ends, outcome, time);
    }

    @Override
    public void answerAlone(Endpoints ends, long time) {
        attempts.answerAlone(ends, time);
    }

    @Override
    public void wrongAcknowledgement(Endpoints ends, long time) {
        attempts.wrongAcknowledgement(ends, time);
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
        conversations.offer(ends, offer, dialects, count, followUp, time);
    }

    @Override
    public void answer(Endpoints ends, int dialect, Offer offer, Refusal refusal, long time) {
        conversations.answer(ends, dialect, offer, refusal, time);
    }

    @Override
    public void smb1Session(Endpoints ends, Offer offer, long time) {
        conversations.smb1Session(ends, offer, time);
    }

    @Override
    public void smb1Traffic(Endpoints ends, int messages, long bytes, long last) {
        conversations.smb1Traffic(ends, messages, bytes, last);
    }

    @Override
    public void guestSession(Endpoints ends, long time) {
        conversations.guestSession(ends);
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
        if (host != null && (host.device.mac != mac || time < host.device.macTime)) {
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
    public void duplicates(long count) {
        duplicates += count;
    }
}
