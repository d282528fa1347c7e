package dev.tap445.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.CaptureFile.Frame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three sensors that see a third of the connections each, and two that see all of them, reach what one sensor reaches
 * on everything: by federation into a global Prometheus, and by remote write into VictoriaMetrics.
 */
final class FleetTest {
    private static final String REPLAY = "1000000";
    private static final int DISJOINT = 3;
    private static final int OVERLAPPING = 2;

    /** Totals are recorded, or written as the recording rules write them. */
    private static final List<String> COMPARED = List.of(
            "client:tap445_smb_verdict:info",
            "server:tap445_smb_verdict:info",
            "server:tap445_smb1_dependent_clients:count",
            "client_server:tap445_smb1_dependent:info",
            "server:tap445_smb1_ready:bool",
            "client_offer:tap445_smb_offers:sum",
            "server_family_offer:tap445_smb_answers:sum",
            "client_server_offer:tap445_smb1_sessions:sum",
            "client_server:tap445_smb1_messages:sum",
            "client_server:tap445_smb1_bytes:sum",
            "fleet:tap445_clients:count",
            "fleet:tap445_servers:count",
            "fleet:tap445_smb1_servers_ready:count",
            "fleet:tap445_smb1_clients_active30d:count",
            "server_port:tap445_server_unanswered_since_timestamp_seconds:min ^ 0",
            "server_port:tap445_server_silent_since_timestamp_seconds:min ^ 0",
            "(server_port:tap445_server_last_answer_timestamp_seconds:max"
                    + " < server_port:tap445_server_silent_since_timestamp_seconds:min) ^ 0",
            "server_port:tap445_server_last_answer_timestamp_seconds:max ^ 0",
            total("tap445_handshakes_total{outcome!=\"unanswered\"}", "server, port, outcome") + " > 0",
            // A sensor that never saw a server alive has its attempts under server="other".
            total("tap445_handshakes_total", "port, outcome") + " > 0",
            total("tap445_unanswered_syns_total", "port") + " > 0",
            total("tap445_smb1_refused_total", "client, server") + " > 0");

    @TempDir
    private static Path directory;

    private static final List<AutoCloseable> RUNNING = new ArrayList<>();
    private static final Map<String, List<Program>> SENSORS = new LinkedHashMap<>();
    /** Started early: new series take VictoriaMetrics ten seconds at each level of rules. */
    private static final Map<String, Metrics> VICTORIA = new LinkedHashMap<>();

    private static Metrics site;
    private static Metrics single;

    private static String total(String metric, String labels) {
        return "sum by (" + labels + ") (" + own(metric) + ")";
    }

    /** Each series once, as the fleet counts it. */
    private static String own(String metric) {
        String selector = metric.endsWith("}") ? metric.substring(0, metric.length() - 1) + "," : metric + "{";
        return "sum without (instance) (" + selector + "tap!=\"overlapping\"})" + " or max without (instance) ("
                + selector + "tap=\"overlapping\"})";
    }

