package dev.tap445.export;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tap445.inventory.AcceptedDevice;
import dev.tap445.inventory.AnswerCount;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.HandshakeCounts;
import dev.tap445.inventory.Identity;
import dev.tap445.inventory.OfferCounts;
import dev.tap445.inventory.PairView;
import dev.tap445.inventory.PortView;
import dev.tap445.inventory.ServerView;
import dev.tap445.wire.Vantage;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The {@code clients}, {@code servers} and {@code pairs} parts of the JSON report. */
final class JsonHosts {
    private JsonHosts() {}

    static void clients(Findings findings, Predicate<ClientView> which, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("clients");
        for (ClientView client : findings.inventory().clients()) {
            if (which.test(client)) {
                client(findings, client, json);
            }
        }
        json.writeEndArray();
    }

    static void servers(Findings findings, Predicate<ServerView> which, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("servers");
        for (ServerView server : findings.inventory().servers()) {
            if (which.test(server)) {
                server(findings, server, json);
            }
        }
        json.writeEndArray();
    }

    static void pairs(Findings findings, Predicate<PairView> which, JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("pairs");
        for (PairView pair : findings.inventory().pairs()) {
            if (which.test(pair)) {
                pair(findings, pair, json);
            }
        }
        json.writeEndArray();
    }

    private static void pair(Findings findings, PairView pair, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("client", pair.client().toString());
        json.writeStringField("server", pair.server().toString());
        json.writeObjectFieldStart("smb1_sessions");
        json.writeNumberField("smb1_only", pair.sessionsSmb1Only());
        json.writeNumberField("smb1_and_smb2", pair.sessionsSmb1AndSmb2());
        json.writeNumberField("unseen", pair.unseenOffer());
        json.writeEndObject();
        json.writeNumberField("smb1_messages", pair.messages());
        json.writeNumberField("smb1_bytes", pair.bytes());
        json.writeNumberField("smb1_refused", pair.refused());
        Json.time(json, "first_seen", pair.firstSeen());
        Json.time(json, "last_seen", pair.lastSeen());
        long now = findings.inventory().time();
        accepted(findings.accepted().find(pair.client(), pair.server(), now), now, json);
        json.writeEndObject();
    }

    static void client(Findings findings, ClientView client, JsonGenerator json) throws IOException {
        Identity identity = client.identity();
        json.writeStartObject();
        json.writeStringField("address", client.address().toString());
        json.writeStringField("verdict", client.verdict().label());
        offers(client.offers(), json);
        Json.strings(json, "dialects", client.dialects());
        json.writeNumberField("smb1_sessions", client.smb1Sessions());
        json.writeNumberField("smb1_messages", client.smb1Messages());
        json.writeNumberField("smb1_refused", client.smb1Refused());
        Json.string(json, "hostname", identity.hostname());
        Json.string(json, "native_os", identity.nativeOs());
        Json.string(json, "native_lanman", identity.nativeLanman());
        Json.string(json, "mac", identity.mac());
        Json.time(json, "first_seen", client.firstSeen());
        Json.time(json, "last_seen", client.lastSeen());
        json.writeBooleanField("scanner", client.scanner());
        Json.strings(json, "servers", client.servers());
        json.writeStringField("reason", client.reason());
        json.writeStringField("without_smb1", client.verdict().withoutSmb1());
        identityExtras(identity, json);
        json.writeNumberField("smb1_bytes", client.smb1Bytes());
        Json.time(json, "smb1_first_seen", client.smb1FirstSeen());
        Json.time(json, "smb1_last_seen", client.smb1LastSeen());
        json.writeNumberField("destinations", client.destinations());
        json.writeNumberField("unanswered_syns", client.unansweredSyns());
        json.writeBooleanField("scanner_allowed", client.scannerAllowed());
        accepted(
                findings.accepted().find(client.address()), findings.inventory().time(), json);
        json.writeEndObject();
    }

    /** While it lasts. */
    private static void accepted(@Nullable AcceptedDevice device, long now, JsonGenerator json) throws IOException {
        if (device == null || device.isExpired(now)) {
            return;
        }
        json.writeObjectFieldStart("accepted");
        json.writeStringField("owner", device.owner());
        json.writeStringField("reason", device.reason());
        Json.time(json, "until", device.until());
        json.writeEndObject();
    }

