package dev.tap445.export;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** What every answer of the web server has in common. */
final class Reply {
    static final int EMPTY = -1;

    /** For answers that no browser has to lay out. */
    private static final String NOTHING =
            "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private Reply() {}

    static void text(HttpExchange exchange, int status, String line) throws IOException {
        byte[] body = (line + "\n").getBytes(StandardCharsets.UTF_8);
        headers(exchange, "text/plain; charset=utf-8");
        boolean head = isHead(exchange);
        exchange.sendResponseHeaders(status, head ? EMPTY : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    /** The answer to HEAD where the length would cost a snapshot. */
    static void head(HttpExchange exchange, String contentType) throws IOException {
        headers(exchange, contentType);
        exchange.sendResponseHeaders(200, EMPTY);
    }

    static boolean isHead(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("HEAD");
    }

    /** Sets what a handler has not set before. */
    static void headers(HttpExchange exchange, String contentType) {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", contentType);
        headers.putIfAbsent("Cache-Control", List.of("no-store"));
        headers.putIfAbsent("Content-Security-Policy", List.of(NOTHING));
        headers.putIfAbsent("X-Content-Type-Options", List.of("nosniff"));
        headers.putIfAbsent("X-Frame-Options", List.of("DENY"));
        headers.putIfAbsent("Referrer-Policy", List.of("no-referrer"));
        headers.putIfAbsent("Cross-Origin-Resource-Policy", List.of("same-origin"));
        headers.putIfAbsent("Cross-Origin-Opener-Policy", List.of("same-origin"));
    }

    /** RFC 9110 section 12.5.3, as far as gzip goes: named, and not with a weight of zero. */
    static boolean takesGzip(Headers request) {
        for (String line : request.getOrDefault("Accept-Encoding", List.of())) {
            for (String coding : line.toLowerCase(Locale.ROOT).split(",", -1)) {
                String[] parts = coding.split(";", 2);
                if (parts[0].strip().equals("gzip")) {
                    return parts.length == 1 || !parts[1].strip().matches("q=0(\\.0*)?");
                }
            }
        }
        return false;
    }
}
