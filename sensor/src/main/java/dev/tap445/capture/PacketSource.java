package dev.tap445.capture;

import java.util.Optional;

/** Where packets come from. Owned by one thread; only what says so may be called by others. */
public sealed interface PacketSource extends AutoCloseable
        permits FileSource, LiveSource, PacedSource, RepeatedSource, RunSource {
    /** Answer of {@link #poll}: nothing will ever come again. */
    int END = -1;

    /** The longest frame a source delivers, in bytes: libpcap's MAXIMUM_SNAPLEN. */
    int MAX_CAPTURED = 262_144;

    /**
     * Hands over up to {@code limit} packets.
     *
     * @return how many; 0 where none is waiting now; {@link #END} after the last
     */
    int poll(PacketHandler handler, int limit);

    /** Any thread: file or interface name as the user gave it. */
    String name();

    /** Written by the owner's distributor. */
    SourceCounters counters();

    /** Any thread: figures since the start. */
    SourceStatistics statistics();

    /** Any thread: one line about what ended the source early or keeps it from delivering now. */
    Optional<String> problem();

    /** Any thread: share of the source that has been read, 0 to 1; NaN where its size is unknown. */
    double progress();

    /** Whether a full ring holds the source up ({@code true}) or costs the packet ({@code false}). */
    boolean canWait();

    /** Any thread: makes a {@link #poll} that blocks return soon, for a stop. */
    void wakeup();

    /** Frees everything; after the owning thread ended. */
    @Override
    void close();
}
