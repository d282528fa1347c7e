package dev.tap445.capture;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapNativeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network interface. Where it goes down or disappears, that is logged once, {@link #problem} says so, and it is
 * opened anew as soon as that works, tried after 1 s, 2 s … 30 s; the counters go on.
 */
public final class LiveSource implements PacketSource {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSource.class);
    private static final long SECOND = 1_000_000_000L;
    private static final long MAX_BACK_OFF = 30 * SECOND;

    private final String name;
    private final int index;
    private final LiveOptions options;
    private final SourceCounters counters = new SourceCounters();
    private final DropCounters drops = new DropCounters();
    private volatile @Nullable LiveHandle handle;
    private volatile @Nullable String problem;
    private volatile boolean stopped;
    private volatile boolean linkUp = true;
    private long nextStatistics;
    private long nextAttempt;
    private long backOff = SECOND;

    private final @Nullable Fanout fanout;

    private LiveSource(String name, int index, LiveOptions options, @Nullable Fanout fanout, LiveHandle handle) {
        this.name = name;
        this.index = index;
        this.options = options;
        this.fanout = fanout;
        this.handle = handle;
        this.nextStatistics = System.nanoTime() + SECOND;
    }

    /**
     * Opens an interface.
     *
     * @param index handed to the packet handler with each packet
     * @throws CaptureException with what to do, where it is missing or down, or a right, libpcap or the filter is amiss
     */
    public static LiveSource open(String name, int index, LiveOptions options) throws CaptureException {
        return open(name, index, options, null);
    }

    /**
     * Opens an interface whose packets are shared with the other sources of {@code fanout}: each packet comes to one of
     * them, both directions of an address pair to the same.
     */
    public static LiveSource open(String name, int index, LiveOptions options, @Nullable Fanout fanout)
            throws CaptureException {
        LibPcap.require();
        try {
            return new LiveSource(name, index, options, fanout, LiveHandle.open(name, options, fanout));
        } catch (PcapNativeException e) {
            throw new CaptureException(name + ": " + OpenFailure.explain(name, e), e);
        } catch (CaptureException e) {
            throw new CaptureException(name + ": " + e.getMessage(), e);
        }
    }

    @Override
    public int poll(PacketHandler handler, int limit) {
        if (stopped) {
            return END;
        }
        LiveHandle open = handle;
        if (open == null) {
            reopen();
            return 0;
        }
        int count = open.read(handler, limit, index);
        if (count < limit && open.failed()) {
            lose(open);
            return count;
        }
        long now = System.nanoTime();
        if (now - nextStatistics >= 0) {
            nextStatistics = now + SECOND;
            count(open);
            watchLink();
        }
        return count;
    }

    /** libpcap since 1.10 keeps silent about an interface that is down but there, and goes on when it is up again. */
    private void watchLink() {
        boolean ready = Interfaces.isReady(name);
        if (ready != linkUp) {
            linkUp = ready;
            problem = ready ? null : name + ": the interface is down or has no carrier; waiting for it";
            if (ready) {
                LOG.info("{}: capturing again", name);
            } else {
                LOG.warn("{}: the interface is down or has no carrier; waiting for it", name);
            }
        }
    }

    private void lose(LiveHandle open) {
        String error = open.error();
        String why = error.isEmpty() ? "cannot be read" : error;
        problem = name + ": " + why + "; trying to open it again";
        LOG.warn("{}: {}; trying to open it again", name, why);
        count(open);
        handle = null;
        drops.reopened();
        open.close();
        backOff = SECOND;
        nextAttempt = System.nanoTime() + backOff;
    }

    private void reopen() {
        if (System.nanoTime() - nextAttempt < 0) {
            return;
        }
        try {
            if (Interfaces.isReady(name)) {
                handle = LiveHandle.open(name, options, fanout);
                problem = null;
                linkUp = true;
                LOG.info("{}: capturing again", name);
                return;
            }
        } catch (PcapNativeException | CaptureException e) {
            problem =
                    name + ": " + String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT) + "; trying to open it again";
        }
        backOff = Math.min(backOff * 2, MAX_BACK_OFF);
        nextAttempt = System.nanoTime() + backOff;
    }

    private void count(LiveHandle open) {
        try {
            drops.update(open.statistics());
        } catch (PcapNativeException | NotOpenException e) {
            LOG.debug("{}: no statistics: {}", name, e.getMessage()); // an interface that is gone has none
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public SourceCounters counters() {
        return counters;
    }

    @Override
    public SourceStatistics statistics() {
        return SourceStatistics.of(
                name, handle != null && linkUp && !stopped, counters, drops.kernelDrops(), drops.interfaceDrops());
    }

    @Override
    public Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    @Override
    public double progress() {
        return Double.NaN;
    }

    @Override
    public boolean canWait() {
        return false;
    }

    @Override
    public void wakeup() {
        stopped = true;
        LiveHandle open = handle;
        if (open != null) {
            open.breakOut();
        }
    }

    @Override
    public void close() {
        wakeup();
        LiveHandle open = handle;
        if (open != null) {
            count(open);
            handle = null;
            open.close();
        }
    }
}
