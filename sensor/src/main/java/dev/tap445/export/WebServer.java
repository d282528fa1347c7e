package dev.tap445.export;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The one door to the sensor: metrics, health, the API and the pages. Each connection has a virtual thread of its own, so
 * a slow client holds up nobody; {@link HttpLimits} bounds how many there are, how long they may take, and how many bodies
 * are on their way at one time. Health is answered whatever else goes on.
 */
public final class WebServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService connections;

    private final ReloadHandler reload;

    private WebServer(HttpServer server, ExecutorService connections, ReloadHandler reload) {
        this.server = server;
        this.connections = connections;
        this.reload = reload;
    }

    /** What {@code POST /-/reload} does from now on. */
    public void onReload(Supplier<Reloaded> action) {
        reload.onReload(action);
    }

    /**
     * What the server shows.
     *
     * @param findings made anew for each report that is asked for
     * @param ready whether the sensor has loaded what it knew and takes packets
     */
    public record Content(
            PrometheusRegistry metrics, Supplier<Findings> findings, BooleanSupplier ready, String version) {}

    /** Listens and answers from now on. */
    public static WebServer start(ListenAddress address, Content content) throws ListenException {
        HttpLimits.apply();
        HttpServer server = listen(address);
        ExecutorService connections = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("web-", 0).factory());
        server.setExecutor(connections);
        ReloadHandler reload = new ReloadHandler();
        server.createContext("/", new Routes(handlers(content, reload)));
        server.start();
        return new WebServer(server, connections, reload);
    }

    private static HttpServer listen(ListenAddress address) throws ListenException {
        InetSocketAddress socket = address.socketAddress();
        try {
            if (socket.isUnresolved()) {
                throw new UnknownHostException("the name is not known");
            }
            return HttpServer.create(socket, 0);
        } catch (IOException e) {
            throw new ListenException("cannot listen on " + address + ": " + e.getMessage(), e);
        }
    }

    private static Map<String, HttpHandler> handlers(Content content, ReloadHandler reload) {
        Map<String, HttpHandler> handlers = new HashMap<>();
        handlers.put("/", new LandingPage(content.version));
        Semaphore bodies = new Semaphore(HttpLimits.BODIES, true);
        handlers.put("/metrics", new Bounded(bodies, new ScrapeHandler(content.metrics)));
        handlers.put("/-/healthy", exchange -> Reply.text(exchange, 200, "tap445 is alive"));
        handlers.put("/-/ready", exchange -> {
            boolean ready = content.ready.getAsBoolean();
            Reply.text(exchange, ready ? 200 : 503, ready ? "tap445 is ready" : "tap445 is starting");
        });
        handlers.put("/-/reload", reload);
        handlers.put("/report", new Bounded(bodies, report(content, ReportFormat.HTML)));
        handlers.put("/api/v1/report", new Bounded(bodies, report(content, ReportFormat.JSON)));
        handlers.put("/api/v1/clients", new Bounded(bodies, part(content, JsonReport.CLIENTS)));
        handlers.put("/api/v1/servers", new Bounded(bodies, part(content, JsonReport.SERVERS)));
        return handlers;
    }

    private static HttpHandler report(Content content, ReportFormat format) {
        Report report = format.report(TextStyle.PLAIN);
        return exchange -> {
            Findings findings = content.findings.get();
            Reply.stream(exchange, format.contentType(), out -> report.write(findings, out));
        };
    }

    private static HttpHandler part(Content content, JsonReport.Part part) {
        return exchange -> {
            Findings findings = content.findings.get();
            Reply.stream(exchange, ReportFormat.JSON.contentType(), out -> JsonReport.write(findings, out, part));
        };
    }

    /** The port it listens on: the one asked for, or the one the system chose for 0. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Stops listening and drops open connections. */
    @Override
    public void close() {
        server.stop(0);
        connections.shutdownNow();
    }
}
