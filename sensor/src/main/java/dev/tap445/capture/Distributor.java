package dev.tap445.capture;

import dev.tap445.ring.PacketRecord;
import dev.tap445.ring.RecordRing;
import dev.tap445.wire.DecodeFailure;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Lays each packet into the ring of its worker. Owned by one thread, the single producer of all its rings; only
 * {@link #abort} may be called by others.
 *
 * <p>Where a ring is full the packet is dropped and the ring counts it, or, for a source that {@linkplain #waitWhenFull
 * can wait}, the thread waits for the worker. Nothing is visible to the workers before {@link #publishAll}.
 *
 * <p>Packets of tunnels that came in fragments are put together first, see {@link TunnelFragments}: one record for each
 * packet, but those of first fragments come later.
 */
public final class Distributor implements PacketHandler {
    /**
     * A reader behind a full ring sleeps until the worker has made this much room: woken for every bit of space, it
     * would spend more on waking than on reading.
     */
    private static final double FILL_TO_GO_ON = 0.5;

    private static final long WAIT_NANOS = 50_000;

    private final RecordRing[] rings;
    private final WorkerSelector selector;
    private final int maxFrame;
    private final FragmentCounters failures = new FragmentCounters();
    private final TunnelFragments fragments = new TunnelFragments(new Joined(), failures);
    private boolean waitWhenFull;
    private volatile boolean aborted;

    // the batch so far
    private long packets;
    private long bytes;
    private long truncated;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;
    private long back;

    /** The producer of {@code rings}, one a worker. */
    public Distributor(List<RecordRing> rings, WorkerSelector selector) {
        this.rings = rings.toArray(RecordRing[]::new);
        this.selector = selector;
        this.maxFrame = rings.stream().mapToInt(RecordRing::maxPayload).min().orElseThrow() - PacketRecord.FRAME;
    }

    /** Owner: whether to wait for space from now on, or to drop. */
    void waitWhenFull(boolean wait) {
        waitWhenFull = wait;
    }

    @Override
    public void onPacket(
            MemorySegment memory,
            long offset,
            int captured,
            int original,
            long timestampNanos,
            int linkType,
            int source) {
        packets++;
        bytes += captured;
        truncated += Math.min(captured, maxFrame) < original ? 1 : 0;
        first = Math.min(first, timestampNanos);
        last = Math.max(last, timestampNanos);
        back = Math.max(back, last - timestampNanos);
        if (timestampNanos >= fragments.deadline()) {
            fragments.expire(timestampNanos);
        }
        distribute(memory, offset, captured, original, timestampNanos, linkType, source);
    }

    private void distribute(
            MemorySegment memory, long offset, int captured, int original, long time, int linkType, int source) {
        int worker = selector.select(memory, offset, captured, linkType);
        if (worker < 0) {
            fragments.add(memory, offset, captured, original, time, linkType, source);
        } else {
            lay(rings[worker], PacketRecord.TYPE, memory, offset, captured, original, time, linkType, source);
        }
    }

    private void lay(
            RecordRing ring,
            int type,
            MemorySegment memory,
            long offset,
            int captured,
            int original,
            long time,
            int linkType,
            int source) {
        int kept = Math.min(captured, maxFrame);
        int at = waitWhenFull ? ring.tryClaim(PacketRecord.FRAME + kept) : ring.claim(PacketRecord.FRAME + kept);
        if (at < 0) {
            at = waitWhenFull ? awaitSpace(ring, PacketRecord.FRAME + kept) : -1;
            if (at < 0) {
                return;
            }
        }
        PacketRecord.write(ring.segment(), at, time, kept, original, linkType, source, memory, offset);
        ring.commit(at, type);
    }

    private final class Joined implements TunnelFragments.Sink {
        @Override
        public void onPacket(
                MemorySegment memory, long at, int captured, int original, long time, int linkType, int source) {
            distribute(memory, at, captured, original, time, linkType, source);
        }

        @Override
        public void onFragment(
                MemorySegment memory, long at, int captured, int original, long time, int linkType, int source) {
            int worker = selector.select(memory, at, captured, linkType);
            RecordRing ring = rings[worker < 0 ? ~worker : worker];
            lay(ring, PacketRecord.TYPE, memory, at, captured, original, time, linkType, source);
        }

        @Override
        public void onSpoilt(long time, int linkType, int source) {
            lay(rings[0], PacketRecord.SPOILT_FRAGMENT, MemorySegment.NULL, 0, 0, 0, time, linkType, source);
        }
    }

    /** Owner, once a batch: shows the workers what was laid down and adds it to the counters of its source. */
    public void publishAll(SourceCounters counters) {
        if (packets > 0) {
            publish();
            account(counters);
        }
    }

    /** Owner: adds what was laid down since the last call to the counters of its source. */
    void account(SourceCounters counters) {
        if (packets == 0) {
            return;
        }
        counters.add(packets, bytes, truncated, first, last, back);
        packets = 0;
        bytes = 0;
        truncated = 0;
        first = Long.MAX_VALUE;
        last = Long.MIN_VALUE;
        back = 0;
    }

    /** Owner: whether something waits for time to go on. */
    boolean awaitsTime() {
        return fragments.deadline() != Long.MAX_VALUE;
    }

    /** Owner: no packet has come, and time goes on. */
    void advance(long timeNanos) {
        if (timeNanos >= fragments.deadline()) {
            fragments.expire(timeNanos);
            publish();
        }
    }

    /** Owner, after the last packet: lays down what was held back, and gives up its memory. More may follow. */
    public void finish() {
        fragments.finish();
        publish();
    }

    /** Any thread: packets in fragments that were given up here for this reason. */
    public long failures(DecodeFailure reason) {
        return failures.get(reason);
    }

    /** Any thread: ends all waiting for space; packets that do not fit are lost from now on, and counted. */
    public void abort() {
        aborted = true;
    }

    /** Owner: shows the workers what was laid down. */
    void publish() {
        for (RecordRing ring : rings) {
            ring.publish();
        }
    }

    private int awaitSpace(RecordRing ring, int length) {
        publish();
        while (!aborted) {
            if (ring.fillRatio() <= FILL_TO_GO_ON) {
                int at = ring.tryClaim(length);
                if (at >= 0) {
                    return at;
                }
            }
            LockSupport.parkNanos(WAIT_NANOS);
        }
        return ring.claim(length);
    }
}
