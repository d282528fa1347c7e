package dev.tap445.capture;

import java.util.Arrays;

/** Link types and clocks of the interfaces of one pcapng section, as primitives. */
final class PcapngInterfaces {
    /** More than any writer makes; a bound for what a hostile file can have kept in memory. */
    static final int MAX = 65_536;

    private static final long NANOS = 1_000_000_000L;
    private static final int NANO_DIGITS = 9;
    private static final int MAX_LONG_DIGITS = 18;
    private static final int BINARY_FLAG = 0x80;
    /** A fraction of so many bits, times 10^9 (30 bits), stays within 63 bits. */
    private static final int MAX_FRACTION_BITS = 33;

    private int count;
    private int[] linkTypes = new int[4];
    private int[] snapLengths = new int[4];
    private int[] resolutions = new int[4];
    private long[] offsetNanos = new long[4];
    /** Nanoseconds per tick; 0 where a tick is no whole number of them. */
    private long[] multipliers = new long[4];

    int count() {
        return count;
    }

    void clear() {
        count = 0;
    }

    /**
     * Adds what an interface description says.
     *
     * @param resolution if_tsresol: a negative power of 10, or of 2 where the top bit is set
     * @param offsetSeconds if_tsoffset
     */
    void add(int linkType, int snapLength, int resolution, long offsetSeconds) {
        if (count == linkTypes.length) {
            int size = count * 2;
            linkTypes = Arrays.copyOf(linkTypes, size);
            snapLengths = Arrays.copyOf(snapLengths, size);
            resolutions = Arrays.copyOf(resolutions, size);
            offsetNanos = Arrays.copyOf(offsetNanos, size);
            multipliers = Arrays.copyOf(multipliers, size);
        }
        linkTypes[count] = linkType;
        snapLengths[count] = snapLength;
        resolutions[count] = resolution;
        offsetNanos[count] = offsetSeconds * NANOS;
        multipliers[count] = resolution <= NANO_DIGITS ? powerOfTen(NANO_DIGITS - resolution) : 0;
        count++;
    }

    int linkType(int index) {
        return linkTypes[index];
    }

    /** Unsigned; 0 where there is no limit. */
    int snapLength(int index) {
        return snapLengths[index];
    }

    /** Nanoseconds since the epoch of {@code ticks} (unsigned) of this interface's clock. */
    long nanos(int index, long ticks) {
        long multiplier = multipliers[index];
        return (multiplier != 0 ? ticks * multiplier : scaled(resolutions[index], ticks)) + offsetNanos[index];
    }

    private static long scaled(int resolution, long ticks) {
        if ((resolution & BINARY_FLAG) == 0) {
            int excess = resolution - NANO_DIGITS;
            return excess > MAX_LONG_DIGITS ? 0 : Long.divideUnsigned(ticks, powerOfTen(excess));
        }
        int bits = resolution & ~BINARY_FLAG;
        if (bits == 0) {
            return ticks * NANOS;
        }
        long seconds = bits < Long.SIZE ? ticks >>> bits : 0;
        long fraction = bits < Long.SIZE ? (ticks & ((1L << bits) - 1)) : ticks;
        int lost = Math.max(0, bits - MAX_FRACTION_BITS);
        long kept = lost < Long.SIZE ? fraction >>> lost : 0;
        return seconds * NANOS + ((kept * NANOS) >>> (bits - lost));
    }

    private static long powerOfTen(int exponent) {
        long power = 1;
        for (int i = 0; i < exponent; i++) {
            power *= 10;
        }
        return power;
    }
}
