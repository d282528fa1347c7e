package dev.tap445.inventory;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The tables of the store and their history. {@code PRAGMA user_version} is the number of migrations applied; a store
 * with more of them than are known here was written by a newer sensor. People read these tables: {@code
 * deploy/store.md}. Times are nanoseconds since the epoch, 0 for none; addresses are canonical text.
 */
final class StoreSchema {
    /** "tap4" in {@code PRAGMA application_id}. */
    static final int APPLICATION = 0x7461_7034;

    private static final List<String> EVIDENCE = List.of(
            "CREATE TABLE meta(key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
            """
            CREATE TABLE hosts(address TEXT PRIMARY KEY, worth INTEGER NOT NULL,
              first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, last_life INTEGER NOT NULL,
              mac TEXT, mac_seen INTEGER NOT NULL, signing INTEGER NOT NULL, guest_sessions INTEGER NOT NULL)
              WITHOUT ROWID""",
            """
            CREATE TABLE identities(address TEXT NOT NULL, field TEXT NOT NULL, text TEXT NOT NULL,
              first_seen INTEGER NOT NULL, PRIMARY KEY(address, field)) WITHOUT ROWID""",
            """
            CREATE TABLE clients(address TEXT PRIMARY KEY, verdict TEXT NOT NULL,
              first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
              smb1_first_seen INTEGER NOT NULL, smb1_last_seen INTEGER NOT NULL,
              smb1_sessions INTEGER NOT NULL, smb1_messages INTEGER NOT NULL, smb1_bytes INTEGER NOT NULL,
              smb1_refused INTEGER NOT NULL, unanswered_syns INTEGER NOT NULL,
              smb2_proven INTEGER NOT NULL, scanner INTEGER NOT NULL) WITHOUT ROWID""",
            """
            CREATE TABLE offers(client TEXT NOT NULL, offer TEXT NOT NULL, count INTEGER NOT NULL,
              PRIMARY KEY(client, offer)) WITHOUT ROWID""",
            """
            CREATE TABLE dialects(client TEXT NOT NULL, dialect TEXT NOT NULL, PRIMARY KEY(client, dialect))
              WITHOUT ROWID""",
            """
            CREATE TABLE servers(address TEXT PRIMARY KEY, verdict TEXT NOT NULL,
              first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,
              smb1_first_seen INTEGER NOT NULL, smb1_last_seen INTEGER NOT NULL,
              smb1_sessions INTEGER NOT NULL) WITHOUT ROWID""",
            """
            CREATE TABLE answers(server TEXT NOT NULL, dialect TEXT NOT NULL, offer TEXT NOT NULL,
              count INTEGER NOT NULL, PRIMARY KEY(server, dialect, offer)) WITHOUT ROWID""",
            """
            CREATE TABLE pairs(client TEXT NOT NULL, server TEXT NOT NULL,
              smb1_first_seen INTEGER NOT NULL, smb1_last_seen INTEGER NOT NULL,
              sessions_smb1_only INTEGER NOT NULL, sessions_smb1_and_smb2 INTEGER NOT NULL,
              sessions_smb2_only INTEGER NOT NULL, sessions_incomplete INTEGER NOT NULL,
              sessions_unseen INTEGER NOT NULL, smb1_messages INTEGER NOT NULL, smb1_bytes INTEGER NOT NULL,
              smb1_refused INTEGER NOT NULL, PRIMARY KEY(client, server)) WITHOUT ROWID""",
            """
            CREATE TABLE ports(server TEXT NOT NULL, port INTEGER NOT NULL,
              state TEXT NOT NULL, silent_since INTEGER NOT NULL, last_answer INTEGER NOT NULL,
              last_refused INTEGER NOT NULL, last_unreachable INTEGER NOT NULL, last_one_way INTEGER NOT NULL,
              answered INTEGER NOT NULL, refused INTEGER NOT NULL, unreachable INTEGER NOT NULL,
              unanswered INTEGER NOT NULL, one_way INTEGER NOT NULL, aborted INTEGER NOT NULL,
              pending INTEGER NOT NULL, unanswered_syns INTEGER NOT NULL, syn_retransmissions INTEGER NOT NULL,
              wrong_acknowledgements INTEGER NOT NULL, PRIMARY KEY(server, port)) WITHOUT ROWID""",
            """
            CREATE TABLE unanswered(server TEXT NOT NULL, port INTEGER NOT NULL, client TEXT NOT NULL,
              first_syn INTEGER NOT NULL, last_syn INTEGER NOT NULL, syns INTEGER NOT NULL,
              PRIMARY KEY(server, port, client, first_syn)) WITHOUT ROWID""",
            """
            CREATE TABLE announcements(address TEXT NOT NULL, kind TEXT NOT NULL, port INTEGER NOT NULL,
              time INTEGER NOT NULL, PRIMARY KEY(address, kind, port)) WITHOUT ROWID""",
            """
            CREATE TABLE events(number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, time INTEGER NOT NULL,
              action TEXT NOT NULL, address TEXT NOT NULL, document TEXT NOT NULL, sent INTEGER NOT NULL)""",
            "CREATE INDEX events_unsent ON events(sent) WHERE sent = 0",
            "CREATE INDEX hosts_last_seen ON hosts(worth, last_seen)");

    private static final List<String> READABLE = List.of("""
            CREATE VIEW smb1_clients AS SELECT c.address,
              (SELECT text FROM identities i WHERE i.address = c.address
                AND field IN ('ntlm_hostname', 'netbios_name') ORDER BY field DESC LIMIT 1) AS hostname,
              h.mac, c.verdict, c.smb1_sessions, c.smb1_refused,
              datetime(c.smb1_first_seen / 1000000000, 'unixepoch') AS smb1_first_seen,
              datetime(c.smb1_last_seen / 1000000000, 'unixepoch') AS smb1_last_seen
              FROM clients c JOIN hosts h USING(address) WHERE c.smb1_first_seen <> 0""", """
            CREATE VIEW port_states AS SELECT server, port, state,
              CASE WHEN last_answer <> 0 THEN datetime(last_answer / 1000000000, 'unixepoch') END AS last_answer,
              CASE WHEN silent_since <> 0 THEN datetime(silent_since / 1000000000, 'unixepoch') END AS silent_since,
              answered, refused, unreachable, unanswered FROM ports""");

    private static final List<String> SIGHTINGS = List.of("""
            CREATE TABLE sightings(address TEXT NOT NULL, vantage TEXT NOT NULL, first_seen INTEGER NOT NULL,
              PRIMARY KEY(address, vantage)) WITHOUT ROWID""");

    /** Each entry takes the store one version on; entries are added, never changed. */
    static final List<List<String>> MIGRATIONS = List.of(EVIDENCE, READABLE, SIGHTINGS);

    /** The version from which on there is {@code sightings}. */
    static final int WITH_SIGHTINGS = 3;

    private StoreSchema() {}

    static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA user_version")) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    /** Brings a store to the last of {@code migrations}, each in a transaction of its own. */
    static void migrate(Connection connection, List<List<String>> migrations) throws SQLException {
        connection.setAutoCommit(false);
        for (int version = version(connection); version < migrations.size(); version++) {
            try (Statement statement = connection.createStatement()) {
                for (String step : migrations.get(version)) {
                    statement.executeUpdate(step);
                }
                statement.execute("PRAGMA user_version = " + (version + 1));
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            }
        }
    }
}
