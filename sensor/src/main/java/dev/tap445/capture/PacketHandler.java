package dev.tap445.capture;

import java.lang.foreign.MemorySegment;

/** Receives packets in place, without copying or allocation. */
@FunctionalInterface
public interface PacketHandler {
    /**
     * One packet.
     *
     * @param memory holds the frame at {@code [offset, offset + captured)} during the call alone; what lies around it
     *     is not the receiver's to read, whether or not the segment's bounds would allow it
     * @param captured bytes held, 0 to {@link PacketSource#MAX_CAPTURED}
     * @param original bytes on the wire
     * @param timestampNanos since the epoch
     * @param linkType LINKTYPE_ value
     * @param source index of the source, as given when it was opened
     */
    void onPacket(
            MemorySegment memory,
            long offset,
            int captured,
            int original,
            long timestampNanos,
            int linkType,
            int source);
}