    private static void offers(OfferCounts offers, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("offers");
        json.writeNumberField("smb1_only", offers.smb1Only());
        json.writeNumberField("smb1_and_smb2", offers.smb1AndSmb2());
        json.writeNumberField("smb2_only", offers.smb2Only());
        json.writeNumberField("incomplete", offers.incomplete());
        json.writeEndObject();
    }

    private static void identityExtras(Identity identity, JsonGenerator json) throws IOException {
        Json.string(json, "domain", identity.domain());
        json.writeNumberField("mac_addresses", identity.macAddresses());
        json.writeStringField("signing", identity.signing().label());
        json.writeNumberField("guest_sessions", identity.guestSessions());
        number(json, "vlan", identity.lastIn(Vantage.VLAN));
        number(json, "vni", identity.lastIn(Vantage.VNI));
        number(json, "erspan_session", identity.lastIn(Vantage.ERSPAN));
        Json.strings(json, "seen_in", identity.seenInTexts());
    }

    private static void number(JsonGenerator json, String name, int value) throws IOException {
        if (value < 0) {
            json.writeNullField(name);
        } else {
            json.writeNumberField(name, value);
        }
    }

    static void server(Findings findings, ServerView server, JsonGenerator json) throws IOException {
        Identity identity = server.identity();
        json.writeStartObject();
        json.writeStringField("address", server.address().toString());
        json.writeStringField("verdict", server.verdict().label());
        Json.counts(json, "answers", answers(server));
        Json.strings(json, "dependent_clients", server.dependentClients());
        json.writeArrayFieldStart("ports");
        for (PortView port : server.ports()) {
            port(port, json);
        }
        json.writeEndArray();
        json.writeStringField("reason", server.reason());
        json.writeBooleanField("ready", server.ready());
        json.writeStringField("readiness", Readiness.of(server).label());
        Json.string(json, "hostname", identity.hostname());
        Json.string(json, "native_os", identity.nativeOs());
        Json.string(json, "native_lanman", identity.nativeLanman());
        Json.string(json, "mac", identity.mac());
        identityExtras(identity, json);
        Json.time(json, "first_seen", server.firstSeen());
        Json.time(json, "last_seen", server.lastSeen());
        Json.time(json, "smb1_first_seen", server.smb1FirstSeen());
        Json.time(json, "smb1_last_seen", server.smb1LastSeen());
        Json.time(json, "last_life", server.lastLife());
        accepted(
                findings.accepted().find(server.address()), findings.inventory().time(), json);
        json.writeEndObject();
    }

    /** Answers by dialect, summed over the offers they were given to; sorted. */
    static Map<String, Long> answers(ServerView server) {
        Map<String, Long> answers = new TreeMap<>();
        for (AnswerCount answer : server.answers()) {
            answers.merge(answer.dialect(), answer.count(), Long::sum);
        }
        return answers;
    }

    private static void port(PortView port, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("port", port.port());
        json.writeStringField("state", port.state().label());
        HandshakeCounts handshakes = port.handshakes();
        json.writeObjectFieldStart("handshakes");
        json.writeNumberField("answered", handshakes.answered());
        json.writeNumberField("refused", handshakes.refused());
        json.writeNumberField("unreachable", handshakes.unreachable());
        json.writeNumberField("unanswered", handshakes.unanswered());
        json.writeNumberField("one_way", handshakes.oneWay());
        json.writeNumberField("aborted", handshakes.aborted());
        json.writeNumberField("pending", handshakes.pending());
        json.writeEndObject();
        json.writeNumberField("syn_retransmissions", port.synRetransmissions());
        Json.time(json, "last_answer", port.lastAnswer());
        Json.string(json, "state_suppressed", port.suppressed());
        json.writeNumberField("unanswered_syns", port.unansweredSyns());
        json.writeNumberField("wrong_acknowledgements", port.wrongAcknowledgements());
        Json.time(json, "silent_since", port.silentSince());
        json.writeBooleanField("went_dark", port.wentDark());
        json.writeEndObject();
    }
}
