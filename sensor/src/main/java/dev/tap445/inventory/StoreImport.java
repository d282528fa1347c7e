package dev.tap445.inventory;

import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes hosts from elsewhere into a store that no sensor uses; all of them, or, after an error, none. */
final class StoreImport implements AutoCloseable {
    private static final int BATCH = 5_000;

    private final Path directory;
    private final @Nullable FileChannel lock;
    private final StoreWriter writer;
    private final long now = System.currentTimeMillis() * 1_000_000L;
    private List<HostRecord> batch = new ArrayList<>(BATCH);
    private final Map<String, Long> feed = new TreeMap<>();
    private final boolean empty;
    private long count;

    private StoreImport(Path directory, @Nullable FileChannel lock, StoreWriter writer, boolean empty) {
        this.empty = empty;
        this.directory = directory;
        this.lock = lock;
        this.writer = writer;
    }

    static StoreImport open(Path directory) throws StoreException {
        NativeFiles.prepare(directory, true);
        FileChannel lock = StoreLock.take(directory);
        try {
            Connection connection = StoreFile.open(directory);
            StoreFile.verify(connection);
            return new StoreImport(directory, lock, new StoreWriter(connection), isEmpty(connection));
        } catch (SQLException e) {
            StoreLock.release(lock);
            throw failure(directory, e);
        } catch (StoreException e) {
            StoreLock.release(lock);
            throw e;
        }
    }

    private static boolean isEmpty(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM meta")) {
            return row.next() && row.getLong(1) == 0;
        }
    }

    /** A time of the feed that the hosts were seen in; of no meaning where the store has a feed of its own. */
    void feed(String key, long time) {
        if (empty && time != 0) {
            feed.put(key, time);
        }
    }

    private static StoreException failure(Path directory, SQLException e) {
        return new StoreException(
                StoreFile.isCorrupt(e) ? StoreException.Reason.CORRUPT : StoreException.Reason.UNUSABLE,
                "cannot write the store in " + directory + ": " + e.getMessage(),
                e);
    }

    void accept(HostRecord host) throws StoreException {
        batch.add(known(host));
        count++;
        if (batch.size() >= BATCH) {
            write();
        }
    }

    /** SMB1 that is known is not announced. */
    private HostRecord known(HostRecord host) {
        HostRecord.Client client = host.client();
        if (client == null || client.smb1First() == 0) {
            return host;
        }
        return new HostRecord(
                host.address(),
                host.worth(),
                host.firstSeen(),
                host.lastSeen(),
                host.lastLife(),
                host.device(),
                client,
                host.server(),
                List.of(new HostRecord.Said(EventKind.SMB1_CLIENT_FIRST_SEEN, 0, now)));
    }

    private void write() throws StoreException {
        try {
            writer.add(new Batch(batch, List.of(), feed));
        } catch (SQLException e) {
            throw failure(directory, e);
        }
        batch = new ArrayList<>(BATCH);
    }

    /** Everything was read: makes it last. Returns how many hosts there were. */
    long finish() throws StoreException {
        write();
        try {
            writer.commit();
        } catch (SQLException e) {
            throw failure(directory, e);
        }
        return count;
    }

    /** What was not finished is not there. */
    @Override
    public void close() throws StoreException {
        try {
            writer.close();
        } catch (SQLException e) {
            throw failure(directory, e);
        } finally {
            StoreLock.release(lock);
        }
    }
}
