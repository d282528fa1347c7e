package dev.tap445.track;

import static dev.tap445.track.FlowLayout.CLIENT;
import static dev.tap445.track.FlowLayout.CONTACTED;
import static dev.tap445.track.FlowLayout.ONE_WAY_REPORTED;
import static dev.tap445.track.FlowLayout.SERVER;

import dev.tap445.decode.Segment;
import dev.tap445.wire.Vantage;

/**
 * What a tracker tells of hosts and flows besides handshakes and SMB: signs of life, where a host was seen, contact,
 * traffic. Facts that come with every packet gather here until {@link #flush}. The tracker's thread.
 */
final class FlowReports {
    /** Packets of one side, and none of the other, after which a flow counts as seen one way. */
    private static final int ONE_WAY_PACKETS = 3;

    private static final long STRAY_EVERY = 100_000_000L;

    private final Observer observer;
    private final LifeTable life = new LifeTable();
    private final RecentFacts macs = new RecentFacts();
    private final RecentFacts vlans = new RecentFacts();
    private final RecentFacts tunnels = new RecentFacts();
    private final RecentFacts strays = new RecentFacts();
    private final Endpoints ends = new Endpoints();
    private long duplicates;
    private long duplicatesReported;
    private long wayBack;
    private long wayBackReported;

    FlowReports(Observer observer) {
        this.observer = observer;
    }

    /** A packet of this address; {@code opening} as in {@link dev.tap445.decode.FrameHandler#onLife}. */
    void life(long high, long low, int zone, boolean opening, long time) {
        if (!opening) {
            wayBack = Math.max(wayBack, time);
        }
        life.touch(high, low, zone, time, observer);
    }

    /** An RST from a server's port that belongs to no flow; told now and then. */
    void strayReset(Segment s) {
        long now = s.time() / STRAY_EVERY << 16 | s.sourcePort();
        if (strays.isNews(s.sourceHigh(), s.sourceLow(), s.zone(), now, s.time())) {
            ends.set(
                    s.destinationHigh(),
                    s.destinationLow(),
                    s.sourceHigh(),
                    s.sourceLow(),
                    s.sourcePort(),
                    s.destinationPort(),
                    s.zone());
            observer.heard(ends, s.time());
        }
    }

    void duplicate() {
        duplicates++;
    }

    /** The first packet of a side of a flow: its source's MAC, and where it was mirrored. */
    void firstPacket(Segment s) {
        long mac = s.sourceMac();
        if (mac >= 0 && macs.isNews(s.sourceHigh(), s.sourceLow(), s.zone(), mac, s.time())) {
            observer.mac(s.sourceHigh(), s.sourceLow(), s.zone(), mac, s.time());
        }
        if (s.vlan() != 0) {
            seenIn(s, vlans, Vantage.of(Vantage.VLAN, s.vlan()));
        }
        if (s.tunnel() != Vantage.NONE) {
            seenIn(s, tunnels, s.tunnel());
        }
    }

    private void seenIn(Segment s, RecentFacts known, int vantage) {
        if (known.isNews(s.sourceHigh(), s.sourceLow(), s.zone(), vantage, s.time())) {
            observer.seenIn(s.sourceHigh(), s.sourceLow(), s.zone(), vantage, s.time());
        }
    }

    void traffic(Flow f) {
        f.endpoints(ends);
        observer.smb1Traffic(ends, f.smb1Messages(), f.smb1Bytes(), f.lastSmb1());
        f.clearTraffic();
    }

    /** What has gathered in a flow: traffic, contact, life of both ends; {@code live} also whether it is one-way so far. */
    void report(Flow f, boolean live) {
        if (f.hasTraffic()) {
            traffic(f);
        }
        long client = f.lastPacket(CLIENT);
        long server = f.lastPacket(SERVER);
        if (f.is(CONTACTED)) {
            f.endpoints(ends);
            observer.contact(ends, f.firstPacket(), client, server);
            if (live) {
                oneWay(f);
            }
            return;
        }
        if (client != 0) {
            life(f.clientHigh(), f.clientLow(), f.zone(), true, client);
        }
        if (server != 0) {
            life(f.serverHigh(), f.serverLow(), f.zone(), false, server);
        }
    }

    void oneWay(Flow f) {
        boolean clientOnly = f.packets(CLIENT) >= ONE_WAY_PACKETS && f.packets(SERVER) == 0;
        boolean serverOnly = f.packets(SERVER) >= ONE_WAY_PACKETS && f.packets(CLIENT) == 0;
        if ((clientOnly || serverOnly) && !f.is(ONE_WAY_REPORTED)) {
            f.raise(ONE_WAY_REPORTED);
            f.endpoints(ends);
            observer.oneWay(ends, clientOnly, Math.max(f.lastPacket(CLIENT), f.lastPacket(SERVER)));
        }
    }

    void flush() {
        life.flush(observer);
        if (duplicates != duplicatesReported) {
            observer.duplicates(duplicates - duplicatesReported);
            duplicatesReported = duplicates;
        }
        if (wayBack != wayBackReported) {
            observer.wayBack(wayBack);
            wayBackReported = wayBack;
        }
    }
}
