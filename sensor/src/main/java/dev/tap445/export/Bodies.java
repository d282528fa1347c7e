package dev.tap445.export;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Makes bodies from snapshots and sends them. Making is bounded by permits (503 where none comes free in time), sending by
 * {@link InFlight}. A body of the API stands for {@link HttpLimits#SHARED_NANOS}, so that many readers cost what one does.
 */
final class Bodies {
    /** Paths with their queries that are held at one time; more are made for each request. */
    private static final int SHARED = 64;

    private final Semaphore making = new Semaphore(HttpLimits.MAKING, true);
    private final InFlight inFlight = new InFlight(HttpLimits.BODIES, HttpLimits.BODY_BYTES, HttpLimits.PATIENCE_NANOS);
    private final ConcurrentHashMap<String, Shared> shared = new ConcurrentHashMap<>();

    private record Shared(Body body, long made) {
        boolean isFresh() {
            return System.nanoTime() - made < HttpLimits.SHARED_NANOS;
        }
    }

    /** Answers with a body that is made for this request alone. */
    void fresh(HttpExchange exchange, String contentType, Body.Writing writing) throws IOException {
        if (Reply.isHead(exchange)) {
            Reply.head(exchange, contentType);
        } else if (permitted(exchange)) {
            Body body;
            try {
                body = Body.of(contentType, Reply.takesGzip(exchange.getRequestHeaders()), writing);
            } finally {
                making.release();
            }
            send(exchange, body);
        }
    }

    /** Answers with a body that others who ask for the same get too. */
    void shared(HttpExchange exchange, String contentType, Body.Writing writing) throws IOException {
        if (Reply.isHead(exchange)) {
            Reply.head(exchange, contentType);
            return;
        }
        boolean gzip = Reply.takesGzip(exchange.getRequestHeaders());
        String key = (gzip ? "z " : "- ") + exchange.getRequestURI();
        Shared held = shared.get(key);
        if (held != null && held.isFresh()) {
            send(exchange, held.body);
        } else if (permitted(exchange)) {
            Body body;
            try {
                body = made(key, contentType, gzip, writing);
            } finally {
                making.release();
            }
            send(exchange, body);
        }
    }

    private Body made(String key, String contentType, boolean gzip, Body.Writing writing) throws IOException {
        Shared held = shared.get(key); // another may have made it while this one waited
        if (held != null && held.isFresh()) {
            return held.body;
        }
        long now = System.nanoTime();
        Body body = Body.of(contentType, gzip, writing);
        shared.values().removeIf(old -> !old.isFresh());
        if (shared.size() < SHARED) {
            shared.put(key, new Shared(body, now));
        }
        return body;
    }

    /** Answers with a body that was made before. */
    void send(HttpExchange exchange, Body body) throws IOException {
        Reply.headers(exchange, body.contentType());
        exchange.getResponseHeaders().set("ETag", body.etag());
        exchange.getResponseHeaders().set("Vary", "Accept, Accept-Encoding, Authorization");
        if (body.isKnownTo(exchange.getRequestHeaders())) {
            exchange.sendResponseHeaders(304, Reply.EMPTY);
            return;
        }
        if (body.gzip()) {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        }
        if (Reply.isHead(exchange) || body.length() == 0) {
            exchange.sendResponseHeaders(200, Reply.EMPTY);
            return;
        }
        exchange.sendResponseHeaders(200, body.length());
        inFlight.send(exchange, body);
    }

    private boolean permitted(HttpExchange exchange) throws IOException {
        boolean permitted;
        try {
            permitted = making.tryAcquire(HttpLimits.WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            permitted = false;
        }
        if (!permitted) {
            exchange.getResponseHeaders().set("Retry-After", "30");
            Reply.text(exchange, 503, "busy");
        }
        return permitted;
    }
}
