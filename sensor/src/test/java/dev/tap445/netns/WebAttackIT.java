package dev.tap445.netns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.PcapStream;
import dev.tap445.support.RawFrame;
import dev.tap445.wire.LinkType;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The whole sensor with 20 000 hosts and packets on its mirror port, while slow and many clients hold its web server:
 * scrapes stay quick, and each packet that reached the interface is captured.
 */
@Tag("netns")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class WebAttackIT {
    private static final int HOSTS = 20_000;
    private static final int PACKETS = 20_000;
    private static final int PACKETS_PER_SECOND = 5_000;
    private static final int SERVER = 0xc612_0002;
    private static final int ATTACK_SECONDS = 6;
    private static final int PROBES = 4;
    private static final long MOST_MEMORY = 2L << 30;

    private Lab lab;
    private Sensor sensor;
    private Path traffic;
    private Path script;

    @BeforeAll
    void start() throws Exception {
        lab = Lab.open();
        Sensor.prepare();
        lab.run("lab_mirror wire");
        traffic = lab.folder().resolve("syn.pcap");
        try (PcapStream stream =
                new PcapStream(i -> i < PACKETS ? new RawFrame(syn((int) i), LinkType.ETHERNET, i * 1000) : null)) {
            Files.copy(stream, traffic);
        }
        script = lab.folder().resolve("attack.py");
        try (var in = WebAttackIT.class.getResourceAsStream("attack.py")) {
            Files.copy(in, script);
        }
        Path state = lab.folder().resolve("state");
        lab.run("'" + Lab.ROOT.resolve("sensor/bin/tap445") + "' import --state-dir '" + state + "' '" + known() + "'");
        sensor = Sensor.startWith(lab, "wire", "--state-dir", state.toString());
        sensor.awaitReady();
        assertThat(sensor.metrics().series().get("tap445_hosts")).isEqualTo(HOSTS);
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

    private static byte[] syn(int i) {
        ByteBuffer b = ByteBuffer.allocate(60);
        b.putLong(0x0200_0000_0002_0200L).putInt(1).putShort((short) 0x0800);
        b.putInt(0x4500_0028).putInt(i << 16).putInt(0x4006_0000).putInt(0x0a00_0000 + i % 1_000);
        b.putInt(SERVER).putShort((short) (1024 + i)).putShort((short) 445).putInt(i * 0x9e37_79b1);
        b.putInt(0).putShort((short) 0x5002).putShort((short) 64_240).putInt(0);
        return b.array();
    }

    /** An export of clients with an SMB1 session each. */
    private Path known() throws IOException {
        Path file = lab.folder().resolve("known.json");
        String times = "\"first_seen\":\"2026-01-01T08:00:00Z\",\"last_seen\":\"2026-02-01T08:00:00Z\","
                + "\"smb1_first_seen\":\"2026-01-01T08:00:00Z\",\"smb1_last_seen\":\"2026-02-01T08:00:00Z\"";
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            out.write("{\"hosts\":[");
            for (int i = 0; i < HOSTS; i++) {
                out.write(
                        (i == 0 ? "\n" : ",\n") + "{\"address\":\"10." + (i >> 16) + "." + (i >> 8 & 255) + "."
                                + (i & 255) + "\",\"worth\":4,\"texts\":[{\"field\":\"ntlm_hostname\",\"text\":\"PC-"
                                + i
                                + "\"}],\"last_life\":\"2026-02-01T08:00:00Z\",\"client\":{" + times
                                + ",\"smb1_sessions\":6,\"offers\":{\"smb1_only\":6},\"dialects\":[\"NT LM 0.12\"],\"pairs\":[]}}");
            }
            out.write("]}\n");
        }
        return file;
    }

    private Process inside(String... command) throws IOException {
        return new ProcessBuilder(lab.on("tap", List.of(command)))
                .redirectErrorStream(true)
                .redirectOutput(lab.folder().resolve(command[0] + ".log").toFile())
                .start();
    }

    /** How long each of some scrapes takes beside the attack, and then what the mirror port lost meanwhile. */
    private List<Duration> scrapesBeside(String kind, int connections) throws Exception {
        Losses before = losses();
        Process replay = inside(
                "tcpreplay", "-q", "-K", "--loop=0", "--pps=" + PACKETS_PER_SECOND, "-i", "wire-p", traffic + "");
        Process attack =
                inside("python3", script + "", sensor.port() + "", kind, connections + "", ATTACK_SECONDS + "");
        List<Duration> took = new ArrayList<>();
        try {
            Sensor.pause(Duration.ofSeconds(2));
            for (int i = 0; i < PROBES; i++) {
                assertThat(attack.isAlive()).as("the attack is on").isTrue();
                took.add(sensor.timed("/metrics", "-H", "Accept-Encoding: gzip"));
                Sensor.pause(Duration.ofMillis(300));
            }
            assertThat(attack.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            attack.destroy();
            replay.destroy();
        }
        assertThat(replay.waitFor(20, TimeUnit.SECONDS)).isTrue();
        Sensor.pause(Duration.ofSeconds(1));
        Losses after = losses();
        System.out.printf(
                "%s: %s; scrapes %s; %d packets, %d lost%n",
                kind,
                Files.readString(lab.folder().resolve("python3.log")).strip(),
                took,
                after.captured - before.captured,
                after.lost - before.lost);
        assertThat(Files.readString(lab.folder().resolve("python3.log"))).startsWith(connections + " open,");
        assertThat(after.lost).as("packets lost").isEqualTo(before.lost);
        assertThat(after.captured - before.captured)
                .as("packets captured")
                .isEqualTo(after.received - before.received)
                .isGreaterThan(PACKETS_PER_SECOND * ATTACK_SECONDS / 2L);
        assertThat(sensor.log()).doesNotContain("Exception", "OutOfMemory");
        assertThat(sensor.residentBytes()).as("memory").isLessThan(MOST_MEMORY);
        return took;
    }

    private record Losses(long received, long captured, long lost) {}

    private Losses losses() {
        Map<String, Double> series = sensor.metrics().series();
        String received = lab.run("lab_in tap cat /sys/class/net/wire/statistics/rx_packets")
                .strip();
        return new Losses(
                Long.parseLong(received),
                sum(series, "tap445_capture_packets_total"),
                sum(series, "tap445_capture_kernel_drops_total")
                        + sum(series, "tap445_capture_interface_drops_total")
                        + sum(series, "tap445_ring_drops_total"));
    }

    private static long sum(Map<String, Double> series, String name) {
        return Math.round(series.entrySet().stream()
                .filter(s -> s.getKey().startsWith(name + "{"))
                .mapToDouble(Map.Entry::getValue)
                .sum());
    }

    @ParameterizedTest
    @CsvSource({"headers, 1000, 1000", "/api/v1/clients, 200, 2000", "/metrics, 200, 2000", "headers, 10000, 2000"})
    void leavesScrapesQuickAndCaptureUndisturbed(String kind, int connections, long mostMillis) throws Exception {
        assertThat(scrapesBeside(kind, connections)).allMatch(took -> took.toMillis() < mostMillis);
    }
}
