package dev.tap445.netns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything that looks like silence, at once, on one wire, and what mirrors of all kinds make of it: not one wrong
 * {@code silent}, and not one missed. The day is played once; each row of the table is a test of what a sensor said.
 */
@Tag("netns")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 180, unit = TimeUnit.SECONDS)
final class SilentMatrixIT {
    private static final String FS = "198.18.1.10";
    private static final String DROP = "198.18.1.30";
    private static final String RST = "198.18.1.31";
    private static final String ICMP = "198.18.1.32";
    private static final String DARK = "198.18.1.33";
    private static final String NOTHING = "198.18.1.34";
    private static final String MIDWAY = "198.18.1.35";
    private static final String QUIET = "198.18.1.36";
    private static final String FAR = "198.18.2.10";
    private static final String SCANNER = "198.18.1.66";
    private static final String ALLOWED = "198.18.1.67";
    /** How far apart sensors may come to know. */
    private static final Duration PATIENCE = Duration.ofSeconds(12);

    private static final int FLOOD = 100_000;

    /** All that the two clients try; about four seconds, five SYNs where nothing answers. */
    private static final String TRY = Stream.of(DROP, RST, ICMP, DARK, NOTHING, MIDWAY, FAR)
            .map(address -> " " + address + "/445" + (address.equals(FAR) ? " " + FAR + "/139" : "")
                    + (address.equals(FAR) || address.equals(MIDWAY) || address.equals(DARK)
                            ? ""
                            : " " + v6(address) + "/445"))
            .reduce("", String::concat);

    /** What answers at once, though not with a SYN-ACK: two SYNs are no evidence where one packet in twenty is lost. */
    private static final String REFUSED = Stream.of(RST, ICMP, NOTHING)
            .map(address -> " " + address + "/445 " + v6(address) + "/445")
            .reduce("", String::concat);

    private static final String HOSTS = """
            lab_segment lan
            lab_segment far
            for host in cl:20 pc:21 fs:10 drop:30 rst:31 icmp:32 dark:33 none:34 mid:35 quiet:36 hole:2 sc:66 vs:67 router:1; do
                lab_host ${host%:*} lan 198.18.1.${host#*:}/24 fd00:18:1::${host#*:}/64
            done
            lab_link router far eth1 198.18.2.1/24
            lab_in router sysctl -qw net.ipv4.ip_forward=1
            lab_in hole sysctl -qw net.ipv4.ip_forward=0
            lab_host rs far 198.18.2.10/24
            lab_in rs ip route add default via 198.18.2.1
            for c in cl pc; do
                lab_in $c ip route add 198.18.2.0/24 via 198.18.1.1
                lab_in $c ip neigh replace 198.18.1.33 lladdr 02:00:c6:12:01:21 dev eth0 nud permanent
            done
            for s in sc vs; do lab_in $s ip route add 198.18.9.0/24 via 198.18.1.2; done
            lab_smbd fs FS-01 NT1 SMB3 & samba=$!
            for h in drop rst icmp dark mid quiet rs; do lab_listen $h 445; done
            lab_drop drop 445
            lab_reject_rst rst 445
            lab_reject_icmp icmp 445
            lab_drop_all dark
            lab_drop quiet 445
            lab_drop rs 139
            wait $samba
            """;

    private static final String MIRRORS = """
            lan='cl pc fs drop rst icmp dark none mid quiet hole sc vs router'
            for m in plain oneway twice routed lossy drops; do lab_mirror $m; done
            for h in $lan; do
                lab_span plain $h-eth0 in
                lab_span twice $h-eth0 in
                lab_span twice $h-eth0 out
                lab_span lossy $h-eth0 in 95
            done
            for h in cl pc; do lab_span oneway $h-eth0 in; done
            for p in cl-eth0 pc-eth0 router-eth1 rs-eth0 router-eth0; do lab_span routed $p in; done
            for h in cl pc drop mid fs; do lab_span drops $h-eth0 in; done
            """;