    private static <T extends AutoCloseable> T running(T part) {
        RUNNING.add(part);
        return part;
    }

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Tools.need("prometheus", "prometheus");
        List<Frame> frames = Captures.merge(
                "demo", "mixed", "smb1-refused", "multi-vs-smb1-server", "midstream", "silent-v6", "dark");
        sensors("single", List.of(frames));
        sensors("disjoint", Captures.split(frames, DISJOINT));
        sensors("overlapping", List.of(frames, frames));
        for (List<Program> sensors : SENSORS.values()) {
            for (Program sensor : sensors) {
                sensor.ready("/-/ready");
            }
        }
        site = running(Metrics.prometheus(directory, site("")));
        single = global("single");
        if (Tools.has("victoria-metrics") && Tools.has("vmalert")) {
            for (String topology : List.of("disjoint", "overlapping")) {
                VICTORIA.put(topology, victoria(topology));
            }
        }
    }

    /** Replays move a capture so that it ends now: all parts end at the same moment, or they would not fit together. */
    private static void sensors(String topology, List<List<Frame>> parts) throws IOException {
        long end = parts.stream()
                .mapToLong(part -> part.getLast().timeNanos())
                .max()
                .orElseThrow();
        List<Program> sensors = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            String name = topology + "-" + i;
            Path file = Captures.write(directory.resolve(name + ".pcap"), parts.get(i), end);
            sensors.add(running(
                    Program.sensor(directory, name, "demo", "--speed", REPLAY, "-r", file.toString(), "--quiet")));
        }
        SENSORS.put(topology, sensors);
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable part : RUNNING.reversed()) {
            part.close();
        }
    }

    /** Scrapes every sensor, with a label more that says which fleet it belongs to. */
    private static Path site(String more) throws IOException {
        StringBuilder text = new StringBuilder("global: {scrape_interval: 1s}\n" + more
                + "scrape_configs:\n  - job_name: tap445\n    static_configs:\n");
        SENSORS.forEach((topology, sensors) -> text.append("      - targets: [")
                .append(sensors.stream().map(Program::target).collect(Collectors.joining(", ")))
                .append("]\n        labels: {site: hq, fleet: ")
                .append(topology)
                .append(", tap: ")
                .append(topology.equals("overlapping") ? "overlapping" : "disjoint")
                .append("}\n"));
        return Files.writeString(directory.resolve("site" + more.length() + ".yml"), text);
    }

    /** The shipped example of federation, for one of the fleets. */
    private static Metrics global(String topology) throws IOException, InterruptedException {
        Path own = Files.createDirectories(directory.resolve("global-" + topology));
        Shipped.rules(own, Pattern.compile("recording\\.rules\\.yml$"));
        String text = Shipped.shortTimes(Shipped.example("global-federation.yml"));
        text = Shipped.replace(text, "- \\.\\./rules/tap445-recording\\.rules\\.yml\n.*", "- rules/*.yml");
        text = Shipped.replace(text, "job=\"tap445\"", "job=\"tap445\",fleet=\"" + topology + "\"");
        text = Shipped.replace(
                text, "targets: \\[.*]", "targets: [\"" + site.program().target() + "\"]");
        return running(Metrics.prometheus(own, Files.writeString(own.resolve("global.yml"), text)));
    }

    /** The shipped example of remote write, into a VictoriaMetrics whose vmalert evaluates the shipped rules. */
    private static Metrics victoria(String topology) throws IOException, InterruptedException {
        Path own = Files.createDirectories(directory.resolve("victoria-" + topology));
        Shipped.rules(own, Pattern.compile("recording\\.rules\\.yml$"));
        Metrics victoria = running(Metrics.victoria(own));
        String example = Shipped.example("remote-write.yml");
        String write = example.substring(example.indexOf("remote_write:"), example.indexOf("scrape_configs:"));
        write = Shipped.replace(write, "https://[^/]+/", victoria.program().url("/"));
        write = Shipped.replace(
                write,
                "write_relabel_configs:\n",
                "write_relabel_configs:\n      - {source_labels: [fleet], regex: " + topology + ", action: keep}\n");
        running(Metrics.prometheus(own, Files.copy(site(write), own.resolve("site.yml"))));
        int port = Tools.freePort();
        String url = victoria.program().url("");
        running(Program.start(
                        own,
                        "vmalert",
                        port,
                        List.of(
                                "vmalert",
                                "-rule=rules/*.yml",
                                "-datasource.url=" + url,
                                "-remoteWrite.url=" + url,
                                "-remoteWrite.flushInterval=500ms",
                                "-notifier.url=http://127.0.0.1:1",
                                "-httpListenAddr=127.0.0.1:" + port)))
                .ready("/health");
        return victoria;
    }

    private static Metrics inVictoriaMetrics(String topology) {
        Tools.need("victoria-metrics", "victoria-metrics", "vmalert", "victoria-metrics");
        return Objects.requireNonNull(VICTORIA.get(topology));
    }

    private static void assertSame(Metrics fleet) throws IOException, InterruptedException {
        for (String expression : COMPARED) {
            Map<String, Double> expected = single.await(expression, answer -> !answer.isEmpty());
            assertThat(expected).as("a single sensor: %s", expression).isNotEmpty();
            assertThat(fleet.await(expression, expected::equals)).as(expression).isEqualTo(expected);
        }
    }

    /** What one sensor says of itself is what the rules make of its evidence. */
    @Test
    void rulesReachTheVerdictsOfTheSensor() throws IOException, InterruptedException {
        String own = "group by (client, verdict) (tap445_smb1_client_info)";
        Map<String, Double> verdicts = single.await(own, answer -> answer.size() > 10);
        assertThat(verdicts.keySet()).anyMatch(key -> key.contains("verdict=mixed"));
        assertThat(single.await("client:tap445_smb_verdict:info", verdicts::equals))
                .isEqualTo(verdicts);
        Map<String, Double> servers = single.query("group by (server, verdict) (tap445_smb1_server_info)");
        assertThat(single.await("server:tap445_smb_verdict:info", servers::equals))
                .isEqualTo(servers);
        Map<String, Double> dependents = single.query("max by (server) (tap445_smb1_server_dependent_clients)");
        assertThat(single.await("server:tap445_smb1_dependent_clients:count", dependents::equals))
                .isEqualTo(dependents);
        Map<String, Double> silent =
                single.query("max by (server, port) (tap445_server_silent_since_timestamp_seconds)");
        assertThat(silent.keySet())
                .containsExactlyInAnyOrder("{port=445, server=198.18.20.13}", "{port=445, server=fd00:18:1::10}");
        assertThat(single.await("server_port:tap445_server_silent_since_timestamp_seconds:min", silent::equals))
                .isEqualTo(silent);
    }

    /** Otherwise the comparison would say nothing: no sensor of three knows the whole. */
    @Test
    void disjointSensorsEachKnowAPart() throws IOException, InterruptedException {
        String offers = "count by (instance) (tap445_smb_offers_total{fleet=\"%s\"})";
        double all = site.await(offers.formatted("single"), answer -> answer.size() == 1).values().stream()
                .mapToDouble(Double::doubleValue)
                .sum();
        assertThat(site.await(offers.formatted("disjoint"), answer -> answer.size() == DISJOINT)
                        .values())
                .hasSize(DISJOINT)
                .allSatisfy(part -> assertThat(part).isLessThan(all));
        assertThat(site.await(offers.formatted("overlapping"), answer -> answer.size() == OVERLAPPING)
                        .values())
                .containsExactly(all, all);
    }

    /** Otherwise the comparison of silent servers would say nothing: who sees the SYNs does not always see the life. */
    @Test
    void aSensorOfThreeTakesASilentServerForDark() throws IOException, InterruptedException {
        String dark = "tap445_server_unanswered_since_timestamp_seconds{fleet=\"disjoint\"}"
                + " unless tap445_server_silent_since_timestamp_seconds";
        assertThat(site.await(dark, answer -> answer.keySet().stream().anyMatch(FleetTest::isSilent)))
                .anySatisfy((labels, since) -> assertThat(isSilent(labels)).isTrue());
    }

    private static boolean isSilent(String labels) {
        return labels.contains("198.18.20.13") || labels.contains("fd00:18:1::10");
    }

    @Test
    void threeDisjointSensorsFederatedEqualOne() throws IOException, InterruptedException {
        assertSame(global("disjoint"));
    }

    @Test
    void twoOverlappingSensorsFederatedEqualOne() throws IOException, InterruptedException {
        assertSame(global("overlapping"));
    }

    @Test
    void threeDisjointSensorsInVictoriaMetricsEqualOne() throws IOException, InterruptedException {
        assertSame(inVictoriaMetrics("disjoint"));
    }

    @Test
    void twoOverlappingSensorsInVictoriaMetricsEqualOne() throws IOException, InterruptedException {
        assertSame(inVictoriaMetrics("overlapping"));
    }
}
