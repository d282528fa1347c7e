package dev.tap445.capture;

import dev.tap445.ring.PacketRecord;
import dev.tap445.ring.RecordRing;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Lays each packet into the ring of its worker. Owned by one thread, the single producer of all its rings; only
 * {@link #abort} may be called by others.
 *
 * <p>Where a ring is full the packet is dropped and the ring counts it, or, for a source that {@linkplain #waitWhenFull
 * can wait}, the thread waits for the worker. Nothing is visible to the workers before {@link #publishAll}.
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
    private boolean waitWhenFull;
    private volatile boolean aborted;

    // the batch so far
    private long packets;
    private long bytes;
    private long truncated;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    /**
     * The producer of {@code rings}, one a worker.
     *
     * @param selector not asked where there is one ring alone
     */
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
        int kept = Math.min(captured, maxFrame);
        RecordRing ring = rings.length == 1 ? rings[0] : rings[selector.select(memory, offset, captured, linkType)];
        packets++;
        bytes += captured;
        truncated += kept < original ? 1 : 0;
        first = Math.min(first, timestampNanos);
        last = Math.max(last, timestampNanos);
        int at = waitWhenFull ? ring.tryClaim(PacketRecord.FRAME + kept) : ring.claim(PacketRecord.FRAME + kept);
        if (at < 0) {
            at = waitWhenFull ? awaitSpace(ring, PacketRecord.FRAME + kept) : -1;
            if (at < 0) {
                return;
            }
        }
        PacketRecord.write(ring.segment(), at, timestampNanos, kept, original, linkType, source, memory, offset);
        ring.commit(at, PacketRecord.TYPE);
    }

    /** Owner, once a batch: shows the workers what was laid down and adds it to the counters of its source. */
    public void publishAll(SourceCounters counters) {
        if (packets > 0) {
            publish();
            account(counters);
        }
    }

    /** Owner: shows the workers what was laid down. */
    void publish() {
        for (RecordRing ring : rings) {
            ring.publish();
        }
    }

    /** Owner: adds what was laid down since the last call to the counters of its source. */
    void account(SourceCounters counters) {
        if (packets == 0) {
            return;
        }
        counters.add(packets, bytes, truncated, first, last);
        packets = 0;
        bytes = 0;
        truncated = 0;
        first = Long.MAX_VALUE;
        last = Long.MIN_VALUE;
    }

    /** Any thread: ends all waiting for space; packets that do not fit are lost from now on, and counted. */
    public void abort() {
        aborted = true;
    }

    private int awaitSpace(RecordRing ring, int length) {
        for (RecordRing each : rings) {
            each.publish();
        }
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
