package dev.tap445.inventory;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection to a store, which may be lost and made again; a broken file is set aside, and another begun. Of the
 * thread that opens the store, then of the one that writes it.
 */
final class StoreConnection {
    private static final Logger LOG = LoggerFactory.getLogger(StoreConnection.class);

    private final Path directory;
    private final AtomicLong failures = new AtomicLong();
    private @Nullable Connection connection;
    private @Nullable StoreWriter writer;
    private boolean failing;
    private volatile boolean resaveWanted;

    StoreConnection(Path directory) {
        this.directory = directory;
    }

    Connection open() throws SQLException, StoreException {
        Connection opened = StoreFile.open(directory);
        connection = opened;
        writer = new StoreWriter(opened);
        return opened;
    }

    /** Null where there is none now. */
    @Nullable Connection current() {
        return connection;
    }

    /** Of a connection that is made now where there is none. */
    StoreWriter writer() throws SQLException, StoreException {
        if (writer == null) {
            open();
        }
        return Objects.requireNonNull(writer);
    }

    void close() {
        Connection open = connection;
        connection = null;
        writer = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("closing the store: {}", e.toString());
            }
        }
    }

    /** Gives the connection up; whether the file is broken, and another was begun. */
    boolean troubled(SQLException e) {
        if (StoreFile.isCorrupt(e)) {
            replace(e.getMessage());
            return true;
        }
        close();
        failed(e);
        return false;
    }

    /** Sets the file aside, and begins another. */
    void replace(@Nullable String why) {
        close();
        failures.incrementAndGet();
        try {
            Path aside = StoreFile.setAside(directory, Instant.now());
            LOG.error("the store is not readable ({}): set aside as {}, a new one is begun", why, aside);
            resaveWanted = true;
            open();
        } catch (IOException | SQLException e) {
            failed(e);
        } catch (StoreException e) {
            failed(e);
        }
    }

    /** Counts what could not be written, and says so once. */
    void failed(Exception e) {
        failures.incrementAndGet();
        if (!failing) {
            failing = true;
            LOG.error("cannot write the store in {}, going on from memory: {}", directory, e.getMessage());
        }
    }

    /** What was to be written was. */
    void worked() {
        if (failing) {
            failing = false;
            LOG.info("the store is written again");
        }
    }

    /** Any thread. */
    long failures() {
        return failures.get();
    }

    /** Any thread: whether a file was begun anew since the last call. */
    boolean takeResaveWanted() {
        boolean wanted = resaveWanted;
        if (wanted) {
            resaveWanted = false;
        }
        return wanted;
    }
}
