package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.capture.IdleStrategy;
import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.Inventory;
import dev.tap445.inventory.InventoryOptions;
import dev.tap445.ring.PacketRecord;
import dev.tap445.ring.RecordRing;
import dev.tap445.support.CaptureFile;
import dev.tap445.support.RawFrame;
import dev.tap445.support.SampleFiles;
import dev.tap445.track.ObservationReader;
import dev.tap445.track.ObservationWriter;
import dev.tap445.track.TrackerOptions;
import dev.tap445.wire.LinkType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A worker that meets a fault of its own counts it and goes on with the next packet. */
final class WorkerFaultTest {
    private static final int RING = 1 << 18;
    /** What no ring holds. */
    private static final int IMPOSSIBLE = 1 << 30;

    @Test
    void countsTheFaultAndHandlesWhatFollows() throws InterruptedException {
        RecordRing ring = RecordRing.allocate(RING);
        RecordRing queue = RecordRing.allocate(RING);
        Worker worker = new Worker(
                0,
                List.of(ring),
                new ObservationWriter(queue, false),
                TrackerOptions.file(1),
                IdleStrategy.live(),
                false,
                false);
        List<RawFrame> sample =
                RawFrame.of(CaptureFile.read(SampleFiles.directory().resolve("smb1-only.pcap")));
        int faults = 0;
        for (RawFrame p : sample) {
            if (p.bytes().length > 60) {
                write(ring, p, IMPOSSIBLE);
                faults++;
            }
            write(ring, p, p.bytes().length);
        }
        ring.publish();
        worker.start();
        worker.finish(sample.getLast().timeNanos());
        assertThat(worker.errors()).isEqualTo(faults).isPositive();
        assertThat(worker.view().packets()).containsEntry("error", (long) faults);
        long others = worker.view().packets().values().stream()
                        .mapToLong(Long::longValue)
                        .sum()
                - faults;
        assertThat(others).isEqualTo(sample.size());
        assertThat(worker.view().packets().getOrDefault("failed", 0L)).isZero();
        ring.close();
        queue.close();
    }

    @Test
    void beginsAnewWhereFaultsDoNotEndAndGoesOnWithWhatFollows() throws InterruptedException {
        RecordRing ring = RecordRing.allocate(RING);
        RecordRing queue = RecordRing.allocate(RING);
        Worker worker = new Worker(
                0,
                List.of(ring),
                new ObservationWriter(queue, false),
                TrackerOptions.file(1),
                IdleStrategy.live(),
                false,
                false);
        List<RawFrame> sample =
                RawFrame.of(CaptureFile.read(SampleFiles.directory().resolve("smb1-only.pcap")));
        RawFrame first =
                sample.stream().filter(p -> p.bytes().length > 60).findFirst().orElseThrow();
        write(ring, first, first.bytes().length);
        for (int i = 0; i < 40; i++) {
            write(ring, first, IMPOSSIBLE);
        }
        for (RawFrame p : sample) {
            write(ring, p, p.bytes().length);
        }
        ring.publish();
        worker.start();
        worker.finish(sample.getLast().timeNanos());
        assertThat(worker.errors()).isEqualTo(40);
        assertThat(worker.view().flowEvictions())
                .as("the flows that were given up")
                .isPositive();
        Inventory inventory = new Inventory(InventoryOptions.file());
        new ObservationReader(queue, inventory).doWork(Integer.MAX_VALUE);
        assertThat(inventory.snapshot().clients())
                .singleElement()
                .satisfies(c -> assertThat(c.verdict()).isEqualTo(ClientVerdict.SMB1_ONLY));
        ring.close();
        queue.close();
    }

    /** A record that claims to hold {@code captured} bytes of a raw IP packet; a jumbo payload leads out of the ring. */
    private static void write(RecordRing ring, RawFrame p, int captured) {
        byte[] bytes = p.bytes().clone();
        boolean impossible = captured == IMPOSSIBLE;
        if (impossible) { // IPv6, payload length 0: as long as the frame
            bytes = new byte[60];
            bytes[0] = 0x60;
            bytes[6] = 6;
            bytes[8] = bytes[24] = (byte) 0xfd;
            bytes[40 + 2] = 1;
            bytes[40 + 3] = (byte) 0xbd;
            bytes[40 + 12] = 0x50;
            bytes[40 + 13] = 0x18;
        }
        int at = ring.claim(PacketRecord.FRAME + bytes.length);
        PacketRecord.write(
                ring.segment(),
                at,
                p.timeNanos(),
                bytes.length,
                bytes.length,
                impossible ? LinkType.RAW : p.linkType(),
                0,
                MemorySegment.ofArray(bytes),
                0);
        if (impossible) {
            ring.slab().setIntLE(at + PacketRecord.CAPTURED, captured);
        }
        ring.commit(at, PacketRecord.TYPE);
    }
}
