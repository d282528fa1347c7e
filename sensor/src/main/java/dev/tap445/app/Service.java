package dev.tap445.app;

import dev.tap445.export.ExportLimits;
import dev.tap445.export.Findings;
import dev.tap445.export.HostCollector;
import dev.tap445.export.SensorMeters;
import dev.tap445.export.WebServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** The web server over a running pipeline. */
final class Service implements AutoCloseable {
    private final SensorMeters meters;
    private final WebServer web;

    private Service(SensorMeters meters, WebServer web) {
        this.meters = meters;
        this.web = web;
    }

    static Service start(Pipeline pipeline, WebOptions options) {
        PrometheusRegistry registry = new PrometheusRegistry();
        SensorMeters meters = new SensorMeters(registry, Main.Version.text());
        registry.register(new HostCollector(pipeline::snapshot, pipeline::feed, ExportLimits.DEFAULT));
        WebServer.Content content = new WebServer.Content(
                registry, () -> new Findings(pipeline.snapshot(), pipeline.feed(), 0), () -> true, Main.Version.text());
        try {
            return new Service(meters, options.start(content));
        } catch (CommandFailure e) {
            meters.close();
            throw e;
        }
    }

    boolean usesTls() {
        return web.usesTls();
    }

    int port() {
        return web.port();
    }

    @Override
    public void close() {
        web.close();
        meters.close();
    }
}
