package dev.tap445.capture;

import java.util.List;

/** Takes packets from sources, one source after the other, and hands them to the distributor in batches. */
public final class CaptureLoop {
    private static final int BATCH = 256;

    private final List<? extends PacketSource> sources;
    private final Distributor distributor;
    private int current;

    public CaptureLoop(List<? extends PacketSource> sources, Distributor distributor) {
        this.sources = List.copyOf(sources);
        this.distributor = distributor;
    }

    /**
     * One batch.
     *
     * @return packets handed over, 0 where none is waiting, {@link PacketSource#END} after the last source's last
     */
    public int doWork() {
        while (current < sources.size()) {
            PacketSource source = sources.get(current);
            distributor.waitWhenFull(source.canWait());
            int count = PacketSource.END;
            try {
                count = source.poll(distributor, BATCH);
            } finally {
                distributor.publishAll(source.counters());
            }
            if (count != PacketSource.END) {
                return count;
            }
            current++;
        }
        return PacketSource.END;
    }

    List<? extends PacketSource> sources() {
        return sources;
    }

    Distributor distributor() {
        return distributor;
    }
}
