package dev.tap445.app;

import dev.tap445.capture.IdleStrategy;
import dev.tap445.decode.FrameDecoder;
import dev.tap445.decode.PacketClass;
import dev.tap445.decode.PacketCounters;
import dev.tap445.inventory.FeedView;
import dev.tap445.ring.PacketRecord;
import dev.tap445.ring.RecordHandler;
import dev.tap445.ring.RecordRing;
import dev.tap445.track.FailureCounters;
import dev.tap445.track.ObservationWriter;
import dev.tap445.track.Tracker;
import dev.tap445.track.TrackerOptions;
import dev.tap445.wire.BareSyn;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker thread: takes packets from its rings, one for each capture thread, decodes and tracks them, and writes
 * observations. Shares nothing with other workers.
 */
final class Worker implements RecordHandler, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final VarHandle PASSED_OVER = passedOver();
    private static final int BATCH = 512;
    /** Faults, each within {@value #CLOSE} packets of the last, after which the flows are taken for damaged. */
    private static final int FAULTS_IN_A_ROW = 16;

    private static final int CLOSE = 1_000;
    /** An idle clock stays this far behind the wall, so that it does not overtake packets on their way. */
    private static final long CLOCK_LAG_NANOS = 250_000_000L;

    private static final long CLOCK_PERIOD_NANOS = 100_000_000L;
    /** Where packets do not wait, a worker with more than this share of a ring before it passes bare SYNs over: the rest is worth more. */
    private static final double BEHIND = 0.6;

    private final int index;
    private final List<RecordRing> rings;
    private final FailureCounters failures = new FailureCounters();
    private final PacketCounters packets = new PacketCounters();
    private final ObservationWriter observations;
    private final TrackerOptions options;
    private volatile Tracker tracker;
    private final RecordHandler ahead = this::announce;
    private final BareSyn bareSyn = new BareSyn();
    private FrameDecoder decoder;
    private final IdleStrategy idle;
    private final boolean followsClock;
    private final boolean pressed;
    private final Thread thread;
    private long nextClock;
    private volatile boolean inputEnded;
    private volatile long end;
    private long failed;
    private volatile long errors;
    private long handled;
    private long handledAtFault;
    private int inARow;
    private long givenUp;
    private volatile long evictionsBefore;
    private long rounds;
    private volatile long turns;
    private boolean behind;
    private long passedOver;

    /**
     * A worker that is not started.
     *
     * @param followsClock whether time goes on without packets, as it does live
     * @param pressed whether packets come that do not wait for it, so that it has to catch up
     */
    Worker(
            int index,
            List<RecordRing> rings,
            ObservationWriter observations,
            TrackerOptions options,
            IdleStrategy idle,
            boolean followsClock,
            boolean pressed) {
        this.index = index;
        this.rings = List.copyOf(rings);
        this.observations = observations;
        this.options = options;
        this.tracker = new Tracker(options, observations, failures);
        this.decoder = new FrameDecoder(tracker, options.distinguish());
        this.idle = idle;
        this.followsClock = followsClock;
        this.pressed = pressed;
        this.thread = Thread.ofPlatform().name("worker-" + index).daemon().unstarted(this);
    }

    private static VarHandle passedOver() {
        try {
            return MethodHandles.lookup().findVarHandle(Worker.class, "passedOver", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    String name() {
        return thread.getName();
    }

    void start() {
        thread.start();
    }

    /** Nothing more will be published: drain, settle everything as of {@code endNanos} (packet time), and end. */
    void finish(long endNanos) throws InterruptedException {
        end = endNanos;
        inputEnded = true;
        thread.join();
    }

    @Override
    public void run() {
        while (true) {
            boolean last = inputEnded;
            int work = doWork();
            if (work == 0 && last) {
                break;
            }
            turns = ++rounds;
            idle.idle(work);
        }
        observations.waitFromNowOn();
        decoder.finish();
        tracker.finish(end);
        observations.finish();
        decoder.close();
        tracker.close();
    }

    private int doWork() {
        int work = 0;
        for (RecordRing ring : rings) {
            behind = pressed && ring.backlog() > ring.capacity() * BEHIND;
            try {
                work += tracker.looksAhead() && !behind ? drainAhead(ring) : ring.drain(this, BATCH);
            } catch (RuntimeException | StackOverflowError | AssertionError e) {
                packets.count(PacketClass.ERROR); // the packet is gone, and counted; the next may be better
                work++;
                complain(e);
            }
        }
        if (work == 0 && followsClock) {
            try {
                followClock();
            } catch (RuntimeException | StackOverflowError | AssertionError e) {
                complain(e);
            }
        }
        if (work > 0) {
            observations.publish();
        }
        return work;
    }

    /**
     * One fault may be of one packet; many in a row mean that what is held of the flows is damaged. Then it begins anew:
     * connections are taken up where they are, as those are that were there before the sensor.
     */
    private void complain(Throwable e) {
        failed++;
        errors = failed;
        inARow = handled - handledAtFault <= CLOSE ? inARow + 1 : 1;
        handledAtFault = handled;
        log(e);
        if (inARow >= FAULTS_IN_A_ROW) {
            inARow = 0;
            beginAnew();
        }
    }

    private void beginAnew() {
        Tracker damaged = tracker;
        FrameDecoder before = decoder;
        givenUp += damaged.evictions() + damaged.held();
        evictionsBefore = givenUp;
        tracker = new Tracker(options, observations, failures);
        decoder = new FrameDecoder(tracker, options.distinguish());
        try {
            before.close();
            damaged.close();
        } catch (RuntimeException e) {
            LOG.warn("worker {}: memory of the flows that were given up is not free: {}", index, e.toString());
        }
        LOG.error("worker {} has met {} faults and gives up what it holds of the flows", index, failed);
    }

    private int drainAhead(RecordRing ring) {
        int work = 0;
        int more;
        do {
            lookAhead(ring);
            more = ring.drain(this, Tracker.LOOKAHEAD);
            work += more;
        } while (more == Tracker.LOOKAHEAD && work < BATCH);
        return work;
    }

    private void lookAhead(RecordRing ring) {
        try {
            ring.peek(ahead, Tracker.LOOKAHEAD);
            tracker.fetch();
        } catch (RuntimeException e) {
            LOG.trace("no hint", e); // the packet itself will fail, and be counted
        }
    }

    private void announce(int type, ByteBuf slab, int at, int length) {
        tracker.expect(slab, at + PacketRecord.FRAME, PacketRecord.captured(slab, at), PacketRecord.linkType(slab, at));
    }

    /** Not for each: a packet that is sent again and again must not fill the log. */
    private void log(Throwable e) {
        if (Long.bitCount(failed) == 1) {
            LOG.error(
                    "worker {} met a fault of its own for the {}. time and goes on with the next packet",
                    index,
                    failed,
                    e);
        }
    }

    private void followClock() {
        long monotonic = System.nanoTime();
        if (monotonic - nextClock >= 0) {
            nextClock = monotonic + CLOCK_PERIOD_NANOS;
            long now = System.currentTimeMillis() * 1_000_000L - CLOCK_LAG_NANOS;
            decoder.advance(now);
            tracker.advance(now);
            observations.publish();
        }
    }

    @Override
    public void onRecord(int type, ByteBuf slab, int at, int length) {
        if (behind && isBareSyn(slab, at)) {
            PASSED_OVER.setRelease(this, passedOver + 1); // before what follows from it; pairs with getAcquire in drops
            return;
        }
        handled++;
        long time = PacketRecord.timestamp(slab, at);
        tracker.advance(time);
        if (type == PacketRecord.SPOILT_FRAGMENT) {
            packets.count(PacketClass.FRAGMENT);
            return;
        }
        packets.count(decoder.decode(
                slab, at + PacketRecord.FRAME, PacketRecord.captured(slab, at), PacketRecord.linkType(slab, at), time));
    }

    /**
     * A flood is made of these. An attempt that is not seen accuses nobody, and the connection is taken up with its next
     * packet; an offer that is not seen is lost.
     */
    private boolean isBareSyn(ByteBuf slab, int at) {
        return bareSyn.is(
                slab, at + PacketRecord.FRAME, PacketRecord.captured(slab, at), PacketRecord.linkType(slab, at));
    }

    /**
     * Any thread: packets that its rings had no room for, or that it passed over to catch up; each is in it before any
     * observation of a later packet is to be seen.
     */
    long drops() {
        long drops = (long) PASSED_OVER.getAcquire(this);
        for (RecordRing ring : rings) {
            drops += ring.drops();
        }
        return drops;
    }

    /** Any thread: how often it looked for packets, whether any came or not. */
    long turns() {
        return turns;
    }

    FailureCounters failures() {
        return failures;
    }

    /** Faults of its own that it met and outlived: bugs. */
    long errors() {
        return errors;
    }

    FeedView.WorkerView view() {
        double fill = 0;
        for (RecordRing ring : rings) {
            fill = Math.max(fill, ring.fillRatio());
        }
        return new FeedView.WorkerView(
                index,
                drops(),
                fill,
                tracker.flows(),
                evictionsBefore + tracker.evictions(),
                observations.dropped(),
                packets.byLabel(),
                errors);
    }
}