    private static final String FIRST_WAVE =
            """
            LAB_CLIENT_OPTIONS='client ntlmv2 auth = yes' lab_smbclient cl OLD NT1 NT1 445 198.18.1.10 ls
            lab_smbclient pc PC SMB2_02 SMB3_11 445 198.18.1.10 ls
            for c in cl pc; do lab_try $c 4.3 TRY & done
            lab_try sc 4.3 198.18.1.10/445 198.18.1.36/445 198.18.9.1%200/445 &
            lab_try vs 4.3 198.18.1.36/445 198.18.9.1%60/445 &
            lab_try pc 3 $(yes 198.18.1.35/445 | head -n 150) &
            wait
            for i in 1 2 3; do lab_try cl 1 REFUSED; done # one SYN, or its answer, is easily lost
            for h in drop rst icmp none mid quiet; do lab_ping cl LAN.$(lab_in $h ip -4 -o a show dev eth0 | sed 's:.*198.18.1.\\([0-9]*\\)/.*:\\1:'); done
            for n in 30 31 32 34; do lab_ping cl fd00:18:1::$n; done
            for a in 198.18.1.30 fd00:18:1::30 198.18.2.10; do lab_ping cl $a 3; done # one reply is easily lost
            """.replace("TRY", TRY).replace("REFUSED", REFUSED).replace("LAN.", "198.18.1.");

    /** One row of the table: what, as a pattern, a sensor has to say of a port at the end of a wave. */
    record Row(String what, String sensor, String wave, String server, int port, String expected) {
        @Override
        public String toString() {
            return String.format("%-46s %-8s %-8s %s:%d %s", what, sensor, wave, server, port, expected);
        }
    }

    private Lab lab;
    private final Map<String, Sensor> sensors = new LinkedHashMap<>();
    /** State by "sensor wave server port". */
    private final Map<String, String> said = new LinkedHashMap<>();
    /** Who was ever called silent, at any time: "sensor server port". */
    private final Set<String> everSilent = Collections.synchronizedSet(new TreeSet<>());

    private volatile boolean watching = true;
    private Scrape silentScrape = Scrape.of("");

    private static String v6(String address) {
        return "fd00:18:1::" + address.substring(address.lastIndexOf('.') + 1);
    }

    @BeforeAll
    void playTheDay() throws Exception {
        lab = Lab.open();
        Sensor.prepare();
        lab.run(HOSTS);
        lab.run(MIRRORS);
        start("plain", "plain", "--scanner-allow", ALLOWED);
        start("full", "plain", "--filter", "full");
        start("oneway", "oneway");
        start("twice", "twice");
        start("routed", "routed");
        start("lossy", "lossy");
        sensors.put("drops", Sensor.startWith(lab, "drops", "--ring", "4", "--buffer", "4"));
        sensors.values().forEach(Sensor::awaitReady);
        Thread watcher = Thread.ofVirtual().start(this::watch);

        lab.run(FIRST_WAVE);
        settle("first", DROP, "silent");

        Sensor drops = sensor("drops");
        drops.signal("STOP");
        Path flood = flood(lab.folder().resolve("flood.pcap"));
        lab.run("lab_in tap tcpreplay -q -K --topspeed -i drops-p '" + flood + "' >/dev/null");
        drops.signal("CONT");
        lab.run(
                "lab_drop mid 445\n"
                        + "for c in cl pc; do lab_try $c 4.3 198.18.1.35/445 198.18.1.30/445 & done; wait; lab_ping cl 198.18.1.35 3; lab_ping cl 198.18.1.30 3");
        settle("second", MIDWAY, "silent");
        silentScrape = sensor("plain").metrics();

        lab.run("lab_allow mid; for i in 1 2 3; do lab_try cl 2 198.18.1.35/445; done");
        settle("third", MIDWAY, "answering");
        watching = false;
        watcher.join();
    }

