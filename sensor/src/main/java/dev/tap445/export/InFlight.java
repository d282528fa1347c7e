package dev.tap445.export;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The bodies that are on their way to clients. Their number and size are bounded; where there is no room, those that
 * have been on their way for longest are broken off: clients that do not read go, and clients that do are served.
 */
final class InFlight {
    private final int maxBodies;
    private final long maxBytes;
    private final long patienceNanos;
    private final Deque<Sending> sendings = new ArrayDeque<>();
    private long bytes;

    /** @param patienceNanos how long a body may at least be on its way before it is broken off for another */
    InFlight(int maxBodies, long maxBytes, long patienceNanos) {
        this.maxBodies = maxBodies;
        this.maxBytes = maxBytes;
        this.patienceNanos = patienceNanos;
    }

    private record Sending(Thread thread, long since, int length) {}

    /** Sends the body after the headers have gone out, on this thread. */
    void send(HttpExchange exchange, Body body) throws IOException {
        Sending sending = admit(body.length());
        try {
            body.bytes().writeTo(exchange.getResponseBody());
        } finally {
            leave(sending);
        }
    }

    private synchronized Sending admit(int length) throws IOException {
        try {
            while (!sendings.isEmpty() && (sendings.size() >= maxBodies || bytes + length > maxBytes)) {
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
        Sending sending = new Sending(Thread.currentThread(), System.nanoTime(), length);
        sendings.addLast(sending);
        bytes += length;
        return sending;
    }

    private synchronized void leave(Sending sending) {
        forget(sending);
        Thread.interrupted(); // one that came too late is not for what this thread does next
    }

    private void forget(Sending sending) {
        if (sendings.remove(sending)) {
            bytes -= sending.length;
            notifyAll();
        }
    }
}
