package dev.tap445.inventory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory that survives: one SQLite file in the state directory, written by one thread over one connection. The
 * inventory hands over batches and never waits; where a batch cannot be written it is tried again until it can, and what
 * comes meanwhile stays in the inventory. A broken file is set aside, never deleted.
 */
public final class InventoryStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InventoryStore.class);
    private static final int QUEUE = 4;
    private static final long FIRST_PAUSE_MILLIS = 250;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    private static final long PRUNE_PERIOD_MILLIS = 3_600_000;
    private static final long PRUNE_AGAIN_MILLIS = 2_000;
    private static final long FIRST_PRUNE_MILLIS = 60_000;
    private static final long MILLI = 1_000_000L;

    private final Path directory;
    private final StoreConnection connection;
    private final StoreRetention retention;
    private final @Nullable FileChannel lock;
    private final BooleanSupplier stopped;
    private final BlockingQueue<Batch> queue = new ArrayBlockingQueue<>(QUEUE);
    private final ConcurrentLinkedQueue<String> sent = new ConcurrentLinkedQueue<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("store").daemon().unstarted(this::run);
    private Consumer<List<EventLine>> committed = lines -> {};
    private List<EventLine> unsent = List.of();
    private long firstStart;
    private long nextPrune;
    private volatile long lastWritten;

    private InventoryStore(
            Path directory, StoreRetention retention, @Nullable FileChannel lock, BooleanSupplier stopped) {
        this.directory = directory;
        this.connection = new StoreConnection(directory);
        this.retention = retention;
        this.lock = lock;
        this.stopped = stopped;
    }

    /**
     * Opens the store and loads it into {@code inventory}. A store that cannot be used for want of space or rights is no
     * reason to stop: it is tried again with each batch.
     *
     * @throws StoreException where it was written by a newer sensor, or is in use by another
     */
    public static InventoryStore open(Path directory, StoreRetention retention, Inventory inventory)
            throws StoreException {
        return open(directory, retention, inventory, () -> false);
    }

    /**
     * As the other, and ends early where {@code stopped} says so.
     *
     * @throws StoreException also where it was stopped
     */
    public static InventoryStore open(
            Path directory, StoreRetention retention, Inventory inventory, BooleanSupplier stopped)
            throws StoreException {
        NativeFiles.prepare(directory, true);
        InventoryStore store = new InventoryStore(directory, retention, StoreLock.take(directory), stopped);
        try {
            store.openAndLoad(inventory);
            return store;
        } catch (StoreException e) {
            store.release();
            throw e;
        }
    }

    private void openAndLoad(Inventory inventory) throws StoreException {
        long now = clock();
        firstStart = now;
        try {
            load(connection.open(), inventory, now);
        } catch (StoreException e) {
            if (endsTheStart(e)) {
                throw e;
            }
            connection.replace(e.line());
        } catch (SQLException e) {
            if (!connection.troubled(e)) {
                loadReadOnly(inventory, now);
            }
        }
    }

    private static boolean endsTheStart(StoreException e) {
        return e.reason() == StoreException.Reason.NEWER || e.reason() == StoreException.Reason.STOPPED;
    }

    private void load(Connection current, Inventory inventory, long now) throws SQLException, StoreException {
        Map<String, Long> meta = new StoreLoader(current, inventory, now, stopped).load();
        firstStart = Math.min(now, meta.getOrDefault(FeedTimes.FIRST_START, now));
        unsent = StoreLoader.unsent(current);
        current.rollback();
    }

    /** The directory may let itself be read, if not written. */
    private void loadReadOnly(Inventory inventory, long now) throws StoreException {
        try (Connection reading = StoreFile.openReadOnly(directory)) {
            Map<String, Long> meta = new StoreLoader(reading, inventory, now, stopped).load();
            firstStart = Math.min(now, meta.getOrDefault(FeedTimes.FIRST_START, now));
        } catch (SQLException e) {
            LOG.error("nothing is known from before: {}", e.getMessage());
        } catch (StoreException e) {
            if (endsTheStart(e)) {
                throw e;
            }
            if (e.reason() != StoreException.Reason.MISSING) {
                LOG.error("nothing is known from before: {}", e.line());
            }
        }
    }

    private static long clock() {
        return System.currentTimeMillis() * MILLI;
    }

    /** Starts to write. {@code onCommit} gets the events of a batch once they are on the disk, those unsent first. */
    public void start(Consumer<List<EventLine>> onCommit) {
        committed = onCommit;
        nextPrune = System.nanoTime() + FIRST_PRUNE_MILLIS * MILLI;
        thread.start();
    }

    /** When the first sensor with this store started, nanoseconds since the epoch. */
    public long firstStart() {
        return firstStart;
    }

    /** Whether a batch would be taken now; the inventory's thread, which alone hands over. */
    boolean hasRoom() {
        return queue.remainingCapacity() > 0;
    }

    void handOver(Batch batch) {
        queue.add(batch);
    }

    /** The store was begun anew, and has to be told everything; true once for each time. */
    boolean takeResaveWanted() {
        return connection.takeResaveWanted();
    }

    /** Any thread: events that went out, by id. */
    public void sent(List<String> ids) {
        sent.addAll(ids);
    }

    /** Writes that failed, ever. */
    public long failures() {
        return connection.failures();
    }

    /** When a batch was last written, nanoseconds since the epoch; 0 for never. */
    public long lastWritten() {
        return lastWritten;
    }

    /** The size of the file and its log. */
    public long bytes() {
        long sum = 0;
        for (String part : new String[] {"", "-wal"}) {
            try {
                sum += Files.size(directory.resolve(StoreFile.NAME + part));
            } catch (IOException e) {
                LOG.trace("no size: {}", e.toString());
            }
        }
        return sum;
    }

    private void run() {
        try {
            verify();
            if (!unsent.isEmpty()) {
                committed.accept(unsent);
                unsent = List.of();
            }
            while (true) {
                boolean last = closing.getCount() == 0;
                Batch batch = queue.poll(last ? 0 : 200, TimeUnit.MILLISECONDS);
                if (batch != null) {
                    writeUntilDone(batch);
                } else if (last) {
                    return;
                } else if (System.nanoTime() - nextPrune >= 0) {
                    prune();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connection.close();
        }
    }

    /** Done here and not before the first packet: it takes as long as there is much in the store. */
    private void verify() {
        Connection current = connection.current();
        try {
            if (current != null) {
                StoreFile.verify(current);
                current.rollback();
            }
        } catch (SQLException e) {
            connection.troubled(e);
        } catch (StoreException e) {
            connection.replace(e.line());
        }
    }

    private void writeUntilDone(Batch batch) throws InterruptedException {
        long pause = FIRST_PAUSE_MILLIS;
        while (!write(batch)) {
            if (closing.await(pause, TimeUnit.MILLISECONDS)) {
                if (!write(batch) && !(batch.hosts().isEmpty() && batch.events().isEmpty())) {
                    LOG.error(
                            "the last of what was seen could not be written: {} hosts, {} events",
                            batch.hosts().size(),
                            batch.events().size());
                }
                return;
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        }
    }

    private boolean write(Batch batch) {
        List<String> acknowledged = new ArrayList<>();
        for (String id = sent.poll(); id != null; id = sent.poll()) {
            acknowledged.add(id);
        }
        try {
            connection.writer().write(batch, acknowledged);
            lastWritten = clock();
            connection.worked();
            if (!batch.events().isEmpty()) {
                committed.accept(batch.events());
            }
            return true;
        } catch (SQLException e) {
            sent.addAll(acknowledged);
            connection.troubled(e);
        } catch (StoreException e) {
            sent.addAll(acknowledged);
            connection.close();
            connection.failed(e);
        }
        return false;
    }

    private void prune() {
        Connection current = connection.current();
        boolean more = false;
        if (current != null) {
            try {
                more = retention.apply(current, clock());
            } catch (SQLException e) {
                LOG.warn("old rows stay for now: {}", e.getMessage());
            }
        }
        nextPrune = System.nanoTime() + (more ? PRUNE_AGAIN_MILLIS : PRUNE_PERIOD_MILLIS) * MILLI;
    }

    private void release() {
        connection.close();
        StoreLock.release(lock);
    }

    /** Writes what was handed over, and closes. */
    @Override
    public void close() {
        closing.countDown();
        try {
            if (thread.isAlive()) {
                thread.join(TimeUnit.SECONDS.toMillis(15));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!thread.isAlive()) {
            release();
        }
    }
}
