package dev.tap445.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tap445.inventory.AcceptedDevice;
import dev.tap445.inventory.Event;
import dev.tap445.inventory.EventKind;
import dev.tap445.inventory.EventLine;
import dev.tap445.inventory.Identity;
import dev.tap445.inventory.Signing;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Subnet;
import dev.tap445.wire.Vantage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class EcsEventsTest {
    private static final long TIME = 1_772_439_220_123_000_000L;
    private static final IpAddress CLIENT = IpAddress.parse("192.0.2.7").orElseThrow();
    private static final IpAddress SERVER = IpAddress.parse("192.0.2.9").orElseThrow();
    private static final Pattern ROW = Pattern.compile("^\\| `([^`]+)` \\| ([a-z_]+)(\\[\\])? \\|", Pattern.MULTILINE);

    /** ECS 8: the values that are allowed. */
    private static final Map<String, Set<String>> ALLOWED = Map.of(
            "event.kind",
            Set.of("alert", "asset", "enrichment", "event", "metric", "state", "pipeline_error", "signal"),
            "event.category",
            Set.of(
                    "api",
                    "authentication",
                    "configuration",
                    "database",
                    "driver",
                    "email",
                    "file",
                    "host",
                    "iam",
                    "intrusion_detection",
                    "library",
                    "malware",
                    "network",
                    "package",
                    "process",
                    "registry",
                    "session",
                    "threat",
                    "vulnerability",
                    "web"),
            "event.type",
            Set.of(
                    "access",
                    "admin",
                    "allowed",
                    "change",
                    "connection",
                    "creation",
                    "deletion",
                    "denied",
                    "device",
                    "end",
                    "error",
                    "group",
                    "indicator",
                    "info",
                    "installation",
                    "protocol",
                    "start",
                    "user"));

    private final EcsEvents format = new EcsEvents("sensor-1", "1.0", List.of("eth1"));

    private static Event event(EventKind kind, @Nullable AcceptedDevice accepted) {
        boolean sensor = kind.category().equals("host");
        Identity identity = new Identity(
                "OLD\u202eDEVICE\n",
                "LAB",
                "Windows 5.1",
                "LM",
                "02:00:c6:12:01:14",
                1,
                Signing.OFF,
                0,
                List.of(Vantage.of(Vantage.VLAN, 20)));
        Event.Details details =
                new Event.Details(List.of("NT LM 0.12"), "NT LM 0.12", "smb1_only", TIME, TIME, 3, "4 offers");
        return new Event(
                "id-1",
                kind,
                TIME + 1,
                TIME,
                sensor ? null : CLIENT,
                sensor ? 0 : 49_152,
                sensor ? null : SERVER,
                sensor ? 0 : 445,
                identity,
                details,
                2,
                accepted,
                false);
    }

    private static AcceptedDevice accepted() {
        return new AcceptedDevice(Subnet.parse("192.0.2.7").orElseThrow(), false, "lab", "scope", TIME + 1000);
    }

    /** Every field of every kind of event is documented, and of the type that the document says. */
    @ParameterizedTest
    @EnumSource
    void everyFieldIsOfTheTypeThatIsDocumented(EventKind kind) throws IOException {
        Map<String, String> documented = documented();
        String line = format.apply(event(kind, accepted()));
        assertThat(line).doesNotContain("\n").isPrintable();
        JsonNode event = new ObjectMapper().readTree(line);
        List<String> fields = new ArrayList<>();
        check("", event, documented, fields);
        assertThat(fields)
                .contains("@timestamp", "event.id", "event.kind", "event.action", "observer.type", "ecs.version");
        assertThat(event.at("/event/action").textValue()).isEqualTo(kind.action());
        assertThat(Files.readString(document())).contains("`" + kind.action() + "`");
    }

    /** A document that lists what no event has would mislead as well. */
    @Test
    void everyDocumentedFieldIsThereInSomeEvent() throws IOException {
        List<String> fields = new ArrayList<>();
        for (EventKind kind : EventKind.values()) {
            JsonNode event = new ObjectMapper().readTree(format.apply(event(kind, accepted())));
            check("", event, documented(), fields);
        }
        assertThat(new TreeSet<>(fields)).isEqualTo(new TreeSet<>(documented().keySet()));
    }

    private static void check(String name, JsonNode node, Map<String, String> documented, List<String> fields) {
        if (node.isObject()) {
            node.properties()
                    .forEach(entry -> check(
                            name.isEmpty() ? entry.getKey() : name + "." + entry.getKey(),
                            entry.getValue(),
                            documented,
                            fields));
            return;
        }
        fields.add(name);
        String type = documented.get(name);
        assertThat(type).as(name + " is not documented").isNotNull();
        assertThat(node.isArray()).as(name).isEqualTo(type != null && type.endsWith("[]"));
        Iterable<JsonNode> values = node.isArray() ? node : List.of(node);
        for (JsonNode value : values) {
            value(name, String.valueOf(type).replace("[]", ""), value);
        }
    }

    private static void value(String name, String type, JsonNode value) {
        switch (type) {
            case "keyword", "match_only_text" ->
                assertThat(value.isTextual()).as(name).isTrue();
            case "long" -> assertThat(value.isIntegralNumber()).as(name).isTrue();
            case "boolean" -> assertThat(value.isBoolean()).as(name).isTrue();
            case "date" -> assertThat(Instant.parse(value.textValue())).as(name).isNotNull();
            case "ip" -> assertThat(IpAddress.parse(value.textValue())).as(name).isPresent();
            default -> throw new AssertionError("type " + type + " of " + name + " is none of ECS");
        }
        if (ALLOWED.containsKey(name)) {
            assertThat(ALLOWED.get(name)).as(name).contains(value.textValue());
        }
    }

    private static Path document() {
        return Path.of(System.getProperty("tap445.root", "..")).resolve("deploy/events.md");
    }

    private static Map<String, String> documented() throws IOException {
        Map<String, String> fields = new TreeMap<>();
        Matcher rows = ROW.matcher(Files.readString(document()));
        while (rows.find()) {
            fields.put(rows.group(1), rows.group(2) + (rows.group(3) == null ? "" : "[]"));
        }
        assertThat(fields).hasSizeGreaterThan(20);
        return fields;
    }

    @Test
    void anAlertIsNoneWhileTheDeviceIsAccepted() throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        JsonNode alert = mapper.readTree(format.apply(event(EventKind.SMB1_CLIENT_FIRST_SEEN, null)));
        JsonNode quiet = mapper.readTree(format.apply(event(EventKind.SMB1_CLIENT_FIRST_SEEN, accepted())));
        assertThat(alert.at("/event/kind").textValue()).isEqualTo("alert");
        assertThat(quiet.at("/event/kind").textValue()).isEqualTo("event");
        assertThat(quiet.at("/tap445/acceptance/owner").textValue()).isEqualTo("lab");
    }

    /** The examples of the specification's reference implementation. */
    @Test
    void communityIdIsThatOfOtherTools() {
        IpAddress a = IpAddress.parse("128.232.110.120").orElseThrow();
        IpAddress b = IpAddress.parse("66.35.250.204").orElseThrow();
        assertThat(CommunityId.of(a, 34855, b, 80)).isEqualTo("1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
        assertThat(CommunityId.of(b, 80, a, 34855)).isEqualTo("1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
    }

    @Test
    void theFileIsRotatedAndNothingIsLost(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("events.jsonl");
        EventTarget target = new EventTarget.RotatedFile(file, 1000, 3);
        for (int i = 0; i < 30; i++) {
            target.write(List.of(String.format("%0100d", i)));
        }
        List<String> all = new ArrayList<>();
        for (String name : List.of("events.jsonl.3", "events.jsonl.2", "events.jsonl.1", "events.jsonl")) {
            Path part = directory.resolve(name);
            if (Files.exists(part)) {
                all.addAll(Files.readAllLines(part));
            }
        }
        assertThat(all).hasSize(30).isSorted();
        assertThat(Files.size(file)).isLessThan(1200);
    }

    @Test
    void aLineBeginsWhereTheOneBeforeWasCut(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("events.jsonl"), "{\"a\":1}\n{\"cut\":");
        new EventTarget.RotatedFile(file, 1000, 3).write(List.of("{}"));
        assertThat(Files.readAllLines(file)).containsExactly("{\"a\":1}", "{\"cut\":", "{}");
    }

    @Test
    void aFullDiskLeavesNoHalfLine(@TempDir Path directory) throws Exception {
        assumeThat(System.getProperty("user.name"))
                .as("a tmpfs is mounted by root")
                .isEqualTo("root");
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=32k", "tmpfs", directory.toString()))
                .as("a tmpfs can be mounted")
                .isZero();
        try {
            Path file = directory.resolve("events.jsonl");
            EventTarget target = new EventTarget.RotatedFile(file, 1 << 20, 3);
            target.write(List.of("x".repeat(5000)));
            Path ballast = Files.write(directory.resolve("ballast"), new byte[16384]);
            assertThatThrownBy(() -> target.write(List.of("y".repeat(12_000)))).isInstanceOf(IOException.class);
            assertThat(Files.size(file)).isEqualTo(5001);
            Files.delete(ballast);
            target.write(List.of("y".repeat(12_000)));
            assertThat(Files.readAllLines(file)).containsExactly("x".repeat(5000), "y".repeat(12_000));
        } finally {
            assertThat(run("umount", directory.toString())).isZero();
        }
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }

    @Test
    void aTargetThatFailsIsTriedAgainAfterTheNextStart(@TempDir Path directory) {
        List<String> sent = Collections.synchronizedList(new ArrayList<>());
        Path missing = directory.resolve("no/such/directory/events.jsonl");
        try (EventWriter writer = new EventWriter(new EventTarget.RotatedFile(missing, 1000, 3), sent::addAll)) {
            writer.accept(List.of(new EventLine("id", "a", 1, "", "{}")));
        }
        assertThat(sent).isEmpty();
    }
}
