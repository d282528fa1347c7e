package dev.tap445.export;

import dev.tap445.export.access.Access;
import dev.tap445.inventory.AcceptedDevices;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.MemoryView;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Everything that the sensor shows of itself over HTTP: metrics of hosts and of the process, reports, pages. */
public final class Exporter implements AutoCloseable {
    private final WebServer web;
    private final String version;
    private @Nullable SensorMeters meters;
    private boolean closed;

    private Exporter(WebServer web, String version) {
        this.web = web;
        this.version = version;
    }

    /** Listens from now on: alive, and not ready until {@link #serve}. */
    public static Exporter open(ListenAddress address, Access access, String version) throws ListenException {
        return new Exporter(WebServer.open(address, access), version);
    }

    /**
     * Serves from now on.
     *
     * @param inventory hands out the same snapshot until a newer one is made
     * @param ready whether the sensor has loaded what it knew and takes packets
     */
    public static Exporter start(
            ListenAddress address,
            Access access,
            Supplier<InventorySnapshot> inventory,
            Supplier<FeedView> feed,
            BooleanSupplier ready,
            String version)
            throws ListenException {
        return open(address, access, version).serve(inventory, new Counted(inventory, null), feed, ready);
    }

    /**
     * Where metrics come from, if not from the inventory alone.
     *
     * @param sinceStart what is known, with counts since this process started; the same snapshot until a newer one is made
     * @param memory how the sensor's memory stands; null where it has none
     */
    public record Counted(
            Supplier<InventorySnapshot> sinceStart,
            @Nullable Supplier<MemoryView> memory) {}

    /**
     * Shows everything from now on; called once. Whatever closes what is shown closes this first, which may be closed again.
     *
     * @param inventory hands out the same snapshot until a newer one is made
     * @param ready whether the sensor takes packets
     */
    public Exporter serve(
            Supplier<InventorySnapshot> inventory, Counted counted, Supplier<FeedView> feed, BooleanSupplier ready) {
        PrometheusRegistry registry = new PrometheusRegistry();
        meters = new SensorMeters(registry, version);
        registry.register(new HostCollector(counted.sinceStart, feed, ExportLimits.DEFAULT));
        Supplier<MemoryView> memory = counted.memory;
        if (memory != null) {
            registry.register(new MemoryCollector(memory, inventory));
        }
        Supplier<Findings> findings = () -> new Findings(
                inventory.get(),
                feed.get(),
                0,
                memory == null ? AcceptedDevices.NONE : memory.get().accepted());
        web.serve(new WebServer.Content(registry, findings, ready, version));
        return this;
    }

    /** What {@code POST /-/reload} does from now on. */
    public void onReload(Supplier<Reloaded> action) {
        web.onReload(action);
    }

    public boolean usesTls() {
        return web.usesTls();
    }

    /** The port it listens on. */
    public int port() {
        return web.port();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        web.close();
        SensorMeters made = meters;
        if (made != null) {
            made.close();
        }
    }
}
