package dev.tap445.export;

import dev.tap445.export.access.Access;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.InventorySnapshot;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

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
        PrometheusRegistry registry = new PrometheusRegistry();
        SensorMeters meters = new SensorMeters(registry, version);
        registry.register(new HostCollector(inventory, feed, ExportLimits.DEFAULT));
        Supplier<Findings> findings = () -> new Findings(inventory.get(), feed.get(), 0);
        try {
            WebServer web = WebServer.start(address, access, new WebServer.Content(registry, findings, ready, version));
            return new Exporter(meters, web);
        } catch (ListenException e) {
            meters.close();
            throw e;
        }
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
