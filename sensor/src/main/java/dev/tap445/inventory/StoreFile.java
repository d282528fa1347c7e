package dev.tap445.inventory;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteOpenMode;

/** The file of the store in its state directory: opening, checking, setting aside. */
final class StoreFile {
    static final String NAME = "inventory.db";
    private static final int BUSY_MILLIS = 10_000;
    private static final int CACHE_KIB = 32_768;
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private StoreFile() {}

    static Path in(Path directory) {
        return directory.resolve(NAME);
    }

    /**
     * Opens for writing, makes the tables where there are none, and takes an older store to this version. Whether it is
     * whole says {@link #verify}.
     */
    static Connection open(Path directory) throws SQLException, StoreException {
        SQLiteConfig config = config();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL); // what was announced outlives a power cut
        Connection connection = config.createConnection("jdbc:sqlite:" + in(directory));
        try {
            check(connection);
            StoreSchema.migrate(connection, StoreSchema.MIGRATIONS);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException | StoreException e) {
            connection.close();
            throw e;
        }
    }

    /** Opens for reading while a sensor may write; falls back to the file as it lies where the directory is read-only. */
    static Connection openReadOnly(Path directory) throws SQLException, StoreException {
        Path file = in(directory);
        checkThere(directory, file);
        try {
            return readOnly(directory, "jdbc:sqlite:" + file);
        } catch (SQLException e) {
            if (Files.isWritable(directory)) {
                throw e;
            }
            return readOnly(directory, "jdbc:sqlite:file:" + file.toAbsolutePath() + "?immutable=1");
        }
    }

    private static void checkThere(Path directory, Path file) throws StoreException {
        try {
            file.getFileSystem().provider().checkAccess(file, AccessMode.READ);
        } catch (AccessDeniedException e) {
            throw new StoreException(
                    StoreException.Reason.UNUSABLE,
                    "no permission to read the store in " + directory + ": be root, or who owns it",
                    e);
        } catch (IOException e) {
            throw missing(directory);
        }
    }

    private static StoreException missing(Path directory) {
        return new StoreException(
                StoreException.Reason.MISSING, "no store in " + directory + ": give the --state-dir of a sensor");
    }

    private static Connection readOnly(Path directory, String url) throws SQLException, StoreException {
        SQLiteConfig config = config();
        config.setReadOnly(true);
        config.setOpenMode(SQLiteOpenMode.OPEN_URI);
        Connection connection = config.createConnection(url);
        try {
            connection.setAutoCommit(false); // one transaction: everything read is of one moment
            check(connection);
            if (StoreSchema.version(connection) == 0) { // empty, or somebody else's
                throw missing(directory);
            }
            verify(connection);
            return connection;
        } catch (SQLException | StoreException e) {
            connection.close();
            throw e;
        }
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        config.setCacheSize(-CACHE_KIB);
        return config;
    }

    private static void check(Connection connection) throws SQLException, StoreException {
        int version = StoreSchema.version(connection);
        if (version > StoreSchema.MIGRATIONS.size()) {
            throw new StoreException(
                    StoreException.Reason.NEWER,
                    "the store is of version " + version + ", this sensor knows " + StoreSchema.MIGRATIONS.size()
                            + ": run the newer sensor, or give another --state-dir");
        }
    }

    /** Looks at every page. */
    static void verify(Connection connection) throws SQLException, StoreException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("PRAGMA quick_check(1)")) {
            String answer = row.next() ? row.getString(1) : "no answer";
            if (!answer.equals("ok")) {
                throw new StoreException(
                        StoreException.Reason.CORRUPT,
                        "the store is damaged: " + answer.lines().findFirst().orElse(answer));
            }
        }
    }

    /** Whether an error says that the file itself is broken. */
    static boolean isCorrupt(SQLException e) {
        int primary = e.getErrorCode() & 0xff;
        return primary == SQLiteErrorCode.SQLITE_CORRUPT.code || primary == SQLiteErrorCode.SQLITE_NOTADB.code;
    }

    /** Renames a broken store, with what belongs to it, so that it can be looked at; returns its new name. */
    static Path setAside(Path directory, Instant now) throws IOException {
        String suffix = ".corrupt-" + STAMP.format(now);
        Path file = in(directory);
        Path aside = directory.resolve(NAME + suffix);
        for (String part : new String[] {"-wal", "-shm"}) {
            Path side = directory.resolve(NAME + part);
            if (Files.exists(side)) {
                Files.move(side, directory.resolve(NAME + suffix + part), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        return aside;
    }
}
