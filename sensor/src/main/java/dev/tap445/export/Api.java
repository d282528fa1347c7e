package dev.tap445.export;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.PortState;
import dev.tap445.inventory.ServerVerdict;
import dev.tap445.inventory.ServerView;
import dev.tap445.wire.IpAddress;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** {@code /api/v1}: JSON for the web page and for programs. Names are a contract: further ones may be added. */
final class Api {
    private static final String ROOT = "/api/v1/";
    private static final String JSON = ReportFormat.JSON.contentType();

    private final WebServer.Content content;
    private final Bodies bodies;

    Api(WebServer.Content content, Bodies bodies) {
        this.content = content;
        this.bodies = bodies;
    }

    /** Chooses what to write by the query, before anything is made. */
    @FunctionalInterface
    private interface Choice {
        JsonReport.Part part(Query query) throws Query.BadQueryException;
    }

    /** Handlers by path. */
    Map<String, HttpHandler> paths() {
        return Map.of(
                ROOT + "report", handler(Set.of(), query -> JsonReport.WHOLE),
                ROOT + "summary", handler(Set.of(), query -> JsonSensor.summary(content)),
                ROOT + "sensor", handler(Set.of(), query -> JsonSensor.SENSOR),
                ROOT + "clients", handler(Set.of("verdict"), Api::clients),
                ROOT + "servers", handler(Set.of("verdict", "readiness", "state"), Api::servers));
    }

    /** Handlers of what is below a path, which ends in a slash. */
    Map<String, HttpHandler> below() {
        return Map.of(
                ROOT + "clients/", exchange -> one(exchange, true),
                ROOT + "servers/", exchange -> one(exchange, false));
    }

    private HttpHandler handler(Set<String> parameters, Choice choice) {
        return exchange -> {
            JsonReport.Part part;
            try {
                Query query = Query.parse(exchange.getRequestURI().getRawQuery());
                query.allow(parameters);
                part = choice.part(query);
            } catch (Query.BadQueryException e) {
                Reply.text(exchange, 400, e.getMessage() == null ? "bad query" : e.getMessage());
                return;
            }
            bodies.shared(
                    exchange, JSON, out -> JsonReport.write(content.findings().get(), out, part));
        };
    }

    private static JsonReport.Part clients(Query query) throws Query.BadQueryException {
        Predicate<ClientVerdict> verdict = query.choice("verdict", ClientVerdict.class);
        return (findings, json) -> JsonHosts.clients(findings, client -> verdict.test(client.verdict()), json);
    }

    private static JsonReport.Part servers(Query query) throws Query.BadQueryException {
        Predicate<ServerVerdict> verdict = query.choice("verdict", ServerVerdict.class);
        Predicate<Readiness> readiness = query.choice("readiness", Readiness.class);
        Predicate<PortState> state = query.choice("state", PortState.class);
        boolean byState = query.has("state");
        return (findings, json) -> JsonHosts.servers(
                findings,
                server -> verdict.test(server.verdict())
                        && readiness.test(Readiness.of(server))
                        && (!byState || server.ports().stream().anyMatch(port -> state.test(port.state()))),
                json);
    }

    private void one(HttpExchange exchange, boolean client) throws IOException {
        Optional<IpAddress> address = lastOf(exchange.getRequestURI().getRawPath());
        if (address.isEmpty()) {
            Reply.text(exchange, 404, "not an address");
            return;
        }
        Findings findings = content.findings().get();
        Optional<JsonReport.Part> part = client ? client(findings, address.get()) : server(findings, address.get());
        if (part.isEmpty()) {
            Reply.text(exchange, 404, "not seen as a " + (client ? "client" : "server"));
        } else {
            bodies.shared(exchange, JSON, out -> JsonReport.write(findings, out, part.get()));
        }
    }

    private static Optional<JsonReport.Part> client(Findings findings, IpAddress address) {
        for (ClientView client : findings.inventory().clients()) {
            if (client.address().equals(address)) {
                return Optional.of((all, json) -> JsonDetail.client(all, client, json));
            }
        }
        return Optional.empty();
    }

    private static Optional<JsonReport.Part> server(Findings findings, IpAddress address) {
        for (ServerView server : findings.inventory().servers()) {
            if (server.address().equals(address)) {
                return Optional.of((all, json) -> JsonDetail.server(all, server, json));
            }
        }
        return Optional.empty();
    }

    private static Optional<IpAddress> lastOf(String path) {
        try {
            String text = URLDecoder.decode(path.substring(path.lastIndexOf('/') + 1), StandardCharsets.UTF_8);
            return IpAddress.parse(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