    private Sensor sensor(String name) {
        return Objects.requireNonNull(sensors.get(name), name);
    }

    private void start(String name, String mirror, String... options) throws IOException {
        sensors.put(name, Sensor.start(lab, mirror, options));
    }

    /** Waits until the sensor with the good view knows, gives the others time to come after, and notes what all say. */
    private void settle(String wave, String server, String state) {
        Sensor plain = sensor("plain");
        plain.await(20, server + " " + state, () -> plain.state(server, 445).equals(state));
        long end = System.nanoTime() + PATIENCE.toNanos();
        do {
            Sensor.pause(Duration.ofSeconds(1));
            sensors.forEach((name, sensor) -> note(name, wave, sensor));
        } while (System.nanoTime() < end
                && !rows().stream()
                        .filter(row -> row.wave.equals(wave))
                        .allMatch(row -> said(row).matches(row.expected)));
    }

    private void note(String name, String wave, Sensor sensor) {
        for (JsonNode server : sensor.hosts("servers")) {
            for (JsonNode port : server.path("ports")) {
                String key = name + " " + wave + " " + server.path("address").asText() + " "
                        + port.path("port").asInt();
                String withheld = port.path("state_suppressed").asText("");
                said.put(
                        key,
                        port.path("state").asText()
                                + (port.path("went_dark").asBoolean() ? ", went dark" : "")
                                + (withheld.isEmpty() || withheld.equals("null") ? "" : ", " + withheld));
            }
        }
    }

    private void watch() {
        while (watching) {
            sensors.forEach((name, sensor) -> {
                if (!name.equals("drops")) { // it is stopped for a while
                    sensor.metrics().series().keySet().stream()
                            .filter(series -> series.startsWith("tap445_server_silent_since_timestamp_seconds"))
                            .forEach(series -> everSilent.add(
                                    name + series.replaceAll(".*port=\"(\\d+)\",server=\"([^\"]*)\".*", " $2 $1")));
                }
            });
            Sensor.pause(Duration.ofMillis(500));
        }
    }

