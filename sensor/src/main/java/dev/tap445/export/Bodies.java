package dev.tap445.export;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Makes bodies from snapshots and sends them. Making is bounded by permits (503 where none comes free in time), each kept
 * until its body is on its way, and sending by {@link InFlight}: no number of clients makes more bodies than fit. A body
 * stands for a while, so that many readers cost what one does, and longer the more it cost.
 */
final class Bodies {
    /** Paths with their queries that are held at one time; more are made for each request. */
    private static final int SHARED = 64;

    private final Semaphore making = new Semaphore(HttpLimits.MAKING, true);
    private final long maxBytes = HttpLimits.bodyBytes(Runtime.getRuntime().maxMemory());
    private final InFlight inFlight = new InFlight(HttpLimits.BODIES, maxBytes, HttpLimits.PATIENCE_NANOS);
    private final ConcurrentHashMap<String, Shared> shared = new ConcurrentHashMap<>();

    private record Shared(Body body, long until) {
        boolean isFresh() {
            return System.nanoTime() - until < 0;
        }
    }

    /** Answers with a body that others who ask for the same within {@link HttpLimits#SHARED_NANOS} get too. */
    void shared(HttpExchange exchange, String contentType, Body.Writing writing) throws IOException {
        shared(exchange, contentType, HttpLimits.SHARED_NANOS, writing);
    }

    /** The same, within {@code nanos} of its making. */
    void shared(HttpExchange exchange, String contentType, long nanos, Body.Writing writing) throws IOException {
        if (Reply.isHead(exchange)) {
            Reply.head(exchange, contentType);
            return;
        }
        boolean gzip = Reply.takesGzip(exchange.getRequestHeaders());
        String key = (gzip ? "z " : "- ") + contentType + ' ' + exchange.getRequestURI();
        Shared held = shared.get(key);
        if (held != null && held.isFresh()) {
            send(exchange, held.body);
        } else if (permitted(exchange)) {
            Permit permit = new Permit();
            try {
                send(exchange, made(key, contentType, gzip, nanos, writing), permit::release);
            } finally {
                permit.release();
            }
        }
    }

    private Body made(String key, String contentType, boolean gzip, long nanos, Body.Writing writing)
            throws IOException {
        Shared held = shared.get(key); // another may have made it while this one waited
        if (held != null && held.isFresh()) {
            return held.body;
        }
        long began = System.nanoTime();
        Body body = Body.of(contentType, gzip, writing);
        long standing = HttpLimits.standing(nanos, System.nanoTime() - began);
        shared.values().removeIf(old -> !old.isFresh());
        long bytes =
                shared.values().stream().mapToLong(other -> other.body.length()).sum();
        if (shared.size() < SHARED && bytes + body.length() <= maxBytes) {
            shared.put(key, new Shared(body, System.nanoTime() + standing));
        }
        return body;
    }

    /** Answers with a body that was made before. */
    void send(HttpExchange exchange, Body body) throws IOException {
        send(exchange, body, () -> {});
    }

    private void send(HttpExchange exchange, Body body, Runnable onTheWay) throws IOException {
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
        inFlight.send(exchange, body, onTheWay);
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

    /** The right to make one body, given back once. */
    private final class Permit {
        private boolean held = true;

        void release() {
            if (held) {
                held = false;
                making.release();
            }
        }
    }
}
