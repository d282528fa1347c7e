package dev.tap445.export;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import dev.tap445.export.access.Access;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one door to the sensor: metrics, health, the API and the pages. Each connection has a virtual thread of its own, so
 * a slow client holds up nobody; {@link HttpLimits} bounds how many there are, how long they may take, and how many bodies
 * are on their way at one time. Health is answered whatever else goes on.
 */
public final class WebServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WebServer.class);

    private final HttpServer server;
    private final ExecutorService connections;
    private final Access access;

    private final ReloadHandler reload = new ReloadHandler();
    private volatile HttpHandler routes;

    private WebServer(HttpServer server, ExecutorService connections, Access access) {
        this.server = server;
        this.connections = connections;
        this.access = access;
        this.routes = new Starting(access);
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

    /** As {@link #start(ListenAddress, Access, Content)}, open to everybody who can connect. */
    public static WebServer start(ListenAddress address, Content content) throws ListenException {
        return start(address, Access.open(), content);
    }

    /** {@link #open}, and {@link #serve} at once. */
    public static WebServer start(ListenAddress address, Access access, Content content) throws ListenException {
        WebServer web = open(address, access);
        web.serve(content);
        return web;
    }

    /**
     * Listens from now on, and answers that the sensor is alive and not ready; whatever else is asked for is not there
     * yet (503). Closes {@code access} when it is closed itself.
     */
    public static WebServer open(ListenAddress address, Access access) throws ListenException {
        HttpLimits.apply();
        HttpServer server = listen(address, access);
        ExecutorService connections = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("web-", 0).factory());
        server.setExecutor(connections);
        WebServer web = new WebServer(server, connections, access);
        server.createContext("/", exchange -> web.routes.handle(exchange));
        server.start();
        warn(server.getAddress().getAddress(), access);
        return web;
    }

    /** Shows {@code content} from now on. */
    public void serve(Content content) {
        routes = routes(content, access, reload);
    }

    private static HttpServer listen(ListenAddress address, Access access) throws ListenException {
        InetSocketAddress socket = address.socketAddress();
        try {
            if (socket.isUnresolved()) {
                throw new UnknownHostException("the name is not known");
            }
            if (!access.usesTls()) {
                return HttpServer.create(socket, HttpLimits.BACKLOG);
            }
            HttpsServer server = HttpsServer.create(socket, HttpLimits.BACKLOG);
            server.setHttpsConfigurator(access.tls());
            return server;
        } catch (IOException e) {
            throw new ListenException("cannot listen on " + address + ": " + e.getMessage(), e);
        }
    }

    private static void warn(InetAddress address, Access access) {
        if (!address.isLoopbackAddress() && !access.authenticates()) {
            LOG.warn(
                    "listening beyond this machine without authentication: everybody who can connect sees hosts, names "
                            + "and verdicts; --web.config.file sets passwords or client certificates");
        }
    }

    private static Routes routes(Content content, Access access, ReloadHandler reload) {
        Bodies bodies = new Bodies();
        Api api = new Api(content, bodies);
        Map<String, HttpHandler> handlers = new HashMap<>(Assets.handlers(bodies));
        handlers.put("/metrics", new ScrapeHandler(content.metrics, bodies));
        handlers.put("/-/reload", reload);
        handlers.put("/report", report(content, bodies));
        handlers.putAll(api.paths());
        return new Routes(probes(content.ready), handlers, api.below(), access);
    }

    /** What is answered to everybody. */
    static Map<String, HttpHandler> probes(BooleanSupplier ready) {
        return Map.of("/-/healthy", exchange -> Reply.text(exchange, 200, "tap445 is alive"), "/-/ready", exchange -> {
            boolean now = ready.getAsBoolean();
            Reply.text(exchange, now ? 200 : 503, now ? "tap445 is ready" : Starting.LINE);
        });
    }

    private static HttpHandler report(Content content, Bodies bodies) {
        Report report = ReportFormat.HTML.report(TextStyle.PLAIN);
        String policy = HtmlReport.policy();
        return exchange -> {
            exchange.getResponseHeaders().set("Content-Security-Policy", policy);
            bodies.shared(exchange, ReportFormat.HTML.contentType(), out -> report.write(content.findings.get(), out));
        };
    }

    /** The port it listens on: the one asked for, or the one the system chose for 0. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Whether to write {@code https} before its address. */
    public boolean usesTls() {
        return access.usesTls();
    }

    /** Stops listening and drops open connections. */
    @Override
    public void close() {
        access.close();
        server.stop(0);
        connections.shutdownNow();
    }
}
