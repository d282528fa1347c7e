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
        if (workers == 1 && PacketHash.isPlainTcp(memory, offset, captured, linkType)) {
            return 0;
        }
        long value = Integer.toUnsignedLong(hash.hash(memory, offset, captured, linkType));
        int worker = (int) ((value * workers) >>> Integer.SIZE);
        return hash.isTunnelFragment() ? ~worker : worker;
    }
}
