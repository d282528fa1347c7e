package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.capture.IdleStrategy;
import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.Inventory;
import dev.tap445.inventory.InventoryOptions;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.ring.PacketRecord;
import dev.tap445.ring.RecordRing;
import dev.tap445.support.CaptureFile;
import dev.tap445.support.Frames;
import dev.tap445.support.RawFrame;
import dev.tap445.support.SampleFiles;
import dev.tap445.track.ObservationReader;
import dev.tap445.track.ObservationWriter;
import dev.tap445.track.TrackerOptions;
import dev.tap445.wire.LinkType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A live worker that is far behind leaves out the SYNs of a flood, each counted, and nothing of what SMB says. */
final class WorkerBehindTest {
    private static final int RING = 1 << 20;
    private static final int SYN_BYTES = 88; // of the ring: 54 of the frame, the rest describes it
    /** As many are before a worker that passes none over any more. */
    private static final int CAUGHT_UP = RING / 5 * 3 / SYN_BYTES;

    private final RecordRing ring = RecordRing.allocate(RING);
    private final RecordRing queue = RecordRing.allocate(1 << 24);
    private int written;

    @ParameterizedTest(name = "packets wait: not {0}, {1} SYNs before and after: passes over: {2}")
    @CsvSource({"true, 5500, true", "true, 2000, false", "false, 5500, false"})
    void passesOverSynsAlone(boolean pressed, int syns, boolean passes) throws InterruptedException {
        List<RawFrame> sample =
                RawFrame.of(CaptureFile.read(SampleFiles.directory().resolve("smb1-only.pcap")));
        long start = sample.getFirst().timeNanos();
        flood(syns, start);
        sample.forEach(this::write);
        flood(syns, sample.getLast().timeNanos());
        ring.publish();
        Worker worker = new Worker(
                0,
                List.of(ring),
                new ObservationWriter(queue, false),
                TrackerOptions.live(1),
                IdleStrategy.live(),
                true,
                pressed);
        worker.start();
        worker.finish(sample.getLast().timeNanos() + 10_000_000_000L);
        long classified = worker.view().packets().values().stream()
                .mapToLong(Long::longValue)
                .sum();
        assertThat(ring.drops()).isZero();
        assertThat(classified + worker.drops()).as("each packet in one place").isEqualTo(written);
        assertThat(worker.view().ringDrops()).isEqualTo(worker.drops());
        if (passes) {
            long expected = 2L * syns - CAUGHT_UP;
            assertThat(worker.drops()).isBetween(expected - 700, expected + 700); // it looks once a batch
        } else {
            assertThat(worker.drops()).isZero();
        }
        Inventory inventory = new Inventory(InventoryOptions.live());
        new ObservationReader(queue, inventory).doWork(Integer.MAX_VALUE);
        InventorySnapshot snapshot = inventory.snapshot();
        assertThat(snapshot.clients())
                .filteredOn(client -> client.verdict() == ClientVerdict.SMB1_ONLY)
                .singleElement()
                .satisfies(client -> assertThat(client.smb1Sessions()).isEqualTo(2));
        ring.close();
        queue.close();
    }

    private void flood(int syns, long time) {
        byte[] syn = Frames.ethernet(0x0800, Frames.ipv4(6, Frames.tcp(Frames.SYN, 1, new byte[0])));
        for (int i = 0; i < syns; i++) {
            byte[] one = syn.clone();
            one[26] = 11;
            one[28] = (byte) (i >>> 8);
            one[29] = (byte) i;
            write(new RawFrame(one, LinkType.ETHERNET, time));
        }
    }

    private void write(RawFrame p) {
        int length = p.bytes().length;
        int at = ring.claim(PacketRecord.FRAME + length);
        PacketRecord.write(
                ring.segment(),
                at,
                p.timeNanos(),
                length,
                length,
                p.linkType(),
                0,
                MemorySegment.ofArray(p.bytes()),
                0);
        ring.commit(at, PacketRecord.TYPE);
        written++;
    }
}
