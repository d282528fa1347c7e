package dev.tap445.inventory;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Times of the model (nanoseconds since the epoch, 0 for none) as RFC 3339 text, empty for none. */
final class Instants {
    private static final long SECOND = 1_000_000_000L;

    private Instants() {}

    static String text(long nanos) {
        return nanos == 0
                ? ""
                : Instant.ofEpochSecond(Math.floorDiv(nanos, SECOND), Math.floorMod(nanos, SECOND))
                        .toString();
    }

    /** A time, or a date. */
    static long parse(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        try {
            Instant time = text.indexOf('T') < 0
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
            return Math.addExact(Math.multiplyExact(time.getEpochSecond(), SECOND), time.getNano());
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException("'" + text + "' is no time, such as 2026-03-01T08:00:00Z", e);
        }
    }
}
