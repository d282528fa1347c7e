package dev.tap445.export;

import java.time.Duration;

/**
 * What the metrics may grow to.
 *
 * @param hosts hosts with series of their own, first come; clients and servers together
 * @param pairs client–server pairs with series of their own, first come
 * @param idle packet time after the last packet of a host or pair at which it leaves the metrics (not the report)
 */
public record ExportLimits(int hosts, int pairs, Duration idle) {
    public static final ExportLimits DEFAULT = new ExportLimits(20_000, 20_000, Duration.ofDays(30));

    public ExportLimits {
        if (hosts < 0 || pairs < 0 || idle.isNegative() || idle.isZero()) {
            throw new IllegalArgumentException("limits must not be negative, and idle must be positive");
        }
    }
}
