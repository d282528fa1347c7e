package dev.tap445.export;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the handler of an exact path, and keeps what every handler needs: GET and HEAD alone, a bound on the path, and
 * failures that are logged here and say nothing to the client.
 */
final class Routes implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

    private final Map<String, HttpHandler> handlers;

    Routes(Map<String, HttpHandler> handlers) {
        this.handlers = Map.copyOf(handlers);
    }

    @Override
    public void handle(HttpExchange exchange) {
        try (exchange) {
            route(exchange);
        } catch (IOException e) {
            LOG.debug("connection lost: {}", e.toString());
        }
    }

    private void route(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestMethod();
        HttpHandler handler = handlers.get(exchange.getRequestURI().getRawPath());
        if (exchange.getRequestURI().toString().length() > HttpLimits.TARGET) {
            Reply.text(exchange, 414, "the address is too long");
        } else if (handler == null) {
            Reply.text(exchange, 404, "not found");
        } else if (!(handler instanceof ReloadHandler) && !method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            Reply.text(exchange, 405, "method not allowed");
        } else {
            handle(handler, exchange);
        }
    }

    private static void handle(HttpHandler handler, HttpExchange exchange) throws IOException {
        try {
            handler.handle(exchange);
        } catch (RuntimeException e) {
            LOG.error("cannot answer {}", Printable.of(exchange.getRequestURI().toString()), e);
            if (exchange.getResponseCode() == -1) {
                Reply.text(exchange, 500, "internal error");
            }
        }
    }
}
