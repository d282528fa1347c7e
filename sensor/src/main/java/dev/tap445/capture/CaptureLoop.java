package dev.tap445.capture;

import java.util.List;

/** Takes packets from sources, one source after the other, and hands them to the distributor in batches. */
public final class CaptureLoop {
    private static final int BATCH = 256;
    /** An idle clock stays this far behind the wall, so that it does not overtake packets on their way. */
    private static final long CLOCK_LAG_NANOS = 250_000_000L;

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
                if (count == 0 && !source.canWait() && distributor.awaitsTime()) {
                    distributor.advance(System.currentTimeMillis() * 1_000_000L - CLOCK_LAG_NANOS);
                }
                return count;
            }
            current++;
        }
        finish();
        return PacketSource.END;
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
