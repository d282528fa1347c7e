package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tap445.capture.AddressPairSelector;
import dev.tap445.capture.CaptureException;
import dev.tap445.capture.CaptureLoop;
import dev.tap445.capture.Distributor;
import dev.tap445.capture.FileSource;
import dev.tap445.capture.PacketSource;
import dev.tap445.decode.FrameDecoder;
import dev.tap445.ring.PacketRecord;
import dev.tap445.ring.RecordHandler;
import dev.tap445.ring.RecordRing;
import dev.tap445.support.Traffic;
import dev.tap445.track.FailureCounters;
import dev.tap445.track.ObservationWriter;
import dev.tap445.track.Tracker;
import dev.tap445.track.TrackerOptions;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No garbage per packet, from the file through ring, decoder and tracker to the observations. */
final class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int BATCH = 256;
    /** What the measuring itself may leave behind. */
    private static final double BYTES_A_PACKET = 0.05;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"SMALL, 300000", "BULK, 300000", "FLOWS, 2000000", "FLOOD, 1200000"})
    void aPacketLeavesNoGarbage(Traffic.Kind kind, long packets) throws Exception {
        Path file = folder.resolve("traffic.pcap");
        long written = Traffic.write(kind, packets, file).packets();
        RecordRing ring = RecordRing.allocate(1 << 22);
        RecordRing queue = RecordRing.allocate(1 << 22);
        try (Tracker tracker =
                new Tracker(TrackerOptions.file(1), new ObservationWriter(queue, false), new FailureCounters())) {
            FrameDecoder decoder = new FrameDecoder(tracker);
            RecordHandler worker = (type, slab, at, length) -> {
                long time = PacketRecord.timestamp(slab, at);
                tracker.advance(time);
                decoder.decode(
                        slab,
                        at + PacketRecord.FRAME,
                        PacketRecord.captured(slab, at),
                        PacketRecord.linkType(slab, at),
                        time);
            };
            pass(file, ring, queue, worker); // tables grow, classes load
            long allocated = pass(file, ring, queue, worker);
            assertThat(allocated / (double) written).isLessThan(BYTES_A_PACKET);
        } finally {
            ring.close();
            queue.close();
        }
    }

    /** Reads the file once; returns the bytes that were allocated on the way. */
    private static long pass(Path file, RecordRing ring, RecordRing queue, RecordHandler worker)
            throws CaptureException {
        RecordHandler inventory = (type, slab, at, length) -> {};
        try (FileSource source = FileSource.open(file.toString(), 0)) {
            CaptureLoop loop =
                    new CaptureLoop(List.of(source), new Distributor(List.of(ring, ring), new AddressPairSelector(2)));
            long before = THREADS.getCurrentThreadAllocatedBytes();
            while (loop.doWork() != PacketSource.END) {
                ring.drain(worker, BATCH);
                queue.publish();
                queue.drain(inventory, Integer.MAX_VALUE);
            }
            return THREADS.getCurrentThreadAllocatedBytes() - before;
        }
    }
}
