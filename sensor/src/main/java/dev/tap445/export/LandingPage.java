package dev.tap445.export;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** {@code /}: where to find what. */
final class LandingPage implements HttpHandler {
    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>tap445</title>
            <style>
            body { font: 16px/1.6 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }
            </style>
            </head>
            <body>
            <h1>tap445</h1>
            <p>Who still speaks SMB1, and where TCP 445 is silently blocked. Version {version}.</p>
            <ul>
            <li><a href="/report">Report</a>: what breaks without SMB1, and which servers do not answer</li>
            <li><a href="/metrics">Metrics</a> for Prometheus</li>
            <li><a href="/api/v1/report">Report as JSON</a>; its <a href="/api/v1/clients">clients</a> and
                <a href="/api/v1/servers">servers</a> alone</li>
            <li>Health: <a href="/-/healthy">alive</a>, <a href="/-/ready">ready</a></li>
            </ul>
            </body>
            </html>
            """;

    private final byte[] page;

    LandingPage(String version) {
        page = PAGE.replace("{version}", HtmlReport.escaped(version)).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Reply.stream(exchange, "text/html; charset=utf-8", out -> out.write(page));
    }
}
