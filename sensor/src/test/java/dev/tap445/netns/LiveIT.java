package dev.tap445.netns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
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
 * One day of a small network: an SMB1 session, an SMB3 session, port 445 dropped, the mirror port unplugged; two sensors
 * watch it, one with each filter, and a third has a silent wire.
 */
@Tag("netns")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class LiveIT {
    private static final String SERVER = "198.18.1.10";
    private static final String OLD = "198.18.1.20";
    private static final String PC = "198.18.1.21";
    private static final String PORT = "port=\"445\",server=\"" + SERVER + "\"";
    private static final String OLD_AUTH = "LAB_CLIENT_OPTIONS='client ntlmv2 auth = yes'\n";
    private static final String SMB1 =
            "lab_smbclient old OLD-DEVICE NT1 NT1 445 " + SERVER + " 'ls; get readme.txt got'";
    private static final String SMB3 =
            "lab_smbclient pc MODERN-PC SMB2_02 SMB3_11 445 " + SERVER + " 'ls; get readme.txt got'";
    private static final String BOTH_TRY =
            "lab_try old 4.3 " + SERVER + "/445 & lab_try pc 4.3 " + SERVER + "/445\nwait";
    private static final String SPANS = "for p in old-eth0 pc-eth0 fs-eth0; do lab_span wire $p in; done";

    private Lab lab;
    private Sensor lean;
    private Sensor full;
    private Sensor idle;
    private Duration idleBefore = Duration.ZERO;
    private long idleSince;

    @BeforeAll
    void start() throws Exception {
        lab = Lab.open();
        Sensor.prepare();
        lab.run("""
                lab_segment lan
                lab_host fs lan 198.18.1.10/24 fd00:18:1::10/64
                lab_host old lan 198.18.1.20/24
                lab_host pc lan 198.18.1.21/24
                lab_mirror wire
                lab_mirror nothing
                lab_smbd fs FS-01 NT1 SMB3
                """ + SPANS);
        idle = Sensor.startWith(lab, "nothing");
        lean = Sensor.start(lab, "wire");
        full = Sensor.start(lab, "wire", "--filter", "full");
        idle.awaitReady();
        lean.awaitReady();
        full.awaitReady();
    }

    @AfterAll
    void end() {
        for (Sensor sensor : new Sensor[] {lean, full, idle}) {
            if (sensor != null) {
                sensor.close();
            }
        }
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    @Order(1)
    void countsAnSmb1Session() throws Exception {
        lab.run(OLD_AUTH + SMB1);
        String pair = "client=\"" + OLD + "\",offer=\"smb1_only\",server=\"" + SERVER + "\"";
        lean.await(20, "an SMB1 session", () -> lean.metrics().value("tap445_smb1_sessions_total", pair) == 1);
        Scrape scrape = lean.metrics();
        assertThat(scrape.value("tap445_smb_offers_total", "client=\"" + OLD + "\",offer=\"smb1_only\""))
                .isEqualTo(1);
        String answer = "dialect=\"NT LANMAN 1.0\",family=\"smb1\",offer=\"smb1_only\",server=\"" + SERVER + "\"";
        assertThat(scrape.value("tap445_smb_answers_total", answer)).isEqualTo(1);
        assertThat(scrape.value("tap445_handshakes_total", "outcome=\"answered\"," + PORT))
                .isEqualTo(1);
        lean.await(5, "the verdict", () -> verdict("clients", OLD).equals("smb1_only"));
        assertThat(verdict("servers", SERVER)).isEqualTo("smb1_enabled");
        assertThat(lean.host("servers", SERVER).path("dependent_clients")).hasSize(1);
        while (idle.warmsUp()) {
            Sensor.pause(Duration.ofMillis(250));
        }
        Sensor.pause(Duration.ofSeconds(2));
        idleBefore = idle.processorTime(); // long enough after its start for the compiler to be done
        idleSince = System.nanoTime();
    }

    private String verdict(String kind, String address) {
        return lean.host(kind, address).path("verdict").asText("none");
    }

    @Test
    @Order(2)
    void countsAnSmb3Session() {
        lab.run(SMB3);
        String answer = "dialect=\"3.1.1\",family=\"smb3\",offer=\"smb2_only\",server=\"" + SERVER + "\"";
        lean.await(20, "an answer 3.1.1", () -> lean.metrics().value("tap445_smb_answers_total", answer) >= 1);
        lean.await(5, "the verdict", () -> verdict("clients", PC).equals("smb2_only"));
        assertThat(lean.host("clients", PC).path("smb1_sessions").asInt()).isZero();
        assertThat(lean.state(SERVER, 445)).isEqualTo("answering");
        assertThat(lean.metrics().has("tap445_server_silent_since_timestamp_seconds", PORT))
                .isFalse();
    }

    @Test
    @Order(3)
    void seesPort445GoDark() {
        double before = System.currentTimeMillis() / 1e3;
        lab.run("lab_drop fs 445\n" + BOTH_TRY + "\nlab_ping old " + SERVER);
        lean.await(20, "445 silent", () -> lean.state(SERVER, 445).equals("silent"));

        JsonNode port = lean.port(SERVER, 445);
        assertThat(port.path("went_dark").asBoolean()).isTrue();
        Scrape scrape = lean.metrics();
        double since = scrape.value("tap445_server_silent_since_timestamp_seconds", PORT);
        assertThat(since).isBetween(before, before + 20);
        assertThat(scrape.value("tap445_server_last_answer_timestamp_seconds", PORT))
                .isBetween(before - 60, since);
        lean.await(
                15,
                "both attempts",
                () -> lean.metrics().value("tap445_handshakes_total", "outcome=\"unanswered\"," + PORT) == 2);
        assertThat(lean.metrics().value("tap445_unanswered_syns_total", PORT)).isGreaterThanOrEqualTo(6);
        assertThat(lean.metrics().value("tap445_syn_retransmissions_total", PORT))
                .isGreaterThanOrEqualTo(4);
        assertThat(lean.metrics().value("tap445_client_unanswered_syns_total", "client=\"" + OLD + "\""))
                .isGreaterThanOrEqualTo(3);
    }

    @Test
    @Order(4)
    void seesItAnswerAgain() {
        lab.run("lab_allow fs\n" + SMB3);
        lean.await(10, "445 answering", () -> lean.state(SERVER, 445).equals("answering"));
        assertThat(lean.metrics().has("tap445_server_silent_since_timestamp_seconds", PORT))
                .isFalse();
        assertThat(lean.port(SERVER, 445).path("went_dark").asBoolean()).isFalse();
    }

    @Test
    @Order(5)
    void givesTheSameVerdictsWithEitherFilter() {
        full.await(20, "as many sessions", () -> facts(full).equals(facts(lean)));
        assertThat(facts(lean)).isEqualTo(facts(full)).isNotEmpty();
        assertThat(lean.metrics().value("tap445_capture_filter_info", "filter=\"lean\""))
                .isEqualTo(1);
        assertThat(full.metrics().value("tap445_capture_filter_info", "filter=\"full\""))
                .isEqualTo(1);
        assertThat(packets(lean)).isLessThan(packets(full));
    }

    private static double packets(Sensor sensor) {
        return sensor.metrics().value("tap445_capture_packets_total", "interface=\"wire\"");
    }

    /** Verdicts, offers, answers, sessions, states and outcomes. */
    private static Map<String, String> facts(Sensor sensor) {
        Map<String, String> facts = new TreeMap<>();
        for (JsonNode client : sensor.hosts("clients")) {
            facts.put(
                    "client " + client.path("address"),
                    client.path("verdict") + " " + client.path("offers") + " " + client.path("dialects") + " "
                            + client.path("smb1_sessions") + " " + client.path("smb1_refused"));
        }
        for (JsonNode server : sensor.hosts("servers")) {
            StringBuilder text = new StringBuilder(server.path("verdict") + " " + server.path("answers"));
            for (JsonNode port : server.path("ports")) {
                text.append(' ')
                        .append(port.path("port"))
                        .append(port.path("state"))
                        .append(port.path("handshakes"));
            }
            facts.put("server " + server.path("address"), text.toString());
        }
        return facts;
    }

    @Test
    @Order(6)
    void servesMetricsThatPromtoolAccepts() throws Exception {
        Path scrape = lab.folder().resolve("scrape.prom");
        Files.writeString(scrape, lean.metrics().text());
        assertThat(lab.run("promtool check metrics <'" + scrape + "' 2>&1")).isBlank();
    }

    @Test
    @Order(7)
    void staysUpWhileTheInterfaceIsAwayAndGoesOnAfterwards() {
        double before = packets(lean);
        lab.run("lab_in tap nft delete table netdev span-wire; lab_in tap ip link del wire");
        lean.await(
                10, "the interface down", () -> lean.metrics().value("tap445_capture_up", "interface=\"wire\"") == 0);
        assertThat(lean.log()).contains("wire: ");
        lab.run("lab_mirror wire\n" + SPANS);
        lean.await(20, "the interface up", () -> lean.metrics().value("tap445_capture_up", "interface=\"wire\"") == 1);
        lab.run(SMB3);
        lean.await(10, "packets again", () -> packets(lean) > before);
        assertThat(lean.isAlive()).isTrue();
    }

    @Test
    @Order(8)
    void costsNextToNothingOnASilentWire() throws Exception {
        long measured = System.nanoTime() - idleSince;
        Sensor.pause(Duration.ofNanos(Math.max(0, Duration.ofSeconds(20).toNanos() - measured)));
        double share = (double) idle.processorTime().minus(idleBefore).toNanos() / (System.nanoTime() - idleSince);
        System.out.printf("idle sensor: %.2f %% of a core%n", share * 100);
        assertThat(share).isLessThan(0.01);
    }

    @Test
    @Order(9)
    void endsOnSignalsAlsoOnASilentWire() throws Exception {
        Sensor.Ended silent = idle.stop("INT");
        assertThat(silent.code()).as(idle.log()).isZero();
        assertThat(silent.took()).isLessThan(Duration.ofSeconds(3));
        Sensor.Ended busy = lean.stop("TERM");
        assertThat(busy.code()).as(lean.log()).isZero();
        assertThat(busy.took()).isLessThan(Duration.ofSeconds(3));
        assertThat(lean.log()).contains("stopped after ").doesNotContain("WARNING", "Exception");
    }
}
