package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.CaptureFile;
import dev.tap445.support.Packet;
import dev.tap445.support.Pcap;
import dev.tap445.support.Reshape;
import dev.tap445.wire.LinkType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same packets give the same report byte for byte, however many workers share them and in whatever order whole
 * connections lie in the file.
 */
final class OrderTest {
    private static final String NAME = "order.pcap";

    static Stream<String> samples() throws IOException {
        return Samples.all().keySet().stream();
    }

    private static void staysTheSame(List<Packet> packets) throws Exception {
        String expected = report(packets, 1);
        assertThat(report(packets, 2)).as("2 workers").isEqualTo(expected);
        assertThat(report(packets, 4)).as("4 workers").isEqualTo(expected);
        assertThat(report(Reshape.sequential(packets), 1))
                .as("one connection after the other")
                .isEqualTo(expected);
        assertThat(report(Reshape.reversed(packets), 1))
                .as("the last connection first")
                .isEqualTo(expected);
        assertThat(report(Reshape.reversed(packets), 3))
                .as("the last first, 3 workers")
                .isEqualTo(expected);
        assertThat(report(Reshape.interleaved(packets), 1)).as("interleaved").isEqualTo(expected);
        assertThat(report(Reshape.interleaved(Reshape.reversed(packets)), 2))
                .as("interleaved, the last first, 2 workers")
                .isEqualTo(expected);
        for (long seed = 1; seed <= 2; seed++) {
            assertThat(report(Reshape.mixed(packets, seed), 1))
                    .as("mixed at random, seed " + seed)
                    .isEqualTo(expected);
        }
    }

    private static String report(List<Packet> packets, int workers) throws Exception {
        return Replayed.of(NAME, Pcap.bytes(packets), workers).json();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void samples(String sample) throws Exception {
        Path file = Samples.all().get(sample);
        assertThat(file).isNotNull();
        if (file != null) {
            staysTheSame(Pcap.read(file));
        }
    }

    /** Those of Ethernet frames alone, which is what {@link Pcap} can write anew in another order. */
    static Stream<Path> captures() throws IOException {
        try (Stream<Path> files = Files.list(CaptureFile.sharedCaptures().resolve("files"))) {
            return files.filter(OrderTest::canBeMixed).sorted().toList().stream();
        }
    }

    private static boolean canBeMixed(Path file) {
        List<CaptureFile.Frame> frames = CaptureFile.read(file);
        return !frames.isEmpty() && frames.stream().allMatch(frame -> frame.linkType() == LinkType.ETHERNET);
    }

    @ParameterizedTest
    @MethodSource("captures")
    void publicCaptures(Path file) throws Exception {
        staysTheSame(Pcap.read(file));
    }
}
