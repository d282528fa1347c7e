package dev.tap445.inventory;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tap445.decode.Dialects;
import dev.tap445.decode.IdentityField;
import dev.tap445.track.Outcome;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Vantage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A host with all that the store keeps of it, as JSON and back. */
final class HostJson {
    private HostJson() {}

    static void write(HostRecord host, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("address", host.address().toString());
        json.writeNumberField("worth", host.worth());
        times(json, host.firstSeen(), host.lastSeen());
        json.writeStringField("last_life", Instants.text(host.lastLife()));
        HostRecord.Device device = host.device();
        json.writeStringField("mac", device.mac() < 0 ? "" : MacTable.text(device.mac()));
        json.writeStringField("mac_seen", Instants.text(device.macSeen()));
        json.writeNumberField("signing", device.signing());
        json.writeNumberField("guest_sessions", device.guestSessions());
        json.writeArrayFieldStart("texts");
        for (HostRecord.Text text : device.texts()) {
            json.writeStartObject();
            json.writeStringField("field", text.field().name().toLowerCase(Locale.ROOT));
            json.writeStringField("text", text.text());
            json.writeStringField("seen", Instants.text(text.seen()));
            json.writeEndObject();
        }
        json.writeEndArray();
        seenIn(device, json);
        HostRecord.Client client = host.client();
        if (client != null) {
            client(client, json);
        }
        HostRecord.Server server = host.server();
        if (server != null) {
            server(server, json);
        }
        json.writeEndObject();
    }

