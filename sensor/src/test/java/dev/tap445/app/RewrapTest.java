package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.capture.AddressPairSelector;
import dev.tap445.support.CaptureFile;
import dev.tap445.support.RawFrame;
import dev.tap445.support.Replay;
import dev.tap445.support.Rewrap;
import dev.tap445.support.SampleFiles;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.LinkType;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same conversations in every link layer, tunnel and fragmentation: the same verdicts, outcomes and times. */
final class RewrapTest {
    private static final int WORKERS = 4;

    static List<Rewrap.Way> ways() {
        return Rewrap.ways();
    }

    @ParameterizedTest
    @MethodSource("ways")
    void everySampleIsTheSameWrapped(Rewrap.Way way) {
        List<Path> files = SampleFiles.captures();
        assertThat(files).hasSizeGreaterThan(30);
        for (Path file : files) {
            check(way, file);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void publicCapturesAreTheSameWrapped(Rewrap.Way way) {
        Path directory = CaptureFile.sharedCaptures().resolve("files");
        int checked = 0;
        for (Path file : SampleFiles.pcaps(directory)) {
            if (file.toFile().length() < 40_000 && isPlainEthernet(file)) {
                check(way, file);
                checked++;
            }
        }
        Assumptions.assumeTrue(checked > 0, "no small Ethernet captures in ../shared/captures");
    }

    private static boolean isPlainEthernet(Path file) {
        return SampleFiles.isWhole(file)
                && CaptureFile.read(file).stream().allMatch(f -> f.linkType() == LinkType.ETHERNET);
    }

    private static void check(Rewrap.Way way, Path file) {
        List<RawFrame> plain = RawFrame.of(CaptureFile.read(file));
        List<RawFrame> carried = way.carried(plain);
        List<RawFrame> wrapped = way.wrapped(plain);
        for (int workers : new int[] {1, WORKERS}) {
            Replay.Result expected = Replay.run(carried, workers);
            Replay.Result actual = Replay.run(wrapped, workers);
            assertThat(comparable(actual.hosts()))
                    .as("%s in %s, %d workers", file.getFileName(), way, workers)
                    .isEqualTo(comparable(expected.hosts()));
        }
    }

    /** Links without Ethernet have no MACs, and where a packet was seen is what differs. */
    private static String comparable(String hosts) {
        return hosts.replaceAll("\"mac\": ?(null|\"[^\"]*\")", "")
                .replaceAll("\"mac_addresses\": ?\\d+", "")
                .replaceAll("\"(vlan|vni|erspan_session)\": ?(null|\\d+)", "")
                .replaceAll("\"seen_in\": ?\\[[^\\]]*\\]", "");
    }

    @Test
    void anyNumberOfWorkersReportsTheSame() {
        for (Path file : SampleFiles.captures()) {
            List<RawFrame> plain = RawFrame.of(CaptureFile.read(file));
            String one = Replay.run(plain, 1).hosts();
            assertThat(Replay.run(plain, WORKERS).hosts()).as(file.toString()).isEqualTo(one);
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void oneTunnelIsSpreadOverAllWorkersAsItsContentWouldBe(Rewrap.Way way) {
        List<RawFrame> plain =
                way.carried(RawFrame.of(CaptureFile.read(SampleFiles.directory().resolve("scanner.pcap"))));
        AddressPairSelector selector = new AddressPairSelector(WORKERS);
        Set<Integer> used = new HashSet<>();
        for (RawFrame p : plain) {
            int expected = selector.select(p.segment(), 0, p.bytes().length, p.linkType());
            for (RawFrame w : way.wrap().apply(p)) {
                assertThat(selector.select(w.segment(), 0, w.bytes().length, w.linkType()))
                        .isEqualTo(expected);
            }
            used.add(expected);
        }
        assertThat(used).hasSize(WORKERS);
    }

    /** An underlay with too small an MTU: handshakes fit, what is greater is read as far as its first fragment goes. */
    @Test
    void aTunnelCutByItsUnderlayStillTellsWhoSpeaksSmb1() {
        for (int workers : new int[] {1, WORKERS}) {
            List<RawFrame> plain =
                    RawFrame.of(CaptureFile.read(SampleFiles.directory().resolve("smb1-only.pcap")));
            List<RawFrame> wrapped = vxlan().wrapped(plain);
            List<RawFrame> cut =
                    wrapped.stream().flatMap(p -> Rewrap.cut(p, 320).stream()).toList();
            Replay.Result expected = Replay.run(plain, workers);
            Replay.Result result = Replay.run(cut, workers);
            long longer =
                    wrapped.stream().filter(p -> p.bytes().length - 34 > 320).count();
            assertThat(longer).isPositive();
            assertThat(result.failures()).containsEntry(DecodeFailure.TUNNEL_FRAGMENTED, longer);
            String names = "\"(hostname|domain)\": ?(null|\"[^\"]*\")"; // behind the cut
            assertThat(comparable(result.hosts()).replaceAll(names, ""))
                    .isEqualTo(comparable(expected.hosts()).replaceAll(names, ""));
        }
    }

    @Test
    void tunnelPacketsInTinyFragmentsAreCountedAsThat() {
        List<RawFrame> plain =
                RawFrame.of(CaptureFile.read(SampleFiles.directory().resolve("smb1-only.pcap")));
        List<RawFrame> cut = vxlan().wrapped(plain).stream()
                .flatMap(p -> Rewrap.cut(p, 32).stream())
                .toList();
        Replay.Result result = Replay.run(cut, 1);
        assertThat(result.failures()).isEqualTo(Map.of(DecodeFailure.TUNNEL_FRAGMENTED, (long) plain.size()));
    }

    private static Rewrap.Way vxlan() {
        return Rewrap.ways().stream()
                .filter(w -> w.name().equals("VXLAN"))
                .findFirst()
                .orElseThrow();
    }
}
