package dev.tap445.inventory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** One run of a sensor's memory over a store: what was announced, what is known. */
final class Remembering implements AutoCloseable {
    final Inventory inventory;
    final Lives lives;
    final InventoryStore store;
    final Chronicle chronicle;
    final InventorySnapshot restored;
    final List<Event> announced = Collections.synchronizedList(new ArrayList<>());
    final List<EventLine> committed = Collections.synchronizedList(new ArrayList<>());
    private long monotonic;

    Remembering(Path directory, ChronicleOptions options) throws StoreException {
        this(directory, options, InventoryOptions.live());
    }

    Remembering(Path directory, ChronicleOptions options, InventoryOptions limits) throws StoreException {
        inventory = new Inventory(limits);
        lives = new Lives(inventory);
        store = InventoryStore.open(directory, StoreRetention.DEFAULT, inventory);
        restored = inventory.snapshot();
        chronicle = new Chronicle(
                inventory,
                options,
                store,
                event -> {
                    announced.add(event);
                    return event.kind().action();
                },
                lines -> {
                    throw new AssertionError("there is a store");
                });
        store.start(committed::addAll);
    }

    /** One look, as of this time in seconds. */
    void look(long time) {
        lives.now(time);
        monotonic += 11 * Lives.SECOND;
        chronicle.tick(time * Lives.SECOND, monotonic);
    }

    List<String> actions() {
        return announced.stream().map(event -> event.kind().action()).toList();
    }

    /** An orderly end at this time. */
    void end(long time) {
        lives.now(time);
        chronicle.finish(time * Lives.SECOND, monotonic + 60 * Lives.SECOND);
        close();
    }

    /** The store is closed, whatever the inventory knew. */
    @Override
    public void close() {
        store.close();
    }
}
