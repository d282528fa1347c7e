package dev.tap445.export;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Answers of the web server: short texts, and streamed bodies that are compressed where the client takes that. */
final class Reply {
    private static final int BUFFER = 32_768;
    private static final int EMPTY = -1;
    private static final int CHUNKED = 0;

    private Reply() {}

    /** Writes a body. Everything that can fail for other reasons than the connection must be done before. */
    @FunctionalInterface
    interface Body {
        void write(OutputStream out) throws IOException;
    }

    static void text(HttpExchange exchange, int status, String line) throws IOException {
        byte[] body = (line + "\n").getBytes(StandardCharsets.UTF_8);
        headers(exchange, "text/plain; charset=utf-8");
        boolean head = isHead(exchange);
        exchange.sendResponseHeaders(status, head ? EMPTY : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
    }

    static void stream(HttpExchange exchange, String contentType, Body body) throws IOException {
        headers(exchange, contentType);
        exchange.getResponseHeaders().set("Vary", "Accept, Accept-Encoding");
        if (isHead(exchange)) {
            exchange.sendResponseHeaders(200, EMPTY);
            return;
        }
        boolean gzip = takesGzip(exchange.getRequestHeaders());
        if (gzip) {
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        }
        exchange.sendResponseHeaders(200, CHUNKED);
        OutputStream out = exchange.getResponseBody();
        if (!gzip) {
            body.write(out);
            return;
        }
        try (GZIPOutputStream compressed = new FastGzip(out)) {
            body.write(compressed);
        }
    }

    static boolean isHead(HttpExchange exchange) {
        return exchange.getRequestMethod().equals("HEAD");
    }

    private static void headers(HttpExchange exchange, String contentType) {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", contentType);
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'");
    }

    /** RFC 9110 section 12.5.3, as far as gzip goes: named, and not with a weight of zero. */
    static boolean takesGzip(Headers request) {
        for (String line : request.getOrDefault("Accept-Encoding", java.util.List.of())) {
            for (String coding : line.toLowerCase(Locale.ROOT).split(",", -1)) {
                String[] parts = coding.split(";", 2);
                if (parts[0].strip().equals("gzip")) {
                    return parts.length == 1 || !parts[1].strip().matches("q=0(\\.0*)?");
                }
            }
        }
        return false;
    }

    /** The scrape runs beside the capture: speed before the last percent of size. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
