package dev.tap445.netns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.CaptureFile;
import dev.tap445.support.PcapStream;
import dev.tap445.support.RawFrame;
import dev.tap445.support.SampleFiles;
import dev.tap445.wire.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * A SYN flood with spoofed sources on the mirror port, real SMB1 clients in it, and people who scrape all the while. How
 * long it takes from a client's last packet until it is in the API is measured, and each packet accounted for. A hundred
 * thousand packets a second by default; {@code -Dreliability.seconds=300 -Dreliability.rate=0} is the long run of {@code
 * sensor/bin/reliability}, as fast as it goes. Figures go to {@code target/reliability.tsv}.
 */
@Tag("netns")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 900, unit = TimeUnit.SECONDS)
final class FloodIT {
    private static final int SECONDS = Integer.getInteger("reliability.seconds", 20);
    private static final int RATE = Integer.getInteger("reliability.rate", 100_000);
    private static final int FLOOD_PACKETS = 200_000;
    private static final int SERVER = 0xc612_0002;
    private static final int SCRAPERS = 8;
    private static final double PROMISE = 2;
    /** Where more comes than the machine takes, and full buffers are what is read from. */
    private static final double BEYOND = 4;

    private static final int MAX_SESSIONS = 40;

    private Lab lab;
    private Sensor sensor;
    private int sessions;

    @BeforeAll
    void start() throws Exception {
        lab = Lab.open();
        Sensor.prepare();
        lab.run("lab_mirror wire");
        write("flood.pcap", i -> i < FLOOD_PACKETS ? new RawFrame(syn((int) i), LinkType.ETHERNET, i * 1000) : null);
        sensor = Sensor.startWith(lab, "wire", "--filter", "full");
        sensor.awaitReady();
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

    private Path write(String name, java.util.function.LongFunction<RawFrame> packets) throws IOException {
        Path file = lab.folder().resolve(name);
        try (PcapStream stream = new PcapStream(packets)) {
            Files.copy(stream, file);
        }
        return file;
    }

    private static byte[] syn(int i) {
        ByteBuffer b = ByteBuffer.allocate(60);
        b.putLong(0x0200_0000_0002_0200L).putInt(1).putShort((short) 0x0800);
        b.putInt(0x4500_0028).putInt(i << 16).putInt(0x4006_0000).putInt(0x0b00_0000 + (i * 0x9e37_79b1 >>> 8));
        b.putInt(SERVER)
                .putShort((short) (1024 + i % 60_000))
                .putShort((short) 445)
                .putInt(i * 0x9e37_79b1);
        b.putInt(0).putShort((short) 0x5002).putShort((short) 64_240).putInt(0);
        return b.array();
    }

    /** One SMB1-only session of the {@code i}-th client, in as many packets as it had. */
    private Path session(int i) throws IOException {
        List<RawFrame> sample =
                RawFrame.of(CaptureFile.read(SampleFiles.directory().resolve("smb1-only.pcap"))).stream()
                        .filter(p -> p.bytes()[12] == 8 && p.bytes()[13] == 0)
                        .toList();
        return write("client-" + i + ".pcap", at -> {
            if (at >= sample.size()) {
                return null;
            }
            byte[] bytes = sample.get((int) at).bytes().clone();
            ByteBuffer b = ByteBuffer.wrap(bytes);
            for (int field : new int[] {26, 30}) {
                if (b.getInt(field) == 0xc612_0114) {
                    b.putInt(field, client(i));
                }
            }
            return new RawFrame(bytes, LinkType.ETHERNET, at * 1_000_000);
        });
    }

    private static int client(int i) {
        return 0xc613_0001 + i;
    }

    private static String text(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 255) + "." + (address >>> 8 & 255) + "." + (address & 255);
    }