    private static void seenIn(HostRecord.Device device, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("seen_in");
        for (HostRecord.Sighting sighting : device.seenIn()) {
            json.writeStartObject();
            json.writeStringField("vantage", Vantage.text(sighting.vantage()));
            json.writeStringField("seen", Instants.text(sighting.seen()));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void times(JsonGenerator json, long first, long last) throws IOException {
        json.writeStringField("first_seen", Instants.text(first));
        json.writeStringField("last_seen", Instants.text(last));
    }

    private static void smb1Times(JsonGenerator json, long first, long last) throws IOException {
        json.writeStringField("smb1_first_seen", Instants.text(first));
        json.writeStringField("smb1_last_seen", Instants.text(last));
    }

    private static void client(HostRecord.Client client, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("client");
        json.writeStringField("verdict", client.verdict());
        times(json, client.firstSeen(), client.lastSeen());
        smb1Times(json, client.smb1First(), client.smb1Last());
        json.writeNumberField("smb1_sessions", client.sessions());
        json.writeNumberField("smb1_messages", client.messages());
        json.writeNumberField("smb1_bytes", client.bytes());
        json.writeNumberField("smb1_refused", client.refused());
        json.writeNumberField("unanswered_syns", client.unansweredSyns());
        json.writeBooleanField("smb2_proven", client.smb2Proven());
        json.writeBooleanField("scanner", client.scanner());
        json.writeObjectFieldStart("offers");
        json.writeNumberField("smb1_only", client.offers().smb1Only());
        json.writeNumberField("smb1_and_smb2", client.offers().smb1AndSmb2());
        json.writeNumberField("smb2_only", client.offers().smb2Only());
        json.writeNumberField("incomplete", client.offers().incomplete());
        json.writeEndObject();
        json.writeArrayFieldStart("dialects");
        for (String dialect : client.dialects()) {
            json.writeString(dialect);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("pairs");
        for (HostRecord.PairRecord pair : client.pairs()) {
            json.writeStartObject();
            json.writeStringField("server", pair.server().toString());
            smb1Times(json, pair.first(), pair.last());
            json.writeObjectFieldStart("sessions");
            for (Map.Entry<String, Long> sessions : pair.sessions().entrySet()) {
                json.writeNumberField(sessions.getKey(), sessions.getValue());
            }
            json.writeEndObject();
            json.writeNumberField("smb1_messages", pair.messages());
            json.writeNumberField("smb1_bytes", pair.bytes());
            json.writeNumberField("smb1_refused", pair.refused());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void server(HostRecord.Server server, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("server");
        json.writeStringField("verdict", server.verdict());
        times(json, server.firstSeen(), server.lastSeen());
        smb1Times(json, server.smb1First(), server.smb1Last());
        json.writeNumberField("smb1_sessions", server.smb1Sessions());
        json.writeArrayFieldStart("answers");
        for (AnswerCount answer : server.answers()) {
            json.writeStartObject();
            json.writeStringField("dialect", answer.dialect());
            json.writeStringField("offer", answer.offer());
            json.writeNumberField("count", answer.count());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("ports");
        for (HostRecord.PortRecord port : server.ports()) {
            json.writeStartObject();
            json.writeNumberField("port", port.port());
            json.writeStringField("state", port.state());
            json.writeStringField("silent_since", Instants.text(port.silentSince()));
            json.writeStringField("last_answer", Instants.text(port.lastAnswer()));
            json.writeStringField("last_refused", Instants.text(port.lastRefused()));
            json.writeStringField("last_unreachable", Instants.text(port.lastUnreachable()));
            json.writeStringField("last_one_way", Instants.text(port.lastOneWay()));
            json.writeObjectFieldStart("handshakes");
            for (Map.Entry<Outcome, Long> outcome : port.outcomes().entrySet()) {
                json.writeNumberField(outcome.getKey().label(), outcome.getValue());
            }
            json.writeEndObject();
            json.writeNumberField("unanswered_syns", port.unansweredSyns());
            json.writeNumberField("syn_retransmissions", port.synRetransmissions());
            json.writeNumberField("wrong_acknowledgements", port.wrongAcknowledgements());
            json.writeArrayFieldStart("attempts");
            for (HostRecord.Attempt attempt : port.unanswered()) {
                json.writeStartObject();
                json.writeStringField("client", attempt.client().toString());
                json.writeStringField("first_syn", Instants.text(attempt.firstSyn()));
                json.writeStringField("last_syn", Instants.text(attempt.lastSyn()));
                json.writeNumberField("syns", attempt.syns());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    static HostRecord read(JsonValue host) {
        List<HostRecord.Text> texts = new ArrayList<>(2);
        for (JsonValue text : host.list("texts")) {
            texts.add(new HostRecord.Text(
                    IdentityField.valueOf(text.text("field").toUpperCase(Locale.ROOT)),
                    text.text("text"),
                    text.time("seen")));
        }
        List<HostRecord.Sighting> seenIn = new ArrayList<>(2);
        for (JsonValue sighting : host.list("seen_in")) {
            Vantage.parse(sighting.text("vantage"))
                    .ifPresent(known -> seenIn.add(new HostRecord.Sighting(known, sighting.time("seen"))));
        }
        HostRecord.Device device = new HostRecord.Device(
                MacTable.parse(host.text("mac")),
                host.time("mac_seen"),
                host.has("signing") ? (int) host.number("signing") : -1,
                host.number("guest_sessions"),
                texts,
                seenIn);
        return new HostRecord(
                address(host.text("address")),
                Math.clamp(host.number("worth"), 0, 4),
                host.time("first_seen"),
                host.time("last_seen"),
                host.time("last_life"),
                device,
                client(host.object("client")),
                server(host.object("server")),
                List.of());
    }

    private static IpAddress address(String text) {
        return IpAddress.parse(text).orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no address"));
    }

    private static HostRecord.@Nullable Client client(@Nullable JsonValue client) {
        if (client == null) {
            return null;
        }
        List<HostRecord.PairRecord> pairs = new ArrayList<>();
        for (JsonValue pair : client.list("pairs")) {
            pairs.add(new HostRecord.PairRecord(
                    address(pair.text("server")),
                    pair.numbers("sessions"),
                    pair.number("smb1_messages"),
                    pair.number("smb1_bytes"),
                    pair.number("smb1_refused"),
                    pair.time("smb1_first_seen"),
                    pair.time("smb1_last_seen")));
        }
        Map<String, Long> offers = client.numbers("offers");
        return new HostRecord.Client(
                client.time("first_seen"),
                client.time("last_seen"),
                client.time("smb1_first_seen"),
                client.time("smb1_last_seen"),
                client.number("smb1_sessions"),
                client.number("smb1_messages"),
                client.number("smb1_bytes"),
                client.number("smb1_refused"),
                client.number("unanswered_syns"),
                client.flag("smb2_proven"),
                client.flag("scanner"),
                client.text("verdict"),
                new OfferCounts(
                        offers.getOrDefault("smb1_only", 0L),
                        offers.getOrDefault("smb1_and_smb2", 0L),
                        offers.getOrDefault("smb2_only", 0L),
                        offers.getOrDefault("incomplete", 0L)),
                client.texts("dialects"),
                pairs);
    }

    private static HostRecord.@Nullable Server server(@Nullable JsonValue server) {
        if (server == null) {
            return null;
        }
        List<AnswerCount> answers = new ArrayList<>();
        for (JsonValue answer : server.list("answers")) {
            String dialect = answer.text("dialect");
            String family = Dialects.family(Dialects.ofName(dialect));
            answers.add(new AnswerCount(dialect, family, answer.text("offer"), answer.number("count")));
        }
        List<HostRecord.PortRecord> ports = new ArrayList<>();
        for (JsonValue port : server.list("ports")) {
            ports.add(port(port));
        }
        return new HostRecord.Server(
                server.time("first_seen"),
                server.time("last_seen"),
                server.time("smb1_first_seen"),
                server.time("smb1_last_seen"),
                server.number("smb1_sessions"),
                server.text("verdict"),
                answers,
                ports);
    }

    private static HostRecord.PortRecord port(JsonValue port) {
        Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
        port.numbers("handshakes")
                .forEach((label, count) -> outcomes.put(Outcome.valueOf(label.toUpperCase(Locale.ROOT)), count));
        List<HostRecord.Attempt> attempts = new ArrayList<>();
        for (JsonValue attempt : port.list("attempts")) {
            attempts.add(new HostRecord.Attempt(
                    address(attempt.text("client")), attempt.time("first_syn"), attempt.time("last_syn"), (int)
                            attempt.number("syns")));
        }
        return new HostRecord.PortRecord(
                (int) port.number("port"),
                outcomes,
                port.number("unanswered_syns"),
                port.number("syn_retransmissions"),
                port.number("wrong_acknowledgements"),
                port.time("last_answer"),
                port.time("last_refused"),
                port.time("last_unreachable"),
                port.time("last_one_way"),
                port.text("state"),
                port.time("silent_since"),
                attempts);
    }
}
