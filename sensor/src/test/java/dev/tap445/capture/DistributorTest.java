package dev.tap445.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.ring.PacketRecord;
import dev.tap445.ring.RecordRing;
import dev.tap445.support.Frames;
import dev.tap445.wire.DecodeFailure;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DistributorTest {
    private static final int ETHERNET = 1;

    private final RecordRing left = RecordRing.allocate(1024);
    private final RecordRing right = RecordRing.allocate(1024);
    private final SourceCounters counters = new SourceCounters();
    private MemorySegment frame = MemorySegment.NULL;
    private Arena arena = Arena.global();

    @TempDir
    private Path folder;

    @BeforeEach
    void allocate() {
        arena = Arena.ofConfined();
        frame = arena.allocate(2000);
    }

    @AfterEach
    void free() {
        arena.close();
        left.close();
        right.close();
    }

    private static List<Long> timestamps(RecordRing ring) {
        List<Long> seen = new ArrayList<>();
        ring.drain((type, slab, at, length) -> seen.add(PacketRecord.timestamp(slab, at)), 1000);
        return seen;
    }

    @Test
    void laysEachPacketIntoTheRingOfItsWorker() {
        Distributor distributor =
                new Distributor(List.of(left, right), (m, at, captured, type) -> m.get(ValueLayout.JAVA_BYTE, at));
        for (int i = 0; i < 6; i++) {
            frame.set(ValueLayout.JAVA_BYTE, 0, (byte) (i % 3 == 0 ? 1 : 0));
            distributor.onPacket(frame, 0, 20, 20, 100 + i, ETHERNET, 0);
        }
        assertThat(timestamps(left)).as("not yet published").isEmpty();
        distributor.publishAll(counters);
        assertThat(timestamps(left)).containsExactly(101L, 102L, 104L, 105L);
        assertThat(timestamps(right)).containsExactly(100L, 103L);
    }

    @Test
    void handsOverEveryFieldAndTheBytes() {
        Distributor distributor = new Distributor(List.of(left), (m, at, captured, type) -> 0);
        frame.set(ValueLayout.JAVA_BYTE, 5, (byte) 42);
        distributor.onPacket(frame, 5, 1, 1500, 7, 113, 3);
        distributor.publishAll(counters);
        left.drain(
                (type, slab, at, length) -> {
                    assertThat(type).isEqualTo(PacketRecord.TYPE);
                    assertThat(length).isEqualTo(PacketRecord.FRAME + 1);
                    assertThat(PacketRecord.timestamp(slab, at)).isEqualTo(7);
                    assertThat(PacketRecord.captured(slab, at)).isEqualTo(1);
                    assertThat(PacketRecord.original(slab, at)).isEqualTo(1500);
                    assertThat(PacketRecord.linkType(slab, at)).isEqualTo(113);
                    assertThat(PacketRecord.source(slab, at)).isEqualTo(3);
                    assertThat(slab.getByte(at + PacketRecord.FRAME)).isEqualTo((byte) 42);
                },
                10);
        assertThat(counters.truncated()).isEqualTo(1);
    }

    @Test
    void dropsAndCountsWhatAFullRingCannotTake() {
        Distributor distributor = new Distributor(List.of(left), (m, at, captured, type) -> 0);
        for (int i = 0; i < 50; i++) {
            distributor.onPacket(frame, 0, 100, 100, i, ETHERNET, 0);
        }
        distributor.publishAll(counters);
        int held = timestamps(left).size();
        assertThat(held).isBetween(1, 10);
        assertThat(left.drops()).isEqualTo(50 - held);
        assertThat(counters.packets()).isEqualTo(50);
        assertThat(counters.bytes()).isEqualTo(5000);
    }

    @Test
    void cutsAPacketThatNoRingCouldEverTake() {
        Distributor distributor = new Distributor(List.of(left), (m, at, captured, type) -> 0);
        distributor.onPacket(frame, 0, 2000, 2000, 1, ETHERNET, 0);
        distributor.publishAll(counters);
        int expected = left.maxPayload() - PacketRecord.FRAME;
        left.drain(
                (type, slab, at, length) ->
                        assertThat(PacketRecord.captured(slab, at)).isEqualTo(expected),
                1);
        assertThat(left.isDrained()).isTrue();
        assertThat(counters.truncated()).isEqualTo(1);
        assertThat(left.drops()).isZero();
    }

    @Test
    void countsEarliestAndLatestThoughTimeGoesBackwards() {
        Distributor distributor = new Distributor(List.of(left), (m, at, captured, type) -> 0);
        distributor.onPacket(frame, 0, 1, 1, 50, ETHERNET, 0);
        distributor.onPacket(frame, 0, 1, 1, 40, ETHERNET, 0);
        distributor.publishAll(counters);
        distributor.onPacket(frame, 0, 1, 1, 45, ETHERNET, 0);
        distributor.publishAll(counters);
        assertThat(counters.firstTimestamp()).isEqualTo(40);
        assertThat(counters.lastTimestamp()).isEqualTo(50);
    }

    /** The first fragment of a tunnel's packet waits for the others, but not for ever, whether or not packets come. */
    @Test
    void whatIsHeldBackGoesOnWithTime() {
        Distributor distributor = new Distributor(List.of(left), new AddressPairSelector(1));
        byte[] vxlan = Frames.vxlan(5, Frames.ethernet(0x0800, Frames.ipv4(6, Frames.tcp(2, 1, new byte[40]))));
        MemorySegment fragment = MemorySegment.ofArray(
                Frames.ethernet(0x0800, Frames.ipv4(17, 9, 0x2000, 64, Arrays.copyOf(vxlan, 64))));
        int length = (int) fragment.byteSize();
        assertThat(distributor.awaitsTime()).isFalse();
        distributor.onPacket(fragment, 0, length, length, 100, ETHERNET, 0);
        distributor.publishAll(counters);
        assertThat(distributor.awaitsTime()).isTrue();
        distributor.advance(100);
        assertThat(left.isDrained()).isTrue();
        distributor.advance(100 + TunnelFragments.HOLD_NANOS);
        assertThat(timestamps(left)).containsExactly(100L);
        assertThat(distributor.failures(DecodeFailure.TUNNEL_FRAGMENTED)).isEqualTo(1);
        distributor.onPacket(fragment, 0, length, length, 200, ETHERNET, 0);
        distributor.onPacket(frame, 0, 60, 60, 200 + TunnelFragments.HOLD_NANOS, ETHERNET, 0);
        distributor.onPacket(fragment, 0, length, length, 300 + TunnelFragments.HOLD_NANOS, ETHERNET, 0);
        distributor.finish();
        assertThat(timestamps(left))
                .containsExactly(200L, 200 + TunnelFragments.HOLD_NANOS, 300 + TunnelFragments.HOLD_NANOS);
        assertThat(left.drops()).isZero();
    }

    private String fileOf(int packets) throws Exception {
        CaptureBytes bytes = CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, PcapParser.MAGIC_NANOS, ETHERNET);
        for (int i = 0; i < packets; i++) {
            bytes.record(0, i, 60, new byte[60]);
        }
        return Files.write(folder.resolve("many.pcap"), bytes.bytes()).toString();
    }

    @Test
    @SuppressWarnings("ThreadPriorityCheck") // the worker has nothing better to do
    void losesNothingOfAFileThoughTheRingIsSmall() throws Exception {
        int packets = 20_000;
        Distributor distributor = new Distributor(List.of(left), (m, at, captured, type) -> 0);
        FileSource source = FileSource.open(fileOf(packets), 0);
        CaptureLoop loop = new CaptureLoop(List.of(source), distributor);
        List<Long> seen = new ArrayList<>();
        try (CaptureThread thread = new CaptureThread("capture", loop, IdleStrategy.live())) {
            thread.start();
            while (!thread.isFinished() || !left.isDrained()) {
                if (left.drain((type, slab, at, length) -> seen.add(PacketRecord.timestamp(slab, at)), 100) == 0) {
                    Thread.yield();
                }
            }
            assertThat(thread.failure()).isEmpty();
        }
        assertThat(seen).hasSize(packets).isSorted();
        assertThat(left.drops()).isZero();
        assertThat(source.counters().packets()).isEqualTo(packets);
    }

    @Test
    void stopsThoughNobodyDrainsTheRing() throws Exception {
        Distributor distributor = new Distributor(List.of(left), (m, at, captured, type) -> 0);
        CaptureLoop loop = new CaptureLoop(List.of(FileSource.open(fileOf(1000), 0)), distributor);
        try (CaptureThread thread = new CaptureThread("capture", loop, IdleStrategy.live())) {
            thread.start();
            while (left.fillRatio() < 0.5) {
                Thread.sleep(1);
            }
            assertThat(thread.isFinished()).isFalse();
            assertThat(thread.stop(Duration.ofSeconds(2))).isTrue();
            assertThat(thread.failure()).isEmpty();
        }
    }
}
