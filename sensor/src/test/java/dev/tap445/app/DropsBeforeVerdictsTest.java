package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.capture.IdleStrategy;
import dev.tap445.inventory.Inventory;
import dev.tap445.inventory.InventoryOptions;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PortState;
import dev.tap445.inventory.PortView;
import dev.tap445.ring.PacketRecord;
import dev.tap445.ring.RecordRing;
import dev.tap445.support.Conversation;
import dev.tap445.support.Frames;
import dev.tap445.track.Endpoints;
import dev.tap445.track.ObservationReader;
import dev.tap445.track.ObservationWriter;
import dev.tap445.track.Outcome;
import dev.tap445.track.TrackerOptions;
import dev.tap445.wire.LinkType;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the sensor lost is known before anything is concluded from what it saw afterwards. */
@Timeout(60)
final class DropsBeforeVerdictsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int RING = 1 << 20;
    private static final int QUEUE = 1 << 16;
    /** Their outcomes are more than the queue holds: a worker that may not drop stops in the middle of its batch. */
    private static final int ATTEMPTS = 1_000;

    private static final int PASSED = 100;
    /** More than three fifths of the ring. */
    private static final int FLOOD = 9_000;

    private int written;

    @Test
    void aWorkerTellsWhatItPassedOverBeforeWhatFollows() throws InterruptedException {
        RecordRing ring = RecordRing.allocate(RING);
        RecordRing queue = RecordRing.allocate(QUEUE);
        ObservationReader reader = new ObservationReader(queue, new Inventory(InventoryOptions.live()));
        ObservationWriter writer = new ObservationWriter(queue, true);
        Worker worker = new Worker(0, List.of(ring), writer, TrackerOptions.live(1), IdleStrategy.live(), true, true);
        long now = System.currentTimeMillis() * 1_000_000L;
        syns(ring, ATTEMPTS, now);
        ring.publish();
        worker.start();
        while (!ring.isDrained()) {
            reader.doWork(Integer.MAX_VALUE);
        }
        reader.doWork(Integer.MAX_VALUE);
        syns(ring, PASSED, now);
        write(
                ring,
                Conversation.to(445).syn().synAck().packets().getLast().frame(),
                now + 60 * SECOND); // every attempt before it is over
        syns(ring, FLOOD, now + 60 * SECOND);
        ring.publish();
        while (queue.fillRatio() < 0.9) {
            Thread.sleep(1);
        }
        assertThat(worker.drops()).isGreaterThanOrEqualTo(PASSED);
        writer.abandon();
        worker.finish(now + 60 * SECOND);
        ring.close();
        queue.close();
    }

    /** A worker that catches up goes through seconds of packets in an instant: less than there is between two looks. */
    @Test
    void theInventoryHearsOfDropsBeforeItConcludes() throws InterruptedException {
        RecordRing queue = RecordRing.allocate(QUEUE);
        AtomicLong drops = new AtomicLong();
        Inventory inventory = new Inventory(InventoryOptions.file());
        InventoryThread thread = new InventoryThread(
                inventory,
                List.of(new ObservationReader(queue, inventory)),
                IdleStrategy.live(),
                false,
                drops::get,
                InventoryThread.Companion.NONE);
        thread.start();
        assertThat(thread.snapshot().servers()).isEmpty(); // it has just looked for drops
        ObservationWriter writer = new ObservationWriter(queue, true);
        Endpoints ends = new Endpoints();
        ends.set(0, 0xffff_c612_0001L, 0, 0xffff_c612_0002L, 445);
        long start = Conversation.START;
        writer.handshake(ends, Outcome.UNANSWERED, start, start + 3 * SECOND, 3, 0);
        writer.life(0, 0xffff_c612_0002L, 0, start + 4 * SECOND);
        writer.wayBack(start + 4 * SECOND);
        drops.set(1);
        writer.finish();
        thread.finish();
        InventorySnapshot snapshot = thread.snapshot();
        PortView port = snapshot.servers().getFirst().ports().getFirst();
        assertThat(port.suppressed()).isEqualTo("sensor_drops");
        assertThat(port.state()).isNotEqualTo(PortState.SILENT);
        queue.close();
    }

    private void syns(RecordRing ring, int count, long time) {
        byte[] syn = Frames.ethernet(0x0800, Frames.ipv4(6, Frames.tcp(Frames.SYN, 1, new byte[0])));
        for (int i = 0; i < count; i++) {
            byte[] one = syn.clone();
            one[26] = 11;
            one[28] = (byte) (written >>> 8);
            one[29] = (byte) written;
            write(ring, one, time);
        }
    }

    private void write(RecordRing ring, byte[] frame, long time) {
        int at = ring.claim(PacketRecord.FRAME + frame.length);
        PacketRecord.write(
                ring.segment(),
                at,
                time,
                frame.length,
                frame.length,
                LinkType.ETHERNET,
                0,
                MemorySegment.ofArray(frame),
                0);
        ring.commit(at, PacketRecord.TYPE);
        written++;
    }
}
