package dev.tap445.inventory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * How long rows stay after their host was last seen. {@code worth} as {@link Host#evidence}: SMB1 evidence, SMB2
 * evidence, life on a watched port, attempts alone. A little at a time, so that no batch waits long for it.
 *
 * @param smb1Days hosts with SMB1 evidence, and their pairs
 * @param smbDays hosts with other SMB evidence
 * @param attemptDays hosts that were tried, or tried others, and no more
 * @param eventDays events
 */
public record StoreRetention(int smb1Days, int smbDays, int attemptDays, int eventDays) {
    public static final StoreRetention DEFAULT = new StoreRetention(400, 180, 7, 90);
    /** Hosts removed in one go. */
    private static final int AT_ONCE = 2_000;
    /** Rows of hosts without SMB evidence: a flood of made-up addresses must not fill the disk. */
    private static final int MAX_WORTHLESS = 500_000;

    private static final int MAX_EVENTS = 100_000;
    private static final long DAY = 86_400_000_000_000L;
    private static final String DOOMED =
            "CREATE TEMP TABLE IF NOT EXISTS doomed(address TEXT PRIMARY KEY) WITHOUT ROWID";

    /** Removes what is too old at {@code now}; returns whether there may be more. One transaction. */
    boolean apply(Connection connection, long now) throws SQLException {
        try {
            update(connection, DOOMED);
            update(connection, "DELETE FROM doomed");
            int doomed = doom(connection, 4, 4, now - smb1Days * DAY)
                    + doom(connection, 3, 3, now - smbDays * DAY)
                    + doom(connection, 0, 2, now - attemptDays * DAY)
                    + update(
                            connection,
                            "INSERT OR IGNORE INTO doomed SELECT address FROM hosts WHERE worth <= 2 ORDER BY last_seen"
                                    + " LIMIT max(0, min(?, (SELECT count(*) FROM hosts WHERE worth <= 2) - ?))",
                            AT_ONCE,
                            MAX_WORTHLESS);
            if (doomed > 0) {
                remove(connection);
            }
            update(connection, "DELETE FROM events WHERE time < ? AND sent = 1", now - eventDays * DAY);
            update(
                    connection,
                    "DELETE FROM events WHERE sent = 1 AND number <= (SELECT max(number) FROM events) - ?",
                    MAX_EVENTS);
            connection.commit();
            return doomed >= AT_ONCE;
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        }
    }

    private static int doom(Connection connection, int least, int most, long before) throws SQLException {
        return update(
                connection,
                "INSERT OR IGNORE INTO doomed SELECT address FROM hosts WHERE worth BETWEEN ? AND ? AND last_seen < ?"
                        + " LIMIT ?",
                least,
                most,
                before,
                AT_ONCE);
    }

    private static void remove(Connection connection) throws SQLException {
        List<String> byAddress = List.of("hosts", "identities", "sightings", "clients", "servers", "announcements");
        for (String table : byAddress) {
            update(connection, "DELETE FROM " + table + " WHERE address IN (SELECT address FROM doomed)");
        }
        for (String table : List.of("offers", "dialects", "pairs")) {
            update(connection, "DELETE FROM " + table + " WHERE client IN (SELECT address FROM doomed)");
        }
        for (String table : List.of("answers", "ports", "unanswered")) {
            update(connection, "DELETE FROM " + table + " WHERE server IN (SELECT address FROM doomed)");
        }
    }

    private static int update(Connection connection, String sql, long... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setLong(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }
}
