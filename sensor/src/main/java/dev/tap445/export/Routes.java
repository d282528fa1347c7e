package dev.tap445.export;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.tap445.export.access.Access;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the handler of a path, and keeps what every handler needs: who may ask, GET and HEAD alone, a bound on the path,
 * and failures that are logged here and say nothing to the client. Probes are answered without credentials.
 */
final class Routes implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

    private final Map<String, HttpHandler> probes;
    private final Map<String, HttpHandler> handlers;
    private final Map<String, HttpHandler> below;
    private final Access access;

    /** @param below handlers of what is directly below a path that ends in a slash */
    Routes(
            Map<String, HttpHandler> probes,
            Map<String, HttpHandler> handlers,
            Map<String, HttpHandler> below,
            Access access) {
        this.probes = Map.copyOf(probes);
        this.handlers = Map.copyOf(handlers);
        this.below = Map.copyOf(below);
        this.access = access;
    }

    @Override
    public void handle(HttpExchange exchange) {
        try (exchange) {
            access.headers().forEach(exchange.getResponseHeaders()::set);
            route(exchange);
        } catch (IOException e) {
            LOG.debug("connection lost: {}", e.toString());
        }
    }

    private void route(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getRawPath();
        HttpHandler probe = probes.get(path);
        if (exchange.getRequestURI().toString().length() > HttpLimits.TARGET) {
            Reply.text(exchange, 414, "the address is too long");
        } else if (probe == null && !permitted(exchange)) {
            return;
        } else if (probe == null && handler(path) == null) {
            Reply.text(exchange, 404, "not found");
        } else if (!(handler(path) instanceof ReloadHandler) && !method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            Reply.text(exchange, 405, "method not allowed");
        } else {
            handle(probe == null ? handler(path) : probe, exchange);
        }
    }

    private @Nullable HttpHandler handler(@Nullable String path) {
        if (path == null || path.isEmpty()) {
            return null;
        }
        HttpHandler exact = handlers.get(path);
        return exact != null ? exact : below.get(path.substring(0, path.lastIndexOf('/') + 1));
    }

    private boolean permitted(HttpExchange exchange) throws IOException {
        switch (access.ask(exchange.getRequestHeaders().getFirst("Authorization"))) {
            case PERMITTED -> {
                return true;
            }
            case DENIED -> {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"tap445\", charset=\"UTF-8\"");
                Reply.text(exchange, 401, "credentials are needed");
            }
            case BUSY -> {
                exchange.getResponseHeaders().set("Retry-After", "5");
                Reply.text(exchange, 503, "busy");
            }
        }
        return false;
    }

    private static void handle(@Nullable HttpHandler handler, HttpExchange exchange) throws IOException {
        try {
            if (handler != null) {
                handler.handle(exchange);
            }
        } catch (RuntimeException e) {
            LOG.error("cannot answer {}", Printable.of(exchange.getRequestURI().toString()), e);
            if (exchange.getResponseCode() == -1) {
                Reply.text(exchange, 500, "internal error");
            }
        }
    }
}
