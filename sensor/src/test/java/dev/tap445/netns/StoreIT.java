package dev.tap445.netns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tap445.support.Traffic;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * The packaged sensor with a store: a start with 100 000 known hosts, and more than a thousand new SMB1 clients a second,
 * reloads in between, a kill in the end.
 */
@Tag("netns")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class StoreIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int KNOWN = 100_000;
    private static final int KNOWN_SERVERS = 1_000;
    private static final int CLIENTS = 11_000;
    private static final long MORE = 10_000;
    private static final int CLIENTS_A_SECOND = 1_100;
    private static final int PACKETS_EACH = 11;
    /** Seconds of one processor until it is ready, asked over HTTP all the while, whatever else the machine does. */
    private static final double START_SECONDS = 10;

    private Lab lab;
    private Path state;
    private Path events;
    private Path accepted;

    @SuppressWarnings("NullAway.Init") // started by the second test, used by those after it
    private Sensor sensor;

    @BeforeAll
    void start() throws Exception {
        lab = Lab.open();
        Sensor.prepare();
        state = lab.folder().resolve("state");
        events = lab.folder().resolve("events.json");
        accepted = lab.folder().resolve("accepted.yaml");
        lab.run("lab_mirror wire");
    }

    @AfterAll
    void end() {
        if (sensor != null) {
            sensor.close();
        }
        if (lab != null) {
            lab.close();
        }
    }

    private record Ran(int code, String text) {}

    private Ran tap445(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Lab.ROOT.resolve("sensor/bin/tap445").toString());
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(lab.folder(), "tap445", ".out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        process.getOutputStream().close();
        return new Ran(process.waitFor(), Files.readString(out));
    }

    /** Clients with SMB1 by their first time of it, as the report of the store has them. */
    private Map<String, String> clients(Path directory) throws IOException, InterruptedException {
        Ran report = tap445("report", "--state-dir", directory.toString(), "--format", "json");
        assertThat(report.code).as(() -> report.text).isZero();
        Map<String, String> clients = new HashMap<>();
        for (JsonNode client : JSON.readTree(report.text).path("clients")) {
            clients.put(
                    client.path("address").asText(), client.path("first_seen").asText());
        }
        return clients;
    }

    @Test
    @Order(1)
    void isReadySoonWithAHundredThousandKnownHosts() throws Exception {
        Path known = inventory(lab.folder().resolve("known.json"));
        Path large = large();
        Ran imported = tap445("import", "--state-dir", large.toString(), known.toString());
        assertThat(imported.text).isEqualTo(KNOWN + " hosts imported\n");
        Files.delete(known);
        long begin = System.nanoTime();
        try (Sensor loading = Sensor.startWith(lab, "wire", "--state-dir", large.toString())) {
            Set<String> before = new TreeSet<>();
            while (loading.status("/-/ready") != 200) {
                int healthy = loading.status("/-/healthy");
                if (healthy != 0) {
                    before.add(healthy + " " + loading.status("/metrics"));
                }
                assertThat(loading.isAlive()).as(loading::log).isTrue();
                assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(60));
            }
            double wall = (System.nanoTime() - begin) / 1e9;
            double processor = loading.processorTime().toMillis() / 1e3;
            System.out.printf("ready with %d hosts after %.1f s, %.1f s of processor%n", KNOWN, wall, processor);
            assertThat(before).as("healthy and no metrics, while it loads").contains("200 503");
            assertThat(processor).isLessThan(START_SECONDS);
            assertThat(loading.metrics().series().get("tap445_hosts")).isEqualTo(KNOWN);
        }
    }

    /** Both would end the process the JVM's way, were they not heeded from the beginning. */
    @Test
    @Order(2)
    void heedsSignalsWhileItLoads() throws Exception {
        try (Sensor loading = Sensor.startWith(lab, "wire", "--state-dir", large().toString())) {
            awaitLoading(loading);
            loading.signal("HUP");
            loading.signal("HUP");
            loading.awaitReady();
            loading.await(30, "one reload", () -> loading.log().split("configuration reloaded", -1).length == 2);
        }
        try (Sensor loading = Sensor.startWith(lab, "wire", "--state-dir", large().toString())) {
            awaitLoading(loading);
            assertThat(loading.stop("TERM").code()).as(loading::log).isZero();
            assertThat(loading.log()).contains("stopped while it read the store");
        }
    }

    private Path large() {
        return lab.folder().resolve("large");
    }

    private static void awaitLoading(Sensor sensor) {
        sensor.await(20, "alive", () -> sensor.status("/-/healthy") == 200);
        assertThat(sensor.status("/-/ready")).isEqualTo(503);
    }

    /** Clients with two servers each. */
    private static Path inventory(Path file) throws IOException {
        String times = "\"first_seen\":\"2026-01-01T08:00:00Z\",\"last_seen\":\"2026-02-01T08:00:00Z\","
                + "\"smb1_first_seen\":\"2026-01-01T08:00:00Z\",\"smb1_last_seen\":\"2026-02-01T08:00:00Z\"";
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("{\"hosts\":[");
            for (int i = 0; i < KNOWN; i++) {
                boolean server = i < KNOWN_SERVERS;
                out.write(i == 0 ? "\n" : ",\n");
                out.write("{\"address\":\"" + (server ? server(i) : "10." + address(i)) + "\",\"worth\":4,");
                out.write("\"mac\":\"02:00:00:%02x:%02x:%02x\",".formatted(i >> 16, i >> 8 & 255, i & 255));
                out.write("\"texts\":[{\"field\":\"ntlm_hostname\",\"text\":\"PC-" + i + "\"}],");
                out.write("\"last_life\":\"2026-02-01T08:00:00Z\",");
                out.write(server ? "\"server\":{" : "\"client\":{");
                out.write(times + ",\"smb1_sessions\":6,");
                out.write(
                        server
                                ? "\"answers\":[{\"dialect\":\"NT LM 0.12\",\"offer\":\"smb1_only\",\"count\":6}],"
                                        + "\"ports\":[{\"port\":445,\"handshakes\":{\"answered\":6}}]}}"
                                : "\"offers\":{\"smb1_only\":6},\"dialects\":[\"NT LM 0.12\",\"LANMAN1.0\"],\"pairs\":["
                                        + pair(i * 7, times) + "," + pair(i * 7 + 1, times) + "]}}");
            }
            out.write("]}\n");
        }
        return file;
    }

    private static String pair(int server, String times) {
        return "{\"server\":\"" + server(server % KNOWN_SERVERS) + "\"," + times + ",\"sessions\":{\"smb1_only\":3}}";
    }

    private static String server(int i) {
        return "198.19." + i / 250 + "." + (1 + i % 250);
    }

    private static String address(int i) {
        return (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255);
    }

    @Test
    @Order(3)
    void dropsNothingAtAThousandNewClientsASecondWhileItIsReloaded() throws Exception {
        Path capture = lab.folder().resolve("newcomers.pcap");
        Traffic.Written written = Traffic.write(Traffic.Kind.NEWCOMERS, (long) CLIENTS * PACKETS_EACH, capture);
        assertThat(written.negotiates()).isEqualTo(CLIENTS);
        Path config = lab.folder().resolve("tap445.yaml");
        accept(0);
        Files.writeString(
                config,
                "state-dir: " + state + "\nevents: " + events + "\naccepted: " + accepted
                        + "\nlearning: 0s\nfilter: full\n");
        sensor = Sensor.startWith(lab, "wire", "--config", config.toString());
        sensor.awaitReady();
        List<Integer> reloads = Collections.synchronizedList(new ArrayList<>());
        Thread sender = Thread.ofPlatform()
                .start(() -> lab.run("lab_in tap tcpreplay -q --pps=" + CLIENTS_A_SECOND * PACKETS_EACH + " -i wire-p '"
                        + capture + "' >/dev/null"));
        while (sender.isAlive()) {
            accept(reloads.size() + 1);
            reloads.add(sensor.status("/-/reload", "-X", "POST"));
            sensor.signal("HUP");
            Sensor.pause(Duration.ofMillis(300));
        }
        sender.join();
        assertThat(reloads).hasSizeGreaterThan(3).containsOnly(200);
        sensor.await(30, "all clients in the store", () -> {
            Scrape scrape = sensor.metrics();
            return scrape.series().getOrDefault("tap445_store_waiting_hosts", 1.0) == 0
                    && scrape.series().keySet().stream()
                                    .filter(s -> s.startsWith("tap445_smb1_client_first_seen_timestamp_seconds{"))
                                    .count()
                            == CLIENTS;
        });
        nothingWasDropped(sensor.metrics(), written);
        sensor.await(30, "all events", () -> announced().size() == CLIENTS);
        assertThat(clients(state).keySet().containsAll(announced())).isTrue();
        assertThat(sensor.metrics().text()).contains("owner=\"" + reloads.size() + "\"");
    }

    private void accept(int number) throws IOException {
        Files.writeString(
                accepted, "devices:\n- address: 10.0.0.1\n  owner: \"" + number + "\"\n  reason: the last one stays\n");
    }

    private static void nothingWasDropped(Scrape scrape, Traffic.Written written) {
        Map<String, Double> lost = new HashMap<>();
        scrape.series().forEach((series, value) -> {
            String name = series.replaceAll("\\{.*", "");
            if (name.matches("tap445_.*(drop|dropped|drops|evict|failures|errors|suppressed).*_total") && value != 0) {
                lost.put(series, value);
            }
        });
        assertThat(lost).isEmpty();
        assertThat(scrape.value("tap445_capture_packets_total", "interface=\"wire\""))
                .isGreaterThanOrEqualTo((double) written.packets());
        assertThat(scrape.series().get("tap445_config_last_reload_successful")).isEqualTo(1);
        assertThat(sum(scrape, "tap445_smb1_sessions_total{")).isEqualTo(CLIENTS);
        assertThat(sum(scrape, "tap445_handshakes_total{")).isEqualTo(CLIENTS);
    }

    private static double sum(Scrape scrape, String prefix) {
        return scrape.series().entrySet().stream()
                .filter(series -> series.getKey().startsWith(prefix))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    /** Addresses of clients whose event went out. */
    private Set<String> announced() {
        Set<String> clients = new TreeSet<>();
        try {
            for (String line : Files.readAllLines(events, StandardCharsets.UTF_8)) {
                JsonNode event = JSON.readTree(line);
                if (event.at("/event/action").asText().equals("smb1-client-first-seen")) {
                    clients.add(event.at("/source/ip").asText("none"));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return clients;
    }

    @Test
    @Order(4)
    void leavesTheStoreToItselfWhileItRuns() throws Exception {
        Path csv = Files.writeString(lab.folder().resolve("known.csv"), "address\n192.0.2.1\n");
        Ran refused = tap445("import", "--state-dir", state.toString(), csv.toString());
        assertThat(refused.code).isEqualTo(1);
        assertThat(refused.text.lines()).singleElement().asString().contains("is in use by a sensor: stop it first");
        assertThat(clients(state)).doesNotContainKey("192.0.2.1").hasSize(CLIENTS);
    }

    @Test
    @Order(5)
    void knowsAfterAKillWhatItHasAnnounced() throws Exception {
        Path capture = lab.folder().resolve("more.pcap");
        Traffic.write(Traffic.Kind.NEWCOMERS, (CLIENTS + MORE) * PACKETS_EACH, capture);
        Map<String, String> before = clients(state);
        lab.run("lab_in tap tcpreplay -q --pps=50000 -i wire-p '" + capture + "' >/dev/null");
        sensor.signal("KILL");
        sensor.close();
        Map<String, String> after = clients(state);
        assertThat(announced()).as("killed amid the announcing").hasSizeGreaterThan(CLIENTS);
        Set<String> lost = announced();
        lost.removeAll(after.keySet());
        assertThat(lost).isEmpty();
        before.forEach((client, first) -> assertThat(after.get(client)).isEqualTo(first));
    }
}