    /** SYNs of as many sources, to overrun a small buffer. */
    private static Path flood(Path file) throws IOException {
        byte[] syn = HexFormat.of()
                .parseHex("0200c61201630200c61301010800450000280001400040060000c6130001c6120163"
                        + "c00001bd00000001000000005002ffff00000000");
        ByteBuffer pcap = ByteBuffer.allocate(24 + FLOOD * (16 + syn.length)).order(ByteOrder.LITTLE_ENDIAN);
        pcap.putInt(0xa1b2c3d4)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(65_535)
                .putInt(1);
        for (int i = 0; i < FLOOD; i++) {
            pcap.putInt(1).putInt(i).putInt(syn.length).putInt(syn.length);
            int at = pcap.position();
            pcap.put(syn);
            pcap.put(at + 28, (byte) (i >>> 8)).put(at + 29, (byte) i);
        }
        return Files.write(file, pcap.array());
    }

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (String sensor : List.of("plain", "full", "twice", "lossy")) {
            rows.add(new Row("SMB1 and SMB3 sessions", sensor, "first", FS, 445, "answering"));
            for (String drop : List.of(DROP, v6(DROP))) {
                rows.add(new Row("drop", sensor, "first", drop, 445, "silent"));
                rows.add(new Row("reject with RST", sensor, "first", sibling(drop, RST), 445, "refusing"));
                rows.add(new Row("reject with ICMP", sensor, "first", sibling(drop, ICMP), 445, "unreachable"));
                rows.add(new Row("nothing listens", sensor, "first", sibling(drop, NOTHING), 445, "refusing"));
            }
            rows.add(new Row("the host drops everything", sensor, "first", DARK, 445, "dark"));
            rows.add(new Row("before the drop", sensor, "first", MIDWAY, 445, "answering"));
            rows.add(new Row("drop that starts mid-way", sensor, "second", MIDWAY, 445, "silent, went dark"));
            rows.add(new Row("drop that ends again", sensor, "third", MIDWAY, 445, "answering"));
            rows.add(new Row("the drop that goes on meanwhile", sensor, "third", DROP, 445, "silent"));
            rows.add(new Row("drop, but a scanner alone tries it", sensor, "third", QUIET, 445, "unknown"));
            rows.add(new Row("scanned, and answers others", sensor, "third", FS, 445, "answering"));
        }
        rows.add(new Row("client direction alone: sessions", "oneway", "first", FS, 445, "one_way"));
        rows.add(new Row("client direction alone: drop", "oneway", "first", DROP, 445, "one_way, one_way_feed"));
        rows.add(new Row("client direction alone: dark", "oneway", "first", DARK, 445, "one_way, one_way_feed"));
        rows.add(new Row("client direction alone: reject with RST", "oneway", "first", RST, 445, "unknown"));
        rows.add(new Row(
                "client direction alone: drop mid-way",
                "oneway",
                "second",
                MIDWAY,
                445,
                "one_way, one_way_(server|feed)"));
        rows.add(new Row("before and after a router: answers", "routed", "first", FAR, 445, "answering"));
        rows.add(new Row("before and after a router: drop", "routed", "first", FAR, 139, "silent"));
        rows.add(new Row("before the sensor dropped packets", "drops", "first", DROP, 445, "silent"));
        rows.add(new Row("the sensor dropped packets", "drops", "second", DROP, 445, "unknown, sensor_drops"));
        rows.add(new Row(
                "the sensor dropped packets: mid-way", "drops", "second", MIDWAY, 445, "unknown, sensor_drops"));
        rows.add(new Row("the sensor dropped packets: answers", "drops", "third", MIDWAY, 445, "answering"));
        return rows;
    }

    private static String sibling(String like, String v4) {
        return like.indexOf(':') < 0 ? v4 : v6(v4);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void saysOfThePort(Row row) {
        assertThat(said(row)).as(row.toString()).matches(row.expected);
    }

    private String said(Row row) {
        return said.getOrDefault(row.sensor + " " + row.wave + " " + row.server + " " + row.port, "not seen");
    }

    @Test
    void neverCalledAnybodyElseSilent() {
        Set<String> truly = new TreeSet<>();
        for (String sensor : List.of("plain", "full", "twice", "lossy")) {
            truly.addAll(List.of(
                    sensor + " " + DROP + " 445", sensor + " " + v6(DROP) + " 445", sensor + " " + MIDWAY + " 445"));
        }
        for (String sensor : List.of("plain", "full", "twice", "lossy", "routed")) {
            truly.add(sensor + " " + FAR + " 139");
        }
        assertThat(everSilent).isNotEmpty();
        assertThat(truly)
                .containsAll(everSilent.stream()
                        .filter(each -> !each.startsWith("routed " + DROP) && !each.startsWith("routed " + MIDWAY))
                        .toList());
    }

    @Test
    void countsEachPacketOnceHoweverOftenItIsMirrored() {
        Sensor plain = sensor("plain");
        Sensor twice = sensor("twice");
        for (String server : List.of(DROP, v6(DROP), RST, ICMP, DARK, NOTHING, MIDWAY, FS)) {
            JsonNode once = plain.port(server, 445);
            assertThat(twice.port(server, 445).path("handshakes")).as(server).isEqualTo(once.path("handshakes"));
            assertThat(twice.port(server, 445).path("syn_retransmissions"))
                    .as(server)
                    .isEqualTo(once.path("syn_retransmissions"));
        }
        // a client may answer two late segments with two RSTs that are the same to the last bit
        assertThat(plain.metrics().series().get("tap445_duplicate_packets_total"))
                .isLessThan(50);
        assertThat(twice.metrics().series().get("tap445_duplicate_packets_total"))
                .isGreaterThan(100);
        Sensor routed = sensor("routed");
        assertThat(routed.metrics().series().get("tap445_duplicate_packets_total"))
                .isGreaterThan(10);
        assertThat(routed.port(FAR, 139).path("handshakes").path("unanswered").asInt())
                .isEqualTo(2);
        assertThat(routed.port(FAR, 139).path("syn_retransmissions").asInt()).isEqualTo(8);
    }

    @Test
    void findsTheScannerAndLetsTheAllowedOneScan() {
        Sensor plain = sensor("plain");
        Scrape scrape = plain.metrics();
        assertThat(scrape.has("tap445_scanner_info", "allowed=\"false\",client=\"" + SCANNER + "\""))
                .isTrue();
        assertThat(scrape.has("tap445_scanner_info", "allowed=\"true\",client=\"" + ALLOWED + "\""))
                .isTrue();
        assertThat(scrape.series().keySet())
                .filteredOn(s -> s.startsWith("tap445_scanner_info"))
                .hasSize(2);
        assertThat(scrape.value("tap445_client_destinations", "client=\"" + SCANNER + "\""))
                .isEqualTo(202);
        assertThat(plain.host("clients", SCANNER).path("scanner").asBoolean()).isTrue();
        assertThat(plain.host("clients", ALLOWED).path("scanner_allowed").asBoolean())
                .isTrue();
        assertThat(plain.host("clients", "198.18.1.20").path("scanner").asBoolean())
                .isFalse();
    }

    @Test
    void countsWithheldVerdictsOnceNotPerScrape() {
        String drops = "reason=\"sensor_drops\"";
        Sensor sensor = sensor("drops");
        assertThat(sensor.metrics().value("tap445_capture_kernel_drops_total", "interface=\"drops\""))
                .isPositive();
        long withheld = said.entrySet().stream()
                .filter(each -> each.getKey().startsWith("drops second ")
                        && each.getValue().endsWith("sensor_drops"))
                .count();
        assertThat(withheld).isGreaterThanOrEqualTo(3);
        for (int scrape = 0; scrape < 3; scrape++) {
            assertThat(sensor.metrics().value("tap445_verdicts_suppressed_total", drops))
                    .isEqualTo((double) withheld);
        }
        assertThat(sensor("oneway").metrics().value("tap445_verdicts_suppressed_total", "reason=\"one_way_feed\""))
                .isGreaterThanOrEqualTo(3);
        assertThat(sensor("plain").metrics().value("tap445_verdicts_suppressed_total", drops))
                .isZero();
    }

    @Test
    void exportsTheTimeOfSilenceWhileItLasts() {
        String port = "port=\"445\",server=\"" + MIDWAY + "\"";
        double since = silentScrape.value("tap445_server_silent_since_timestamp_seconds", port);
        double answer = silentScrape.value("tap445_server_last_answer_timestamp_seconds", port);
        assertThat(since).isGreaterThan(answer);
        assertThat(answer).isPositive();
        Scrape later = sensor("plain").metrics();
        assertThat(later.has("tap445_server_silent_since_timestamp_seconds", port))
                .isFalse();
        assertThat(later.value("tap445_server_last_answer_timestamp_seconds", port))
                .isGreaterThan(since);
    }

    @AfterAll
    void end() {
        System.out.println("\nSilence, and what looks like it");
        for (Row row : rows()) {
            String heard = said(row);
            System.out.printf(
                    "%-40s %-7s %-7s %-20s %-26s %s%n",
                    row.what,
                    row.sensor,
                    row.wave,
                    row.server + " " + row.port,
                    heard,
                    heard.matches(row.expected) ? "right" : "WRONG: " + row.expected);
        }
        watching = false;
        sensors.values().forEach(Sensor::close);
        if (lab != null) {
            lab.close();
        }
    }
}
