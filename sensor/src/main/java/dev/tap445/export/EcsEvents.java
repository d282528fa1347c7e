package dev.tap445.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.tap445.inventory.AcceptedDevice;
import dev.tap445.inventory.Event;
import dev.tap445.inventory.Identity;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Vantage;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes an event as one line of JSON in the Elastic Common Schema; what ECS has no field for is under {@code smb}, named
 * as Suricata names it, and {@code tap445}. Field by field in {@code deploy/events.md}. Any thread.
 */
public final class EcsEvents implements Function<Event, String> {
    static final String ECS_VERSION = "8.17.0";
    private static final JsonFactory FACTORY =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final String observer;
    private final String version;
    private final List<String> interfaces;

    /** {@code observer} is the name of this sensor's machine. */
    public EcsEvents(String observer, String version, List<String> interfaces) {
        this.observer = observer;
        this.version = version;
        this.interfaces = List.copyOf(interfaces);
    }

    @Override
    public String apply(Event event) {
        StringWriter line = new StringWriter(1024);
        try (JsonGenerator json = FACTORY.createGenerator(line)) {
            json.writeStartObject();
            Json.time(json, "@timestamp", event.start() == 0 ? event.time() : event.start());
            json.writeStringField("message", message(event));
            json.writeObjectFieldStart("ecs");
            json.writeStringField("version", ECS_VERSION);
            json.writeEndObject();
            event(event, json);
            observer(json);
            connection(event, json);
            smb(event, json);
            own(event, json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return line.toString();
    }

    private static void event(Event event, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("event");
        json.writeStringField("id", event.id());
        json.writeStringField("kind", event.isAlert() ? "alert" : "event");
        Json.strings(json, "category", List.of(event.kind().category()));
        Json.strings(json, "type", List.of(event.kind().type()));
        json.writeStringField("action", event.kind().action());
        json.writeStringField("module", "tap445");
        json.writeStringField("dataset", "tap445.events");
        Json.time(json, "created", event.time());
        json.writeStringField("reason", Printable.of(event.details().reason()));
        json.writeEndObject();
    }

    private void observer(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("observer");
        json.writeStringField("hostname", observer);
        json.writeStringField("type", "sensor");
        json.writeStringField("vendor", "tap445");
        json.writeStringField("product", "tap445");
        json.writeStringField("version", version);
        if (interfaces.size() == 1) {
            json.writeObjectFieldStart("ingress");
            json.writeObjectFieldStart("interface");
            json.writeStringField("name", interfaces.getFirst());
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void connection(Event event, JsonGenerator json) throws IOException {
        IpAddress client = event.client();
        IpAddress server = event.server();
        boolean aboutServer = server != null && server.equals(event.subject());
        end("source", client, event.clientPort(), aboutServer ? null : event.identity(), json);
        end("destination", server, event.serverPort(), aboutServer ? event.identity() : null, json);
        IpAddress any = client != null ? client : server;
        if (any == null) {
            return;
        }
        json.writeObjectFieldStart("network");
        json.writeStringField("transport", "tcp");
        json.writeStringField("type", any.isV4() ? "ipv4" : "ipv6");
        json.writeStringField("protocol", "smb");
        int vlan = event.identity().lastIn(Vantage.VLAN);
        if (vlan >= 0) {
            json.writeObjectFieldStart("vlan");
            json.writeStringField("id", Integer.toString(vlan));
            json.writeEndObject();
        }
        if (client != null && server != null && event.clientPort() != 0) {
            json.writeStringField(
                    "community_id", CommunityId.of(client, event.clientPort(), server, event.serverPort()));
        }
        json.writeEndObject();
        json.writeObjectFieldStart("related");
        Json.strings(
                json,
                "ip",
                Stream.of(client, server)
                        .filter(Objects::nonNull)
                        .map(IpAddress::withoutZone)
                        .toList());
        String hostname = event.identity().hostname();
        Json.strings(json, "hosts", hostname == null ? List.of() : List.of(Printable.of(hostname)));
        json.writeEndObject();
    }

    private static void end(
            String name, @Nullable IpAddress address, int port, @Nullable Identity identity, JsonGenerator json)
            throws IOException {
        if (address == null) {
            return;
        }
        json.writeObjectFieldStart(name);
        json.writeStringField("ip", address.withoutZone().toString());
        json.writeStringField("address", address.toString());
        if (port != 0) {
            json.writeNumberField("port", port);
        }
        if (identity != null && identity.mac() != null) {
            json.writeStringField("mac", identity.mac().toUpperCase(Locale.ROOT).replace(':', '-'));
        }
        if (identity != null && identity.hostname() != null) {
            json.writeStringField("domain", Printable.of(identity.hostname()));
        }
        json.writeEndObject();
    }

    private static void smb(Event event, JsonGenerator json) throws IOException {
        String dialect = event.details().dialect();
        List<String> offered = event.details().dialects();
        if (dialect == null && offered.isEmpty()) {
            return;
        }
        json.writeObjectFieldStart("smb");
        if (dialect != null) {
            json.writeStringField("dialect", Printable.of(dialect));
        }
        Json.strings(
                json, "client_dialects", offered.stream().map(Printable::of).toList());
        json.writeEndObject();
    }

    private static void own(Event event, JsonGenerator json) throws IOException {
        Event.Details details = event.details();
        json.writeObjectFieldStart("tap445");
        if (details.verdict() != null) {
            json.writeStringField("verdict", details.verdict());
        }
        if (event.identity().nativeOs() != null) {
            json.writeStringField("native_os", Printable.of(event.identity().nativeOs()));
        }
        if (details.lastAnswer() != 0) {
            Json.time(json, "last_answer", details.lastAnswer());
        }
        if (details.since() != 0) {
            Json.time(json, "since", details.since());
        }
        json.writeNumberField("count", details.count());
        json.writeNumberField("held_back", event.heldBack());
        json.writeBooleanField("learning", event.learning());
        AcceptedDevice accepted = event.acceptance();
        json.writeBooleanField("accepted", accepted != null && !accepted.isExpired(event.time()));
        if (accepted != null) {
            json.writeObjectFieldStart("acceptance");
            json.writeStringField("owner", accepted.owner());
            json.writeStringField("reason", accepted.reason());
            if (accepted.until() != 0) {
                Json.time(json, "until", accepted.until());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static String message(Event event) {
        String client = host(event.client(), event);
        String server = host(event.server(), event) + (event.serverPort() == 0 ? "" : " port " + event.serverPort());
        String with = event.server() == null ? "" : " with " + server;
        return switch (event.kind()) {
            case SMB1_CLIENT_FIRST_SEEN -> client + " speaks SMB1" + with + ", seen for the first time";
            case SMB1_CLIENT_RETURNED ->
                client + " speaks SMB1 again" + with + ", for the first time since "
                        + Times.minutes(event.details().since());
            case SMB1_REFUSED -> client + " offers SMB1 alone and is refused by " + server;
            case SERVER_SILENT ->
                server + " is alive and does not answer"
                        + (event.details().lastAnswer() == 0
                                ? ""
                                : "; its last answer was "
                                        + Times.minutes(event.details().lastAnswer()));
            case SERVER_ANSWERING -> server + " is silent no more";
            case SCANNER_DETECTED -> client + " scans: " + event.details().count() + " destinations";
            case ACCEPTANCE_EXPIRED -> "the acceptance of " + client + " has run out";
            case VISIBILITY_LOST, VISIBILITY_RESTORED, SENSOR_DROPPING, SENSOR_DROPPING_ENDED ->
                event.kind().action().replace('-', ' ') + ": " + event.details().reason();
        };
    }

    private static String host(@Nullable IpAddress address, Event event) {
        if (address == null) {
            return "a host";
        }
        String name = address.equals(event.subject()) ? event.identity().hostname() : null;
        return name == null ? address.toString() : address + " (" + Printable.of(name) + ")";
    }
}
