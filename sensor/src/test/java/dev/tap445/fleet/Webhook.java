package dev.tap445.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** Receives what Alertmanager sends. */
final class Webhook implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long PATIENCE_NANOS = 90_000_000_000L;

    /** One alert of one notification. */
    record Notice(String receiver, String status, String alert, String device, String description) {}

    private final HttpServer server;
    private final List<Notice> notices = new CopyOnWriteArrayList<>();

    Webhook() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::take);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode message = JSON.readTree(exchange.getRequestBody());
            for (JsonNode alert : message.path("alerts")) {
                JsonNode labels = alert.path("labels");
                notices.add(new Notice(
                        exchange.getRequestURI().getPath().substring(1),
                        alert.path("status").asText(),
                        labels.path("alertname").asText(),
                        labels.path("client").asText() + labels.path("server").asText(),
                        alert.path("annotations").path("description").asText()));
            }
            exchange.sendResponseHeaders(200, -1);
        }
    }

    /** Everything so far. */
    List<Notice> notices() {
        return List.copyOf(notices);
    }

    List<Notice> notices(String alert, String device) {
        return notices.stream()
                .filter(notice -> notice.alert.equals(alert) && notice.device.equals(device))
                .toList();
    }

    /** Waits until the notices are as wanted, or patience ends. */
    void await(Predicate<Webhook> wanted) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!wanted.test(this) && System.nanoTime() < end) {
            Thread.sleep(200);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
