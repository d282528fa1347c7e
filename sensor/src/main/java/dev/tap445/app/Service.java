package dev.tap445.app;

import dev.tap445.export.ExportLimits;
import dev.tap445.export.Findings;
import dev.tap445.export.HostCollector;
import dev.tap445.export.ListenAddress;
import dev.tap445.export.ListenException;
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

    static Service start(Pipeline pipeline, String listenAddress) {
        PrometheusRegistry registry = new PrometheusRegistry();
        SensorMeters meters = new SensorMeters(registry, Main.Version.text());
        registry.register(new HostCollector(pipeline::snapshot, pipeline::feed, ExportLimits.DEFAULT));
        WebServer.Content content = new WebServer.Content(
                registry, () -> new Findings(pipeline.snapshot(), pipeline.feed(), 0), () -> true, Main.Version.text());
        try {
            return new Service(meters, WebServer.start(ListenAddress.parse(listenAddress), content));
        } catch (ListenException e) {
            meters.close();
            throw new CommandFailure(ExitCode.FAILED, e.getMessage() == null ? "cannot listen" : e.getMessage());
        } catch (IllegalArgumentException e) {
            meters.close();
            throw new CommandFailure(ExitCode.USAGE, "--web.listen-address " + listenAddress + ": " + e.getMessage());
        }
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
