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
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The same conversations in every link layer, tunnel and fragmentation: the same verdicts, outcomes and times. */
final class RewrapTest {
    private static final int WORKERS = 4;
    /** What fragments carry: as little as a router of IPv4 may make them, and what common MTUs leave. */
    private static final int[] PIECES = {48, 552, 1280};

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

    static List<Rewrap.Way> tunnels() {
        return Rewrap.tunnels();
    }

    /** An underlay with too small an MTU, in order and not. */
    @ParameterizedTest
    @MethodSource("tunnels")
    void tunnelsCutByTheirUnderlayAreTheSame(Rewrap.Way way) {
        for (Path file : SampleFiles.captures()) {
            List<RawFrame> plain = RawFrame.of(CaptureFile.read(file));
            String expected = comparable(Replay.run(way.carried(plain), 1).hosts());
            List<RawFrame> wrapped = way.wrapped(plain);
            for (int piece : PIECES) {
                for (int workers : new int[] {1, 2, WORKERS}) {
                    List<RawFrame> cut = shuffled(Rewrap.cut(wrapped, piece), workers);
                    Replay.Result actual = Replay.run(cut, workers);
                    String description = "%s in %s in pieces of %d bytes, %d workers"
                            .formatted(file.getFileName(), way, piece, workers);
                    assertThat(comparable(actual.hosts())).as(description).isEqualTo(expected);
                    assertThat(actual.failures())
                            .as(description)
                            .doesNotContainKeys(
                                    DecodeFailure.TUNNEL_FRAGMENTED,
                                    DecodeFailure.IP_FRAGMENT_INVALID,
                                    DecodeFailure.IP_FRAGMENT_INCOMPLETE);
                }
            }
        }
    }

    /** By one worker as they come, by two the last first, by more in any order. */
    private static List<RawFrame> shuffled(List<List<RawFrame>> packets, int workers) {
        Random random = new Random(workers);
        List<RawFrame> frames = new ArrayList<>();
        for (List<RawFrame> pieces : packets) {
            List<RawFrame> order = new ArrayList<>(pieces);
            if (workers == 2) {
                Collections.reverse(order);
            } else if (workers > 2) {
                Collections.shuffle(order, random);
            }
            frames.addAll(order);
        }
        return frames;
    }

    /** Of each packet the rest is lost: read as far as the first fragment goes, and counted. */
    @Test
    void aTunnelWhoseLaterFragmentsAreNotSeenStillTellsWhoSpeaksSmb1() {
        List<RawFrame> plain =
                RawFrame.of(CaptureFile.read(SampleFiles.directory().resolve("smb1-only.pcap")));
        List<List<RawFrame>> cut = Rewrap.cut(vxlan().wrapped(plain), 320);
        List<RawFrame> firsts = cut.stream().map(List::getFirst).toList();
        long longer = cut.stream().filter(pieces -> pieces.size() > 1).count();
        assertThat(longer).isPositive();
        for (int workers : new int[] {1, WORKERS}) {
            Replay.Result expected = Replay.run(plain, workers);
            Replay.Result result = Replay.run(firsts, workers);
            assertThat(result.failures()).containsEntry(DecodeFailure.TUNNEL_FRAGMENTED, longer);
            // behind the cut, and what is read last
            String lost = "\"(hostname|domain|last_seen|smb1_last_seen|last_smb1)\": ?(null|\"[^\"]*\")";
            assertThat(comparable(result.hosts()).replaceAll(lost, ""))
                    .isEqualTo(comparable(expected.hosts()).replaceAll(lost, ""));
        }
    }

    private static Rewrap.Way vxlan() {
        return Rewrap.ways().stream()
                .filter(w -> w.name().equals("VXLAN"))
                .findFirst()
                .orElseThrow();
    }
}
