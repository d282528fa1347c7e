package dev.tap445.export;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Times of the model (nanoseconds since the epoch, 0 for none) as text. */
final class Times {
    private static final long SECOND = 1_000_000_000L;
    private static final long DAY = 86_400 * SECOND;
    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC);

    private Times() {}

    /** RFC 3339 in UTC with as many digits as the time has (none, 3, 6 or 9); null for none. */
    static @Nullable String rfc3339(long nanos) {
        return nanos == 0 ? null : instant(nanos).toString();
    }

    /** For people: to the minute, UTC; "-" for none. */
    static String minutes(long nanos) {
        return nanos == 0 ? "-" : MINUTES.format(instant(nanos));
    }

    /** Whole days from one time to a later one. */
    static long days(long from, long to) {
        return Math.max(0, to - from) / DAY;
    }

    private static Instant instant(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, SECOND), Math.floorMod(nanos, SECOND));
    }
}