    private Process replay(Path file, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of("tcpreplay", "-q", "-i", "wire-p"));
        command.addAll(options);
        command.add(file.toString());
        return new ProcessBuilder(lab.on("tap", command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    void findsEachClientWithinTwoSecondsAndAccountsForEachPacketOfTheFlood() throws Exception {
        List<String> rate = RATE == 0 ? List.of("--topspeed") : List.of("--pps=" + RATE);
        List<String> flooding = new ArrayList<>(List.of("-K", "--unique-ip", "--loop=0"));
        flooding.addAll(rate);
        Process flood = replay(lab.folder().resolve("flood.pcap"), flooding);
        List<Process> scrapers = new ArrayList<>();
        List<Double> delays = new ArrayList<>();
        long began = System.nanoTime();
        long memory = 0;
        try {
            for (int i = 0; i < SCRAPERS; i++) {
                scrapers.add(new ProcessBuilder(lab.on("tap", List.of("sh", "-c", sensor.scrapeForEver()))).start());
            }
            for (int i = 0;
                    i < 10
                            || System.nanoTime() - began
                                    < Duration.ofSeconds(SECONDS).toNanos();
                    i++) {
                delays.add(secondsUntilKnown(i, session(i)));
                memory = Math.max(memory, sensor.residentBytes());
                Sensor.pause(Duration.ofMillis(300));
            }
        } finally {
            flood.destroy();
            scrapers.forEach(Process::destroy);
        }
        assertThat(flood.waitFor(20, TimeUnit.SECONDS)).isTrue();
        double seconds = (System.nanoTime() - began) / 1e9;
        Sensor.pause(Duration.ofSeconds(3));
        delays.sort(null);
        double p99 = delays.get((int) Math.ceil(delays.size() * 0.99) - 1);
        Totals totals = totals();
        note(seconds, totals, delays, p99, memory);
        assertThat(totals.captured).isEqualTo(totals.classified + totals.ringDrops);
        assertThat(totals.sent)
                .as("what the mirror port took is captured or dropped by a name")
                .isEqualTo(totals.captured + totals.kernelDrops);
        String transmitted = lab.run("lab_in tap cat /sys/class/net/wire/statistics/tx_packets")
                .strip();
        assertThat(transmitted).as("packets that the sensor sent").isEqualTo("0");
        assertThat(p99)
                .as("seconds from packet to API, of " + delays)
                .isLessThan(totals.kernelDrops + totals.ringDrops == 0 ? PROMISE : BEYOND);
        assertThat(sensor.log()).doesNotContain("Exception", "OutOfMemory");
    }

    /**
     * From the end of a session to the client in the API. A session that was lost is held again, as a client would that
     * gets no answer; but lost it may be only where packets were, and those are counted.
     */
    private double secondsUntilKnown(int i, Path session) throws Exception {
        String path = "/api/v1/clients/" + text(client(i));
        for (int attempt = 1; attempt <= MAX_SESSIONS; attempt++) {
            long lost = dropped();
            assertThat(replay(session, List.of("--topspeed")).waitFor()).isZero();
            long sent = System.nanoTime();
            sessions++;
            while (System.nanoTime() - sent < Duration.ofSeconds(5).toNanos()) {
                String verdict =
                        sensor.tryJson(path).path("client").path("verdict").asText("none");
                if (verdict.equals("smb1_only")) {
                    return (System.nanoTime() - sent) / 1e9;
                }
                Sensor.pause(Duration.ofMillis(50));
            }
            assertThat(dropped())
                    .as("not known after 5 s although nothing was dropped")
                    .isGreaterThan(lost);
        }
        throw new AssertionError(path + ": not known after " + MAX_SESSIONS + " sessions\n" + sensor.log());
    }

    private long dropped() {
        Map<String, Double> series = sensor.metrics().series();
        return sum(series, "tap445_capture_kernel_drops_total") + sum(series, "tap445_ring_drops_total");
    }

    private record Totals(long sent, long captured, long kernelDrops, long classified, long ringDrops) {}

    private Totals totals() {
        Map<String, Double> series = sensor.metrics().series();
        String received = lab.run("lab_in tap cat /sys/class/net/wire/statistics/rx_packets")
                .strip();
        return new Totals(
                Long.parseLong(received),
                sum(series, "tap445_capture_packets_total"),
                sum(series, "tap445_capture_kernel_drops_total"),
                sum(series, "tap445_packets_classified_total"),
                sum(series, "tap445_ring_drops_total"));
    }

    private static long sum(Map<String, Double> series, String name) {
        return Math.round(series.entrySet().stream()
                .filter(s -> s.getKey().startsWith(name + "{"))
                .mapToDouble(Map.Entry::getValue)
                .sum());
    }

    private void note(double seconds, Totals t, List<Double> delays, double p99, long memory) throws IOException {
        String line = String.format(
                Locale.ROOT,
                "flood over an interface\t%d packets\t%.1f s\t%.0f packets/s\t%d kernel drops\t%d ring drops\t"
                        + "%d clients, all found, in %d sessions\tdelay median %.2f s, p99 %.2f s, most %.2f s\t%d MiB resident%n",
                t.sent,
                seconds,
                t.sent / seconds,
                t.kernelDrops,
                t.ringDrops,
                delays.size(),
                sessions,
                delays.get(delays.size() / 2),
                p99,
                delays.getLast(),
                memory >> 20);
        System.out.print(line);
        Files.createDirectories(Path.of("target"));
        Files.writeString(
                Path.of("target", "reliability.tsv"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
