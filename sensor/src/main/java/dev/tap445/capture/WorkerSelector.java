package dev.tap445.capture;

import java.lang.foreign.MemorySegment;

/** Picks the worker of a packet, so that everything about one address pair meets at one worker. */
@FunctionalInterface
public interface WorkerSelector {
    /**
     * Picks the worker; reads nothing outside {@code [offset, offset + captured)}.
     *
     * @return 0 to workers - 1; the complement of that where the packet is a fragment of what may be a tunnel's packet,
     *     so that the worker of what is inside is known once it is whole
     */
    int select(MemorySegment memory, long offset, int captured, int linkType);
}
