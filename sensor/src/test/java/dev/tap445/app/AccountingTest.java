package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.capture.CaptureException;
import dev.tap445.capture.FileSource;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.FeedView.WorkerView;
import dev.tap445.support.CaptureFile;
import dev.tap445.support.Packet;
import dev.tap445.support.Pcap;
import dev.tap445.support.RawFrame;
import dev.tap445.support.Replay;
import dev.tap445.support.Rewrap;
import dev.tap445.support.SampleFiles;
import dev.tap445.wire.DecodeFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No packet disappears: what was captured was dropped by a named ring, or is in exactly one class. */
final class AccountingTest {
    /** Reasons that a fragment put together may add, or a stream, beside the class of the packet itself. */
    private static final Set<DecodeFailure> NOT_OF_ONE_PACKET =
            EnumSet.range(DecodeFailure.NBSS_TYPE, DecodeFailure.STREAM_GAP);

    @TempDir
    private Path folder;

    @Test
    void everyPacketOfEverySampleIsInOneClass() throws CaptureException, InterruptedException {
        for (Path file : SampleFiles.captures()) {
            for (int workers : new int[] {1, 3}) {
                checkWholePipeline(file, workers);
            }
        }
    }

    @Test
    void everyPacketOfEveryPublicCaptureIsInOneClass() throws CaptureException, InterruptedException {
        for (Path file : SampleFiles.pcaps(CaptureFile.sharedCaptures().resolve("files"))) {
            if (SampleFiles.isWhole(file)) {
                checkWholePipeline(file, 2);
            }
        }
    }

    /** Tunnels cut by their underlay, of which some fragments are lost, some come twice, and some contradict others. */
    @Test
    void everyFragmentOfATunnelIsInOneClass() throws Exception {
        Random random = new Random(445);
        List<Packet> packets = new ArrayList<>();
        for (Rewrap.Way way : Rewrap.tunnels()) {
            if (way.name().contains("cooked")) {
                continue;
            }
            List<RawFrame> plain =
                    RawFrame.of(CaptureFile.read(SampleFiles.directory().resolve("multi-vs-smb3.pcap")));
            for (List<RawFrame> pieces : Rewrap.cut(way.wrapped(plain), 72)) {
                for (RawFrame p : pieces) {
                    byte[] bytes = p.bytes().clone();
                    bytes[bytes.length - 1] ^= (byte) (random.nextInt(60) == 0 ? 1 : 0);
                    int luck = random.nextInt(20);
                    for (int copies = luck == 0 ? 0 : luck == 1 ? 2 : 1; copies > 0; copies--) {
                        packets.add(new Packet(p.timeNanos(), bytes));
                    }
                }
            }
        }
        Path file = Files.write(folder.resolve("fragments.pcap"), Pcap.bytes(packets));
        for (int workers : new int[] {1, 3}) {
            FeedView feed = checkWholePipeline(file, workers);
            assertThat(feed.packets()).isEqualTo(packets.size());
            assertThat(feed.decodeFailures())
                    .containsKeys("tunnel_fragmented", "ip_fragment_incomplete", "ip_fragment_invalid");
        }
    }

    private static FeedView checkWholePipeline(Path file, int workers) throws CaptureException, InterruptedException {
        FileSource source = FileSource.open(file.toString(), 0);
        try (Pipeline pipeline = new Pipeline(List.of(List.of(source)), PipelineOptions.file(workers))) {
            pipeline.start();
            pipeline.awaitEnd();
            FeedView feed = pipeline.feed();
            long classified = sum(feed, "");
            long dropped =
                    feed.workers().stream().mapToLong(WorkerView::ringDrops).sum();
            assertThat(classified + dropped).as(file.toString()).isEqualTo(feed.packets());
            assertThat(sum(feed, "duplicate")).isEqualTo(pipeline.snapshot().duplicates());
            assertThat(sum(feed, "error")).isZero();
            return feed;
        }
    }

    /** Of one class, or of all. */
    private static long sum(FeedView feed, String name) {
        long sum = 0;
        for (WorkerView worker : feed.workers()) {
            for (Map.Entry<String, Long> each : worker.packets().entrySet()) {
                sum += name.isEmpty() || name.equals(each.getKey()) ? each.getValue() : 0;
            }
        }
        return sum;
    }

    @Test
    void damagedFramesAreInOneClassAndFailuresHaveOneReasonEach() {
        Random random = new Random(445);
        long failed = 0;
        for (Rewrap.Way way : Rewrap.ways()) {
            if (way.name().startsWith("fragments")) {
                continue;
            }
            List<RawFrame> damaged = new ArrayList<>();
            for (RawFrame p : way.wrapped(
                    RawFrame.of(CaptureFile.read(SampleFiles.directory().resolve("multi-vs-smb3.pcap"))))) {
                byte[] bytes = p.bytes().clone();
                for (int i = random.nextInt(4); i > 0; i--) {
                    bytes[random.nextInt(Math.min(bytes.length, 90))] = (byte) random.nextInt();
                }
                int length = random.nextInt(3) == 0 ? random.nextInt(bytes.length + 1) : bytes.length;
                damaged.add(p.with(java.util.Arrays.copyOf(bytes, length), p.linkType()));
            }
            Replay.Result result = Replay.run(damaged, 1);
            long classified = result.classes().values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            assertThat(classified).isEqualTo(damaged.size());
            long reasons = 0;
            long fragments = result.classes().getOrDefault("fragment", 0L);
            for (Map.Entry<DecodeFailure, Long> each : result.failures().entrySet()) {
                reasons += NOT_OF_ONE_PACKET.contains(each.getKey()) ? 0 : each.getValue();
            }
            assertThat(reasons - result.classes().getOrDefault("failed", 0L))
                    .as("reasons beyond those of failed packets come from packets made of fragments: %s", way)
                    .isBetween(0L, 2 * fragments);
            failed += result.classes().getOrDefault("failed", 0L);
        }
        assertThat(failed).isGreaterThan(100);
    }
}
