package dev.tap445.export;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A handler whose turn is bounded by permits; 503 where none comes free in time. */
record Bounded(Semaphore permits, HttpHandler handler) implements HttpHandler {
    @Override
    public void handle(HttpExchange exchange) throws IOException {
        boolean permitted;
        try {
            permitted = permits.tryAcquire(HttpLimits.WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            permitted = false;
        }
        if (!permitted) {
            exchange.getResponseHeaders().set("Retry-After", "30");
            Reply.text(exchange, 503, "busy");
            return;
        }
        try {
            handler.handle(exchange);
        } finally {
            permits.release();
        }
    }
}
