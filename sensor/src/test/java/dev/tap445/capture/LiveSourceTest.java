package dev.tap445.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A veth pair in a network namespace of its own; nothing of it touches the network of this machine. */
final class LiveSourceTest {
    private static final int PACKETS = 5_000;
    private static final String SYN = "020000000002020000000001080045000028000140004006000"
            + "0c6120001c6130001c00001bd00000001000000005002ffff00000000";
    private static final long TIMEOUT = 20_000_000_000L;

    private final String namespace = "tap445-" + ProcessHandle.current().pid();

    @TempDir
    private Path folder;

    @BeforeEach
    void makeNamespace() throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "skipped: a network namespace can be made by root alone");
        assumeTrue(has("ip") && has("tcpreplay"), "skipped: iproute2 or tcpreplay is not installed");
        assumeTrue(tries("ip", "netns", "add", namespace), "skipped: no network namespace can be made here");
        inside("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1");
        makePair();
    }

    @AfterEach
    void removeNamespace() throws Exception {
        tries("ip", "netns", "del", namespace);
    }

    private void makePair() throws Exception {
        run("ip", "-n", namespace, "link", "add", "tap0", "type", "veth", "peer", "name", "wire0");
        run("ip", "-n", namespace, "link", "set", "tap0", "up");
        run("ip", "-n", namespace, "link", "set", "wire0", "up");
    }

    @Test
    void countsEveryPacketAndComesBackAfterTheInterfaceWentAway() throws Exception {
        String capture = capture("");
        Process probe = probe("tap0", "watch");
        try (BufferedReader out = probe.inputReader();
                BufferedWriter in = probe.outputWriter()) {
            await(out, line -> line.startsWith("up packets 0 "));

            replay(capture);
            String counted = await(out, line -> line.contains("drained " + PACKETS + " "));
            assertThat(counted).contains("packets " + PACKETS + " ", "drops 0 ", "bytes " + PACKETS * 54L + " ");
            long last = Long.parseLong(counted.replaceFirst(".* last (\\d+) .*", "$1"));
            assertThat(Math.abs(System.currentTimeMillis() - last / 1_000_000)).isLessThan(10_000);

            run("ip", "-n", namespace, "link", "set", "tap0", "down");
            assertThat(await(out, line -> line.startsWith("down ")))
                    .contains("tap0: the interface is down or has no carrier; waiting for it");
            run("ip", "-n", namespace, "link", "set", "tap0", "up");
            await(out, line -> line.startsWith("up "));
            replay(capture);
            await(out, line -> line.contains("drained " + 2 * PACKETS + " "));

            run("ip", "-n", namespace, "link", "del", "tap0");
            assertThat(await(out, line -> line.contains("trying to open it again")))
                    .startsWith("down ");
            makePair();
            await(out, line -> line.startsWith("up "));
            replay(capture);
            assertThat(await(out, line -> line.contains("drained " + 3 * PACKETS + " ")))
                    .contains("drops 0 ");

            in.write('\n');
            in.flush();
            assertThat(await(out, line -> line.startsWith("stopped"))).isEqualTo("stopped true Optional.empty");
        } finally {
            probe.destroyForcibly().waitFor();
        }
    }

    /** The kernel takes a tag out of the frame and keeps it aside, so that a file proves nothing about this. */
    @Test
    void leanSeesThroughTagsOnTheWire() throws Exception {
        String plain = capture("");
        Process probe = probe("tap0", "lean");
        try (BufferedReader out = probe.inputReader()) {
            await(out, line -> line.startsWith("up packets 0 "));
            replay(plain);
            replay(capture("81000021"));
            replay(capture("88a8000781000021"));
            String counted = await(out, line -> line.contains("drained " + 3 * PACKETS + " "));
            assertThat(counted).contains("bytes " + (3 * 54 + 4 + 8) * (long) PACKETS + " ");
        } finally {
            probe.destroyForcibly().waitFor();
        }
    }

    @Test
    void stopsOnASilentWire() throws Exception {
        Process probe = probe("tap0", "cycles", "100");
        try (BufferedReader out = probe.inputReader()) {
            String line = await(out, l -> l.startsWith("slowest") || l.startsWith("failed"));
            assertThat(line).startsWith("slowest ");
            assertThat(Long.parseLong(line.substring(8))).isLessThan(2_000);
            assertThat(probe.waitFor()).isZero();
        } finally {
            probe.destroyForcibly().waitFor();
        }
    }

    @Test
    void saysWhatToDoAboutAnInterfaceThatIsDownOrMissing() throws Exception {
        run("ip", "-n", namespace, "link", "set", "tap0", "down");
        assertThat(answer("tap0")).isEqualTo("refused tap0: the interface is down: sudo ip link set tap0 up");
        assertThat(answer("tap9"))
                .startsWith("refused tap9: no such interface; there are: ")
                .contains("wire0", "tap0");
    }

    @Test
    void saysWhichPermissionIsMissing() throws Exception {
        String answer = answer("tap0", "setpriv", "--inh-caps=-all", "--bounding-set=-all");
        assertThat(answer).startsWith("refused tap0: no permission to capture").contains("--ambient-caps=+net_raw");
    }

    @Test
    void capturesWithTheOneCapability() throws Exception {
        String answer = answer("tap0", "setpriv", "--inh-caps=-all", "--bounding-set=-all,+net_raw");
        assertThat(answer).startsWith("up packets 0 ");
    }

    @Test
    void refusesAFilterWithItsReason() {
        assertThatThrownBy(() -> LiveSource.open("lo", 0, LiveOptions.of(CaptureFilter.of("tcp prot 445"))))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("syntax error");
    }

    private String answer(String device, String... as) throws Exception {
        Process probe = probe(List.of(as), device, "watch");
        try (BufferedReader out = probe.inputReader()) {
            return await(out, line -> line.startsWith("refused") || line.startsWith("up"));
        } finally {
            probe.destroyForcibly().waitFor();
        }
    }

    private String capture(String tags) throws IOException {
        CaptureBytes bytes = CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, PcapParser.MAGIC_MICROS, 1);
        byte[] frame = HexFormat.of().parseHex(SYN.substring(0, 24) + tags + SYN.substring(24));
        for (int i = 0; i < PACKETS; i++) {
            bytes.record(i / 1000, i % 1000, frame.length, frame);
        }
        return Files.write(folder.resolve("syns" + tags + ".pcap"), bytes.bytes())
                .toString();
    }

    private void replay(String capture) throws Exception {
        inside("tcpreplay", "-q", "--pps=20000", "-i", "wire0", capture);
    }

    private Process probe(String... arguments) throws IOException {
        return probe(List.of(), arguments);
    }

    private Process probe(List<String> as, String... arguments) throws IOException {
        List<String> command = new java.util.ArrayList<>(List.of("ip", "netns", "exec", namespace));
        command.addAll(as);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djna.tmpdir=/tmp",
                "-cp",
                System.getProperty("java.class.path"),
                LiveProbe.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String await(BufferedReader out, Predicate<String> wanted) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT;
        String line;
        String last = "nothing";
        while ((line = out.readLine()) != null) {
            if (wanted.test(line)) {
                return line;
            }
            last = line;
            if (System.nanoTime() > deadline) {
                break;
            }
        }
        throw new AssertionError("not seen in time; the last line was: " + last);
    }

    private void inside(String... command) throws Exception {
        List<String> all = new java.util.ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(List.of(command));
        run(all.toArray(String[]::new));
    }

    private static void run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", command) + ": " + out).isZero();
    }

    private static boolean tries(String... command) throws Exception {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean has(String command) throws Exception {
        return tries("sh", "-c", "command -v " + command);
    }
}
