package dev.tap445.export;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.tap445.export.access.Access;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the web server says while the sensor loads what it knew: alive, not ready, and 503 to everything else, whoever
 * asks. Half of the hosts would be a wrong answer; a scrape that fails leaves a gap, as is right.
 */
final class Starting implements HttpHandler {
    static final String LINE = "tap445 is starting";
    private static final Logger LOG = LoggerFactory.getLogger(Starting.class);

    private final Map<String, HttpHandler> probes = WebServer.probes(() -> false);
    private final Routes health;
    private final Access access;

    Starting(Access access) {
        this.access = access;
        health = new Routes(probes, Map.of(), Map.of(), access);
    }

    @Override
    public void handle(HttpExchange exchange) {
        if (probes.containsKey(exchange.getRequestURI().getPath())) {
            health.handle(exchange);
            return;
        }
        try (exchange) {
            access.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.getResponseHeaders().set("Retry-After", "1");
            Reply.text(exchange, 503, LINE);
        } catch (IOException e) {
            LOG.debug("connection lost: {}", e.toString());
        }
    }
}
