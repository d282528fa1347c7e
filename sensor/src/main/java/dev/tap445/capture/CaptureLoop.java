package dev.tap445.capture;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes packets from sources, of several in the order of their time, and hands them to the distributor in batches. */
public final class CaptureLoop {
    private static final int BATCH = 256;
    /** An idle clock stays this far behind the wall, so that it does not overtake packets on their way. */
    private static final long CLOCK_LAG_NANOS = 250_000_000L;

    private final List<? extends PacketSource> sources;
    private final Distributor distributor;
    private final @Nullable TimeOrder order;

    public CaptureLoop(List<? extends PacketSource> sources, Distributor distributor) {
        this.sources = List.copyOf(sources);
        this.distributor = distributor;
        this.order = sources.size() > 1 ? new TimeOrder(this.sources, distributor) : null;
    }

    /**
     * One batch.
     *
     * @return packets handed over, 0 where none is waiting, {@link PacketSource#END} after the last source's last
     */
    public int doWork() {
        int count = order != null ? order.doWork(BATCH) : poll();
        if (count == PacketSource.END) {
            finish();
        }
        return count;
    }

    private int poll() {
        if (sources.isEmpty()) {
            return PacketSource.END;
        }
        PacketSource source = sources.getFirst();
        distributor.waitWhenFull(source.canWait());
        int count;
        try {
            count = source.poll(distributor, BATCH);
        } finally {
            distributor.publishAll(source.counters());
        }
        if (count == 0 && !source.canWait() && distributor.awaitsTime()) {
            distributor.advance(System.currentTimeMillis() * 1_000_000L - CLOCK_LAG_NANOS);
        }
        return count;
    }

    /** Nothing more will be read: hands over what was held back. */
    void finish() {
        distributor.finish();
    }

    List<? extends PacketSource> sources() {
        return sources;
    }

    Distributor distributor() {
        return distributor;
    }
}
