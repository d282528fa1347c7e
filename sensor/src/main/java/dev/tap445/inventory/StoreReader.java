package dev.tap445.inventory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import java.util.stream.Stream;

/** Reads a store as of one moment, beside a sensor that writes it. */
public final class StoreReader {
    private static final int EVERY_HOST = 20_000_000;

    private StoreReader() {}

    /**
     * What a store holds.
     *
     * @param snapshot as of when the sensor last wrote
     * @param written when that was, nanoseconds since the epoch
     */
    public record Content(InventorySnapshot snapshot, long written) {}

    public static Content read(Path directory) throws StoreException {
        return read(directory, written -> InventoryOptions.live().readinessWindow());
    }

    /** With a readiness window in nanoseconds that may depend on when the sensor last wrote. */
    public static Content read(Path directory, LongUnaryOperator readinessWindow) throws StoreException {
        List<Content> content = new ArrayList<>(1);
        with(directory, (inventory, written) -> {
            inventory.options(inventory.options.withReadinessWindow(readinessWindow.applyAsLong(inventory.now())));
            content.add(new Content(inventory.snapshot(), written));
        });
        return content.getFirst();
    }

    @FunctionalInterface
    private interface Use {
        void accept(Inventory inventory, long written);
    }

    /** Takes every host, in no order, and the times of the feed. */
    @FunctionalInterface
    interface Taker {
        void take(Iterator<HostRecord> hosts, Map<String, Long> feed) throws IOException;
    }

    /** Hands out what a store holds once all of it was read: nothing where it cannot be. */
    static void hosts(Path directory, Taker taker) throws StoreException, IOException {
        try {
            with(directory, (inventory, written) -> {
                HostRecords records = new HostRecords(inventory);
                Map<String, Long> times = FeedTimes.of(inventory, written, 0);
                times.remove(FeedTimes.FIRST_START); // of the sensor that wrote it, and no other
                Stream<HostRecord> hosts = inventory.hosts.all().stream().map(host -> records.of(host, true));
                try {
                    taker.take(hosts.iterator(), times);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void with(Path directory, Use use) throws StoreException {
        InventoryOptions live = InventoryOptions.live();
        Inventory inventory = new Inventory(new InventoryOptions(
                false,
                live.window(),
                live.quiet(),
                live.readinessWindow(),
                live.scannerDestinations(),
                live.scannerWindow(),
                List.of(),
                EVERY_HOST));
        NativeFiles.prepare(directory, false);
        try (Connection connection = StoreFile.openReadOnly(directory)) {
            long now = System.currentTimeMillis() * 1_000_000L;
            Map<String, Long> meta = new StoreLoader(connection, inventory, now, () -> false).load();
            long written = Math.min(now, meta.getOrDefault(FeedTimes.WRITTEN, now));
            inventory.tick(written);
            use.accept(inventory, written);
        } catch (SQLException e) {
            throw new StoreException(
                    StoreFile.isCorrupt(e) ? StoreException.Reason.CORRUPT : StoreException.Reason.UNUSABLE,
                    "cannot read the store in " + directory + ": " + e.getMessage(),
                    e);
        }
    }
}
