package dev.tap445.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.ring.PacketRecord;
import dev.tap445.ring.RecordRing;
import java.io.ByteArrayInputStream;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class TimeOrderTest {
    private static final byte[] FRAME = new byte[60];
    private static final long SECOND = 1_000_000_000L;

    private static CaptureBytes capture(int... seconds) {
        CaptureBytes bytes = CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, PcapParser.MAGIC_MICROS, 1);
        for (int second : seconds) {
            bytes.record(second, 0, 60, FRAME);
        }
        return bytes;
    }

    private static PacketSource source(int index, byte[] bytes) throws CaptureException {
        return FileSource.open("capture " + index, new ByteArrayInputStream(bytes), index);
    }

    private static List<PacketSource> sources(int[]... files) throws CaptureException {
        List<PacketSource> sources = new ArrayList<>();
        for (int[] file : files) {
            sources.add(source(sources.size(), capture(file).bytes()));
        }
        return sources;
    }

    /** Seconds and sources, as "3b": the packet of second 3 came from the second source. */
    private static String read(List<PacketSource> sources) {
        RecordRing ring = RecordRing.allocate(1 << 20);
        CaptureLoop loop = new CaptureLoop(sources, new Distributor(List.of(ring), (m, o, c, l) -> 0));
        List<String> seen = new ArrayList<>();
        while (loop.doWork() != PacketSource.END) {
            while (ring.drain(
                            (type, slab, at, length) -> seen.add(PacketRecord.timestamp(slab, at) / SECOND
                                    + Character.toString('a' + PacketRecord.source(slab, at))),
                            100)
                    > 0) {}
        }
        assertThat(loop.doWork()).as("an end is for ever").isEqualTo(PacketSource.END);
        return String.join(" ", seen);
    }

    @Test
    void theEarliestPacketComesFirst() throws CaptureException {
        List<PacketSource> sources = sources(new int[] {1, 4, 5, 9}, new int[] {2, 3, 6}, new int[] {7, 8});
        assertThat(read(sources)).isEqualTo("1a 2b 3b 4a 5a 6b 7c 8c 9a");
        assertThat(sources).extracting(s -> s.counters().packets()).containsExactly(4L, 3L, 2L);
        assertThat(sources.getFirst().counters().lastTimestamp()).isEqualTo(9 * SECOND);
    }

    @Test
    void atTheSameTimeTheOrderIsThatOfTheSources() throws CaptureException {
        assertThat(read(sources(new int[] {2, 2}, new int[] {1, 2}))).isEqualTo("1b 2a 2a 2b");
    }

    @Test
    void aSourceWhoseClockGoesBackKeepsItsOrder() throws CaptureException {
        assertThat(read(sources(new int[] {5, 1, 6}, new int[] {4, 7}))).isEqualTo("4b 5a 1a 6a 7b");
    }

    @Test
    void anEmptySourceIsPassedOver() throws CaptureException {
        assertThat(read(sources(new int[] {}, new int[] {1, 2}, new int[] {}))).isEqualTo("1b 2b");
    }

    @Test
    void manyBatchesLoseNothing() throws CaptureException {
        int[] even = new int[1000];
        int[] odd = new int[1000];
        Arrays.setAll(even, i -> 2 * i);
        Arrays.setAll(odd, i -> 2 * i + 1);
        List<PacketSource> sources = sources(even, odd);
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 1000; i++) {
            expected.append(2 * i).append("a ").append(2 * i + 1).append("b ");
        }
        assertThat(read(sources)).isEqualTo(expected.toString().strip());
        assertThat(sources).extracting(s -> s.counters().packets()).containsExactly(1000L, 1000L);
    }

    @Test
    void aCutSourceSaysSoAndTheOthersGoOn() throws CaptureException {
        byte[] whole = capture(1, 3, 5).bytes();
        List<PacketSource> sources = List.of(
                source(0, Arrays.copyOf(whole, whole.length - 10)),
                source(1, capture(2, 4, 6).bytes()));
        assertThat(read(sources)).isEqualTo("1a 2b 3a 4b 6b");
        assertThat(sources.getFirst().problem())
                .hasValueSatisfying(line -> assertThat(line).contains("capture 0", "after 2 packets"));
        assertThat(sources.getLast().problem()).isEmpty();
    }

    private static List<PacketSource> paced(double speed) throws CaptureException {
        List<PacketSource> files = sources(new int[] {1, 3, 3, 5}, new int[] {2, 4, 6});
        return List.of(new PacedSource(files.getFirst(), speed, 0), files.getLast());
    }

    @Test
    void aSourceThatHasNothingNowIsWaitedFor() throws CaptureException {
        assertThat(read(paced(40))).isEqualTo("1a 2b 3a 3a 4b 5a 6b");
    }

    /** Else the thread that reads could not be stopped. */
    @Test
    @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whoWaitsIsNotKept() throws CaptureException {
        RecordRing ring = RecordRing.allocate(1 << 20);
        CaptureLoop loop = new CaptureLoop(paced(1e-9), new Distributor(List.of(ring), (m, o, c, l) -> 0));
        assertThat(loop.doWork()).isEqualTo(1);
        assertThat(loop.doWork()).isZero();
        assertThat(loop.doWork()).isZero();
    }
}
