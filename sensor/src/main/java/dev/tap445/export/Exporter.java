package dev.tap445.export;

import dev.tap445.export.access.Access;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.MemoryView;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Everything that the sensor shows of itself over HTTP: metrics of hosts and of the process, reports, pages. */
public final class Exporter implements AutoCloseable {
    private final SensorMeters meters;
    private final WebServer web;

    private Exporter(SensorMeters meters, WebServer web) {
        this.meters = meters;
        this.web = web;
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
        return start(address, access, inventory, new Counted(inventory, null), feed, ready, version);
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

    /** As the other, with counters that are not those of the reports. */
    public static Exporter start(
            ListenAddress address,
            Access access,
            Supplier<InventorySnapshot> inventory,
            Counted counted,
            Supplier<FeedView> feed,
            BooleanSupplier ready,
            String version)
            throws ListenException {
        PrometheusRegistry registry = new PrometheusRegistry();
        SensorMeters meters = new SensorMeters(registry, version);
        registry.register(new HostCollector(counted.sinceStart, feed, ExportLimits.DEFAULT));
        Supplier<MemoryView> memory = counted.memory;
        if (memory != null) {
            registry.register(new MemoryCollector(memory, inventory));
        }
        Supplier<Findings> findings = () -> new Findings(inventory.get(), feed.get(), 0);
        try {
            WebServer web = WebServer.start(address, access, new WebServer.Content(registry, findings, ready, version));
            return new Exporter(meters, web);
        } catch (ListenException e) {
            meters.close();
            throw e;
        }
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
        web.close();
        meters.close();
    }
}
