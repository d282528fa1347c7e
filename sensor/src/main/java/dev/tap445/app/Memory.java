package dev.tap445.app;

import dev.tap445.export.EcsEvents;
import dev.tap445.export.EventTarget;
import dev.tap445.export.EventWriter;
import dev.tap445.export.Exporter;
import dev.tap445.inventory.Chronicle;
import dev.tap445.inventory.ChronicleOptions;
import dev.tap445.inventory.Event;
import dev.tap445.inventory.Inventory;
import dev.tap445.inventory.InventoryOptions;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.InventoryStore;
import dev.tap445.inventory.MemoryView;
import dev.tap445.inventory.SinceStart;
import dev.tap445.inventory.StoreException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What outlives the process, around one inventory: the store, the events, and the counts that begin anew. */
final class Memory implements InventoryThread.Companion, AutoCloseable {
    private final Inventory inventory;
    private final @Nullable InventoryStore store;
    private final EventWriter writer;
    private final Chronicle chronicle;
    private final SinceStart sinceStart;
    private final ConcurrentLinkedQueue<Event> fromOutside = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable Settings> changed = new AtomicReference<>();
    private volatile boolean reloadSuccessful = true;
    private volatile long lastReload = now();

    /** What can change without a restart. */
    record Settings(InventoryOptions inventory, ChronicleOptions chronicle) {}

    private Memory(
            Inventory inventory,
            @Nullable InventoryStore store,
            @Nullable String target,
            ChronicleOptions worth,
            List<String> interfaces) {
        this.inventory = inventory;
        this.store = store;
        sinceStart = new SinceStart(inventory);
        EventTarget to = target == null ? EventTarget.none() : EventTarget.of(target, Main.out());
        writer = new EventWriter(to, store == null ? ids -> {} : store::sent);
        EcsEvents format = new EcsEvents(hostname(), Main.Version.text(), interfaces);
        chronicle = new Chronicle(inventory, worth, store, format, writer);
        if (store != null) {
            store.start(writer);
        }
    }

    /** Loads what is known into {@code inventory}. */
    static Memory open(Inventory inventory, MemoryOptions options, List<String> interfaces, BooleanSupplier stopped) {
        return open(inventory, options, options.chronicle(), interfaces, stopped);
    }

    /**
     * As the other, with something else that is worth an event.
     *
     * @param stopped asked while it loads; where it says so, this ends with a {@link CommandFailure} that is none
     */
    static Memory open(
            Inventory inventory,
            MemoryOptions options,
            ChronicleOptions worth,
            List<String> interfaces,
            BooleanSupplier stopped) {
        Path directory = options.directory();
        try {
            InventoryStore store =
                    directory == null ? null : InventoryStore.open(directory, options.retention(), inventory, stopped);
            return new Memory(inventory, store, options.events, worth, interfaces);
        } catch (StoreException e) {
            throw new CommandFailure(exitCode(e.reason()), e.line());
        }
    }

    private static int exitCode(StoreException.Reason reason) {
        return switch (reason) {
            case STOPPED -> ExitCode.OK;
            case NEWER -> ExitCode.CONFIGURATION;
            default -> ExitCode.FAILED;
        };
    }

    private static String hostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private static long now() {
        return System.currentTimeMillis() * 1_000_000L;
    }

    @Override
    public void tick() {
        Settings settings = changed.getAndSet(null);
        if (settings != null) {
            inventory.options(settings.inventory());
            chronicle.options(settings.chronicle());
        }
        for (Event event = fromOutside.poll(); event != null; event = fromOutside.poll()) {
            chronicle.announce(event);
        }
        chronicle.tick(now(), System.nanoTime());
    }

    @Override
    public void finish() {
        chronicle.finish(now(), System.nanoTime());
    }

    /** Any thread: an event about the sensor. */
    void announce(Event event) {
        fromOutside.add(event);
    }

    /** Any thread: from the inventory's next moment on, all of it at once. */
    void apply(Settings settings) {
        changed.set(settings);
        reloadSuccessful = true;
        lastReload = now();
    }

    /** Any thread: a reload was asked for and not possible. */
    void reloadFailed() {
        reloadSuccessful = false;
    }

    Exporter.Counted counted(Supplier<InventorySnapshot> all) {
        return new Exporter.Counted(sinceStart(all), this::view);
    }

    /** What counters show; the same snapshot as long as {@code all} gives the same. */
    private Supplier<InventorySnapshot> sinceStart(Supplier<InventorySnapshot> all) {
        AtomicReference<@Nullable Since> latest = new AtomicReference<>();
        return () -> {
            InventorySnapshot current = all.get();
            Since known = latest.get();
            if (known == null || !known.isOf(current)) {
                known = new Since(current, sinceStart.of(current));
                latest.set(known);
            }
            return known.counted;
        };
    }

    private record Since(InventorySnapshot all, InventorySnapshot counted) {
        @SuppressWarnings("ReferenceEquality") // the very same snapshot
        boolean isOf(InventorySnapshot snapshot) {
            return all == snapshot;
        }
    }

    /** Any thread. */
    MemoryView view() {
        InventoryStore kept = store;
        return new MemoryView(
                kept != null,
                kept == null ? 0 : kept.failures(),
                kept == null ? 0 : kept.bytes(),
                kept == null ? 0 : kept.lastWritten(),
                chronicle.waitingHosts(),
                chronicle.eventsDropped() + writer.dropped(),
                writer.written(),
                chronicle.learningUntil(),
                reloadSuccessful,
                lastReload,
                chronicle.options().accepted());
    }

    /** After the pipeline has ended: writes and sends what is left. */
    @Override
    public void close() {
        if (store != null) {
            store.close();
        }
        writer.close();
    }
}
