package dev.tap445.track;

import static dev.tap445.track.FlowLayout.CLIENT;
import static dev.tap445.track.FlowLayout.CONTACTED;
import static dev.tap445.track.FlowLayout.SERVER;

/**
 * From when to when a flow is kept: makes room for it where the table is full, looks after it when what it waits for has
 * come due, and settles and reports what it has when it is over, or another connection begins in its place, or the input
 * ends. The tracker's thread.
 */
final class Lifetimes implements Handshakes.Flows {
    private static final long IDLE = 1800 * 1_000_000_000L;

    private final TrackerOptions options;
    private final PacketClock clock;
    private final FlowTable table;
    private final TimerWheel wheel;
    private final Flow view;
    private final Eviction eviction;
    private final SmbConversation smb;
    private final StreamReader streams;
    private final Successors successors;
    private final FlowReports reports;
    private final Handshakes handshakes;
    private final Patience patience;
    private final TimerWheel.Expiry expiry = this::onTimer;
    private long evicted;
    private volatile long evictions;

    Lifetimes(
            TrackerOptions options,
            Observer observer,
            PacketClock clock,
            FlowTable table,
            SmbConversation smb,
            StreamReader streams,
            Successors successors,
            FlowReports reports) {
        this.options = options;
        this.clock = clock;
        this.table = table;
        this.wheel = new TimerWheel(table);
        this.view = new Flow(table);
        this.eviction = new Eviction(table);
        this.smb = smb;
        this.streams = streams;
        this.successors = successors;
        this.reports = reports;
        this.handshakes = new Handshakes(options, observer, this, table, successors);
        this.patience = new Patience(options, handshakes);
    }

    Handshakes handshakes() {
        return handshakes;
    }

    /** Any thread: flows given up because the table was full. */
    long evictions() {
        return evictions;
    }

    /** Does what has come due at {@code elapsed}, of the {@link PacketClock}; false within the same tick. */
    boolean advance(long elapsed) {
        if ((int) (elapsed >>> TimerWheel.TICK_SHIFT) == wheel.tick()) {
            return false;
        }
        wheel.advance(elapsed, expiry);
        return true;
    }

    /** A packet of this flow; whether it is the first in this tick. */
    boolean wakes(Flow f) {
        boolean first = f.activeTick() != wheel.tick();
        f.activeTick(wheel.tick());
        return first;
    }

    /** Whether this flow has been over for so long, at {@code time}, that a packet cannot belong to it. */
    boolean isForgotten(Flow f, long time) {
        return patience.isForgotten(f, time);
    }

    /** An entry was made, after {@link #makeRoom}: it is waited for from now on. */
    void begin(int entry) {
        if (options.byClock()) {
            wheel.arm(entry, TimerWheel.ticks(Patience.PERIODIC));
        }
        view.at(entry).activeTick(wheel.tick());
    }

    /** Gives up the flow with the least evidence where the table is full. */
    void makeRoom() {
        if (table.isFull()) {
            Flow victim = eviction.choose();
            evicted++;
            evictions = evicted;
            handshakes.evict(victim, clock.latest());
            remove(victim);
        }
    }

    @Override
    public void restart(Flow f) {
        smb.segmentEnds(); // the one at hand belongs to the next connection
        streams.flush(f, CLIENT, f.lastPacket(CLIENT));
        streams.flush(f, SERVER, f.lastPacket(SERVER));
        reports.report(f, options.byClock());
        smb.end(f);
        streams.release(f, CLIENT);
        streams.release(f, SERVER);
        successors.forget(f.entry());
        f.reset();
        f.activeTick(wheel.tick());
    }

    @Override
    public int sideAttempt(Flow f, int isn, boolean create) {
        int scope = isn == 0 ? 1 : isn;
        long ports = FlowTable.ports(f.clientPort(), f.serverPort(), scope);
        int entry = table.find(f.clientHigh(), f.clientLow(), f.serverHigh(), f.serverLow(), ports, f.zone());
        if (entry == FlowTable.NONE && create && !table.isFull()) {
            entry = table.insert(f.clientHigh(), f.clientLow(), f.serverHigh(), f.serverLow(), ports, f.zone());
            wheel.arm(entry, TimerWheel.ticks(options.timeout()));
        }
        return entry;
    }

    @Override
    public void removeSideAttempt(int entry) {
        wheel.cancel(entry);
        table.remove(entry);
    }

    @Override
    public void rearm(Flow f) {
        f.activeTick(wheel.tick());
        wheel.cancel(f.entry());
        wheel.arm(f.entry(), TimerWheel.ticks(patience.of(f)));
    }

    private void onTimer(int entry) {
        Flow f = view.at(entry);
        long idle = (long) (wheel.tick() - f.activeTick()) << TimerWheel.TICK_SHIFT;
        if (f.hasTraffic()) {
            reports.traffic(f);
        }
        long due = patience.of(f);
        if (idle < due && !Patience.isPeriodic(f)) {
            wheel.arm(entry, TimerWheel.ticks(due - idle));
            return;
        }
        if (f.isPending()) {
            if (options.byClock() || Patience.isClosed(f)) {
                handshakes.expire(f);
            }
        } else if (Patience.isOver(f) || options.byClock() && idle >= IDLE) {
            if (Offers.awaitsAnswer(f)) {
                smb.silence(f);
            }
            remove(f);
            return;
        } else if (options.byClock()) {
            giveUpWaiting(f);
            reports.report(f, true);
        }
        if (options.byClock() || Patience.isOver(f)) { // in a file time alone changes nothing of a flow that goes on
            wheel.arm(entry, TimerWheel.ticks(f.isPending() ? Patience.PERIODIC : patience.of(f)));
        }
    }

    private void giveUpWaiting(Flow f) {
        if (Offers.awaitsAnswer(f) && clock.latest() - f.offerTime() >= options.silence()) {
            smb.silence(f);
        }
        streams.abandon(f, CLIENT, clock.latest());
        streams.abandon(f, SERVER, clock.latest());
    }

    /** Nothing more comes of this flow: reports what is left to report, and forgets it. */
    void remove(Flow f) {
        conclude(f);
        wheel.cancel(f.entry());
        successors.forget(f.entry());
        table.remove(f.entry());
    }

    private void conclude(Flow f) {
        streams.flush(f, CLIENT, f.lastPacket(CLIENT));
        streams.flush(f, SERVER, f.lastPacket(SERVER));
        smb.end(f);
        reports.report(f, options.byClock());
        if (f.is(CONTACTED)) {
            reports.oneWay(f);
        }
    }

    /** The input ended at {@code end}, packet time: settles and reports everything, and forgets it. */
    void finish(long end) {
        for (int entry = 0; entry < table.entries(); entry++) {
            if (table.isUsed(entry)) {
                Flow f = view.at(entry);
                handshakes.finish(f, end);
                if (Offers.awaitsAnswer(f) && end - f.offerTime() >= options.silence()) {
                    smb.silence(f);
                }
                conclude(f);
            }
        }
        wheel.clear();
        successors.clear();
        table.clear();
    }
}
