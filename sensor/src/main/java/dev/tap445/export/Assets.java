package dev.tap445.export;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The web page: files of the jar, read once, in a list that is closed, so that no path leads anywhere else. Text from
 * packets reaches the page as data through the API alone; the policy keeps even a mistake there from running.
 */
final class Assets implements HttpHandler {
    private static final List<String> SCRIPTS = List.of(
            "app.js",
            "charts.js",
            "data.js",
            "detail.js",
            "dom.js",
            "estate.js",
            "format.js",
            "lists.js",
            "route.js",
            "sensor.js",
            "table.js");
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; manifest-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
            + "require-trusted-types-for 'script'";

    private final Body plain;
    private final Body compressed;
    private final Bodies bodies;

    private Assets(String file, String contentType, Bodies bodies) {
        try (InputStream in = Assets.class.getResourceAsStream("web/" + file)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks web/" + file);
            }
            byte[] bytes = in.readAllBytes();
            this.plain = Body.of(contentType, false, out -> out.write(bytes));
            this.compressed = Body.of(contentType, true, out -> out.write(bytes));
        } catch (IOException e) {
            throw new IllegalStateException("cannot read web/" + file, e);
        }
        this.bodies = bodies;
    }

    /** Handlers by path. */
    static Map<String, HttpHandler> handlers(Bodies bodies) {
        Map<String, HttpHandler> handlers = new HashMap<>();
        handlers.put("/", new Assets("index.html", "text/html; charset=utf-8", bodies));
        handlers.put("/assets/page.css", new Assets("page.css", "text/css; charset=utf-8", bodies));
        handlers.put("/assets/icon.svg", new Assets("icon.svg", "image/svg+xml", bodies));
        for (String script : SCRIPTS) {
            handlers.put("/assets/" + script, new Assets(script, "text/javascript; charset=utf-8", bodies));
        }
        return handlers;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
        exchange.getResponseHeaders().set("Cache-Control", "no-cache");
        bodies.send(exchange, Reply.takesGzip(exchange.getRequestHeaders()) ? compressed : plain);
    }
}
