package dev.tap445.export;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PairView;
import dev.tap445.inventory.PortView;
import dev.tap445.inventory.ServerView;
import dev.tap445.wire.IpAddress;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** One host with everything that is known around it: the pairs it is part of, and who is on the other side. */
final class JsonDetail {
    private JsonDetail() {}

    /** {@code client}, its {@code pairs}, and its {@code servers}. */
    static void client(Findings findings, ClientView client, JsonGenerator json) throws IOException {
        InventorySnapshot snapshot = findings.inventory();
        Json.time(json, "time", snapshot.time());
        json.writeFieldName("client");
        JsonHosts.client(findings, client, json);
        JsonHosts.pairs(findings, pair -> pair.client().equals(client.address()), json);
        Set<IpAddress> servers = new HashSet<>(client.servers());
        JsonHosts.servers(findings, server -> servers.contains(server.address()), json);
    }

    /** {@code server}, its {@code pairs}, its {@code attempts} nothing answered, and the {@code clients} of these. */
    static void server(Findings findings, ServerView server, JsonGenerator json) throws IOException {
        InventorySnapshot snapshot = findings.inventory();
        Json.time(json, "time", snapshot.time());
        json.writeFieldName("server");
        JsonHosts.server(findings, server, json);
        Predicate<PairView> mine = pair -> pair.server().equals(server.address());
        JsonHosts.pairs(findings, mine, json);
        attempts(server.ports(), json);
        Set<IpAddress> clients = new HashSet<>();
        for (PairView pair : snapshot.pairs()) {
            if (mine.test(pair)) {
                clients.add(pair.client());
            }
        }
        server.ports().forEach(port -> port.attempts().forEach(attempt -> clients.add(attempt.client())));
        JsonHosts.clients(findings, client -> clients.contains(client.address()), json);
    }

    private static void attempts(List<PortView> ports, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("attempts");
        for (PortView port : ports) {
            for (PortView.Attempt attempt : port.attempts()) {
                json.writeStartObject();
                json.writeNumberField("port", port.port());
                json.writeStringField("client", attempt.client().toString());
                Json.time(json, "first_syn", attempt.firstSyn());
                Json.time(json, "last_syn", attempt.lastSyn());
                json.writeNumberField("syns", attempt.syns());
                json.writeEndObject();
            }
        }
        json.writeEndArray();
    }
}
