package dev.tap445.export;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.IdentityHashMap;

/**
 * The bodies that are on their way to clients. Their number is bounded, and the memory they hold, where one that goes to
 * many counts once; where there is no room, those that have been on their way for longest are broken off: clients that
 * do not read go, and clients that do are served.
 */
final class InFlight {
    /** Bytes of one write: the JDK's server takes a buffer of twice that, which stays with the connection. */
    private static final int CHUNK = 16_384;

    private final int maxBodies;
    private final long maxBytes;
    private final long patienceNanos;
    private final Deque<Sending> sendings = new ArrayDeque<>();
    private final IdentityHashMap<Body, Integer> readers = new IdentityHashMap<>();
    private long bytes;

    /** @param patienceNanos how long a body may at least be on its way before it is broken off for another */
    InFlight(int maxBodies, long maxBytes, long patienceNanos) {
        this.maxBodies = maxBodies;
        this.maxBytes = maxBytes;
        this.patienceNanos = patienceNanos;
    }

    private record Sending(Thread thread, long since, Body body) {}

    /**
     * Sends the body after the headers have gone out, on this thread.
     *
     * @param onTheWay called once there is room for it, before the first byte
     */
    void send(HttpExchange exchange, Body body, Runnable onTheWay) throws IOException {
        Sending sending = admit(body);
        onTheWay.run();
        try {
            body.bytes().writeTo(exchange.getResponseBody(), CHUNK);
        } finally {
            leave(sending);
        }
    }

    private synchronized Sending admit(Body body) throws IOException {
        try {
            while (!sendings.isEmpty() && (sendings.size() >= maxBodies || bytes + more(body) > maxBytes)) {
                Sending oldest = sendings.getFirst();
                long left = oldest.since + patienceNanos - System.nanoTime();
                if (left > 0) {
                    wait(left / 1_000_000L + 1);
                } else {
                    oldest.thread.interrupt(); // closes its channel
                    forget(oldest);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        Sending sending = new Sending(Thread.currentThread(), System.nanoTime(), body);
        sendings.addLast(sending);
        bytes += more(body);
        readers.merge(body, 1, Integer::sum);
        return sending;
    }

    private int more(Body body) {
        return readers.containsKey(body) ? 0 : body.length();
    }

    private synchronized void leave(Sending sending) {
        forget(sending);
        Thread.interrupted(); // one that came too late is not for what this thread does next
    }

    private void forget(Sending sending) {
        if (sendings.remove(sending)) {
            if (readers.merge(sending.body, -1, Integer::sum) == 0) {
                readers.remove(sending.body);
                bytes -= sending.body.length();
            }
            notifyAll();
        }
    }
}
