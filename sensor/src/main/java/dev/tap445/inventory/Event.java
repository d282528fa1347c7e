package dev.tap445.inventory;

import dev.tap445.wire.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something happened that somebody may want to know at once. Times are nanoseconds since the epoch; 0 for none.
 *
 * @param id unique; the same event keeps it when it is sent again after a crash
 * @param time when it was noticed
 * @param start when what it is about began, packet time
 * @param client and {@code server}: the connection, or the attempt, that showed it; either may be missing
 * @param identity of the host that it is about
 * @param heldBack events of this kind about this host that were not sent since the last one
 * @param acceptance what the list of accepted devices says of it, or null
 * @param learning within the learning period
 */
public record Event(
        String id,
        EventKind kind,
        long time,
        long start,
        @Nullable IpAddress client,
        int clientPort,
        @Nullable IpAddress server,
        int serverPort,
        Identity identity,
        Details details,
        long heldBack,
        @Nullable AcceptedDevice acceptance,
        boolean learning) {

    /**
     * What differs from kind to kind.
     *
     * @param dialects what the client offers, or empty
     * @param dialect what the server chose, or null
     * @param verdict on the client, or null
     * @param lastAnswer when the port last answered
     * @param since silent since, or last SMB1 before the absence
     * @param count destinations of a scanner, refusals, packets lost
     * @param reason the evidence, or the loss, in words
     */
    public record Details(
            List<String> dialects,
            @Nullable String dialect,
            @Nullable String verdict,
            long lastAnswer,
            long since,
            long count,
            String reason) {
        public static Details of(long count, String reason) {
            return new Details(List.of(), null, null, 0, 0, count, reason);
        }
    }

    /** An event about the sensor itself; {@code time} is the clock. */
    public static Event ofSensor(EventKind kind, long time, long start, long count, String reason) {
        return HostEvents.ofSensor(kind, time, start, count, reason);
    }

    /** The host that it is about; null where it is about the sensor. */
    public @Nullable IpAddress subject() {
        return switch (kind) {
            case SERVER_SILENT, SERVER_ANSWERING -> server;
            default -> client != null ? client : server;
        };
    }

    /** Whether somebody should look. */
    public boolean isAlert() {
        return kind.alert() && !learning && (acceptance == null || acceptance.isExpired(time));
    }
}
