package dev.tap445.capture;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes packets from sources, of several in the order of their time, and hands them to the distributor in batches. */
public final class CaptureLoop {
    private static final int BATCH = 256;

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
        if (order != null) {
            return order.doWork(BATCH);
        }
        if (sources.isEmpty()) {
            return PacketSource.END;
        }
        PacketSource source = sources.getFirst();
        distributor.waitWhenFull(source.canWait());
        try {
            return source.poll(distributor, BATCH);
        } finally {
            distributor.publishAll(source.counters());
        }
    }

    List<? extends PacketSource> sources() {
        return sources;
    }

    Distributor distributor() {
        return distributor;
    }
}
