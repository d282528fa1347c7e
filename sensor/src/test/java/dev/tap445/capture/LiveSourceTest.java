package dev.tap445.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A veth pair in a network namespace of its own; nothing of it touches the network of this machine. */
final class LiveSourceTest {
    private static final int PACKETS = 5_000;
    private static final String SYN = "020000000002020000000001080045000028000140004006000"
            + "0c6120001c6130001c00001bd00000001000000005002ffff00000000";

    private final TestNamespace namespace;

    @TempDir
    private Path folder;

    LiveSourceTest() throws Exception {
        namespace = TestNamespace.make();
    }

    @AfterEach
    void removeNamespace() throws Exception {
        namespace.remove();
    }

    @Test
    void countsEveryPacketAndComesBackAfterTheInterfaceWentAway() throws Exception {
        Path capture = capture("");
        Process probe = namespace.probe(List.of(), "tap0", "watch");
        try (BufferedReader out = probe.inputReader();
                BufferedWriter in = probe.outputWriter()) {
            TestNamespace.await(out, line -> line.startsWith("up packets 0 "));

            namespace.replay(capture);
            String counted = TestNamespace.await(out, line -> line.contains("drained " + PACKETS + " "));
            assertThat(counted).contains("packets " + PACKETS + " ", "drops 0 ", "bytes " + PACKETS * 54L + " ");
            long last = Long.parseLong(counted.replaceFirst(".* last (\\d+) .*", "$1"));
            assertThat(Math.abs(System.currentTimeMillis() - last / 1_000_000)).isLessThan(10_000);

            namespace.link("set", "tap0", "down");
            assertThat(TestNamespace.await(out, line -> line.startsWith("down ")))
                    .contains("tap0: the interface is down or has no carrier; waiting for it");
            namespace.link("set", "tap0", "up");
            TestNamespace.await(out, line -> line.startsWith("up "));
            namespace.replay(capture);
            TestNamespace.await(out, line -> line.contains("drained " + 2 * PACKETS + " "));

            namespace.link("del", "tap0");
            assertThat(TestNamespace.await(out, line -> line.contains("trying to open it again")))
                    .startsWith("down ");
            namespace.makePair();
            TestNamespace.await(out, line -> line.startsWith("up "));
            namespace.replay(capture);
            assertThat(TestNamespace.await(out, line -> line.contains("drained " + 3 * PACKETS + " ")))
                    .contains("drops 0 ");

            in.write('\n');
            in.flush();
            assertThat(TestNamespace.await(out, line -> line.startsWith("stopped")))
                    .isEqualTo("stopped true Optional.empty");
        } finally {
            probe.destroyForcibly().waitFor();
        }
    }

    /** The kernel takes a tag out of the frame and keeps it aside, so that a file proves nothing about this. */
    @Test
    void leanSeesThroughTagsOnTheWire() throws Exception {
        Path plain = capture("");
        Process probe = namespace.probe(List.of(), "tap0", "lean");
        try (BufferedReader out = probe.inputReader()) {
            TestNamespace.await(out, line -> line.startsWith("up packets 0 "));
            namespace.replay(plain);
            namespace.replay(capture("81000021"));
            namespace.replay(capture("88a8000781000021"));
            String counted = TestNamespace.await(out, line -> line.contains("drained " + 3 * PACKETS + " "));
            assertThat(counted).contains("bytes " + (3 * 54 + 4 + 8) * (long) PACKETS + " ");
        } finally {
            probe.destroyForcibly().waitFor();
        }
    }

    @Test
    void stopsOnASilentWire() throws Exception {
        Process probe = namespace.probe(List.of(), "tap0", "cycles", "100");
        try (BufferedReader out = probe.inputReader()) {
            String line = TestNamespace.await(out, l -> l.startsWith("slowest") || l.startsWith("failed"));
            assertThat(line).startsWith("slowest ");
            assertThat(Long.parseLong(line.substring(8))).isLessThan(2_000);
            assertThat(probe.waitFor()).isZero();
        } finally {
            probe.destroyForcibly().waitFor();
        }
    }

    @Test
    void saysWhatToDoAboutAnInterfaceThatIsDownOrMissing() throws Exception {
        namespace.link("set", "tap0", "down");
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
        Process probe = namespace.probe(List.of(as), device, "watch");
        try (BufferedReader out = probe.inputReader()) {
            return TestNamespace.await(out, line -> line.startsWith("refused") || line.startsWith("up"));
        } finally {
            probe.destroyForcibly().waitFor();
        }
    }

    private Path capture(String tags) throws IOException {
        CaptureBytes bytes = CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, PcapParser.MAGIC_MICROS, 1);
        byte[] frame = HexFormat.of().parseHex(SYN.substring(0, 24) + tags + SYN.substring(24));
        for (int i = 0; i < PACKETS; i++) {
            bytes.record(i / 1000, i % 1000, frame.length, frame);
        }
        return Files.write(folder.resolve("syns" + tags + ".pcap"), bytes.bytes());
    }
}
