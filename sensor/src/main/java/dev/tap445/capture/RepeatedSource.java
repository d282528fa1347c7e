package dev.tap445.capture;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A capture that goes on for ever: all of it once, at a chosen speed and moved in time so that it ends now; then its
 * later part, at the speed at which it happened, again and again. Each pass is dated as if it happened while it plays.
 */
public final class RepeatedSource implements PacketSource {
    /** Opens the capture anew for each pass. */
    @FunctionalInterface
    public interface Opener {
        PacketSource open() throws CaptureException;
    }

    /**
     * Where the capture lies in time; nanoseconds since the epoch.
     *
     * @param end its last packet
     * @param repeatFrom packets before it are left out from the second pass on
     */
    public record Span(long end, long repeatFrom) {}

    /** After each pass: whoever waits for its end finds it as it was. */
    private static final long PAUSE_NANOS = 3_000_000_000L;

    private final String name;
    private final Opener opener;
    private final Span span;
    private final SourceCounters counters = new SourceCounters();
    private PacedSource pass;
    private long passedBy;
    private boolean pausing;
    private long pauseEnd;
    private volatile boolean firstPassOver;
    private volatile boolean stopped;
    private volatile @Nullable String problem;

    /**
     * The first pass is opened here.
     *
     * @param speed packet seconds a second in the first pass, &gt; 0
     */
    public RepeatedSource(String name, Opener opener, Span span, double speed) throws CaptureException {
        this.name = name;
        this.opener = opener;
        this.span = span;
        this.pass = new PacedSource(opener.open(), speed, now() - span.end());
    }

    private static long now() {
        return System.currentTimeMillis() * 1_000_000L;
    }

    @Override
    public int poll(PacketHandler handler, int limit) {
        if (stopped) {
            return END;
        }
        if (!pausing) {
            int count = pass.poll(handler, limit);
            if (count != END) {
                return count;
            }
            firstPassOver = true;
            pausing = true;
            pauseEnd = System.nanoTime() + PAUSE_NANOS;
        }
        if (System.nanoTime() - pauseEnd < 0) {
            return 0;
        }
        pausing = false;
        return next() ? 0 : END;
    }

    private boolean next() {
        try {
            PacketSource again = opener.open();
            pass.close();
            skipTo(again);
            return true;
        } catch (CaptureException e) {
            problem = e.getMessage();
            return false;
        }
    }

    private void skipTo(PacketSource again) {
        passedBy = Long.MIN_VALUE;
        while (passedBy < span.repeatFrom() && again.poll(this::passBy, 1) > 0) {
            // each round leaves out one packet
        }
        pass = new PacedSource(again, 1, now() - span.repeatFrom());
    }

    private void passBy(
            MemorySegment memory, long offset, int captured, int original, long time, int linkType, int source) {
        passedBy = time;
    }

    /** Any thread: whether all of the capture has been handed over once. */
    public boolean firstPassOver() {
        return firstPassOver;
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
        return SourceStatistics.of(name, problem == null && !stopped, counters, 0, 0);
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
        return true;
    }

    @Override
    public void wakeup() {
        stopped = true;
    }

    @Override
    public void close() {
        stopped = true;
        pass.close();
    }
}
