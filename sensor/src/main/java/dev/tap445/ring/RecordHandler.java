package dev.tap445.ring;

import io.netty.buffer.ByteBuf;

/** Receives records in place, without copying or allocation; valid during the call alone. */
@FunctionalInterface
public interface RecordHandler {
    /**
     * One record.
     *
     * @param type as claimed, &gt; 0
     * @param slab the whole ring; never read outside {@code [offset, offset + length)}
     */
    void onRecord(int type, ByteBuf slab, int offset, int length);
}
