package dev.tap445.capture;

import dev.tap445.wire.PacketHash;
import java.lang.foreign.MemorySegment;

/** Spreads address pairs evenly over workers. One per capture thread. */
public final class AddressPairSelector implements WorkerSelector {
    private final PacketHash hash = new PacketHash();
    private final int workers;

    public AddressPairSelector(int workers) {
        this.workers = workers;
    }

    @Override
    public int select(MemorySegment memory, long offset, int captured, int linkType) {
        long value = Integer.toUnsignedLong(hash.hash(memory, offset, captured, linkType));
        return (int) ((value * workers) >>> Integer.SIZE);
    }
}
