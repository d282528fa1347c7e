package dev.tap445.export;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics}: collects first, so that a failure becomes a clean 500, then sends. {@code name[]} may be repeated
 * up to {@value #NAMES} times.
 */
final class ScrapeHandler implements HttpHandler {
    static final int NAMES = 64;
    private static final int BUFFER = 32_768;

    private final PrometheusRegistry registry;
    private final ExpositionFormats formats = ExpositionFormats.init();

    private final Bodies bodies;

    ScrapeHandler(PrometheusRegistry registry, Bodies bodies) {
        this.registry = registry;
        this.bodies = bodies;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Set<String> names;
        try {
            names = names(exchange.getRequestURI().getRawQuery());
        } catch (IllegalArgumentException e) {
            Reply.text(exchange, 400, "bad query");
            return;
        }
        if (names.size() > NAMES) {
            Reply.text(exchange, 400, "more than " + NAMES + " name[] parameters");
            return;
        }
        @Nullable String accept = exchange.getRequestHeaders().getFirst("Accept");
        ExpositionFormatWriter writer = formats.findWriter(accept);
        EscapingScheme escaping = EscapingScheme.fromAcceptHeader(accept);
        String contentType = writer.getContentType() + escaping.toHeaderFormat();
        bodies.shared(exchange, contentType, HttpLimits.SCRAPE_NANOS, out -> {
            MetricSnapshots snapshots = names.isEmpty() ? registry.scrape() : registry.scrape(names::contains);
            BufferedOutputStream buffered = new BufferedOutputStream(out, BUFFER);
            writer.write(buffered, snapshots, escaping);
            buffered.flush();
        });
    }

    private static Set<String> names(@Nullable String query) {
        Set<String> names = new HashSet<>();
        for (String parameter : query == null ? new String[0] : query.split("&", -1)) {
            String[] parts = parameter.split("=", 2);
            if (parts.length == 2
                    && URLDecoder.decode(parts[0], StandardCharsets.UTF_8).equals("name[]")) {
                names.add(URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return names;
    }
}
