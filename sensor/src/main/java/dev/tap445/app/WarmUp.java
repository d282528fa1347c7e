package dev.tap445.app;

import dev.tap445.capture.AddressPairSelector;
import dev.tap445.capture.CaptureException;
import dev.tap445.capture.Distributor;
import dev.tap445.capture.PacketHandler;
import dev.tap445.capture.PacketSource;
import dev.tap445.capture.SourceCounters;
import dev.tap445.decode.FrameDecoder;
import dev.tap445.inventory.Inventory;
import dev.tap445.inventory.InventoryOptions;
import dev.tap445.ring.PacketRecord;
import dev.tap445.ring.RecordHandler;
import dev.tap445.ring.RecordRing;
import dev.tap445.track.FailureCounters;
import dev.tap445.track.ObservationReader;
import dev.tap445.track.ObservationWriter;
import dev.tap445.track.Tracker;
import dev.tap445.track.TrackerOptions;
import io.netty.buffer.ByteBuf;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Sends the bundled capture through stages of its own again and again, in the background, until the JVM has compiled
 * what packets go through: a sensor that was just started would otherwise take a packet in the twentyfold time, and lose
 * some at line rate. Nothing of it is kept, and nothing of it can be seen.
 */
final class WarmUp implements Runnable {
    private static final int BATCH = 256;
    private static final int RING_BYTES = 1 << 20;
    private static final long ENOUGH_NANOS = 2_000_000_000L;
    private static final int ENOUGH_PACKETS = 600_000;
    /** From pass to pass, packet time: the capture lasts 13 minutes and 40 seconds. */
    private static final long PASS_NANOS = 900_000_000_000L;

    private final RecordRing ring = RecordRing.allocate(RING_BYTES);
    private final RecordRing queue = RecordRing.allocate(RING_BYTES);
    private final SourceCounters counters = new SourceCounters();
    private final Inventory inventory = new Inventory(InventoryOptions.live());
    private final ObservationReader observations = new ObservationReader(queue, inventory);
    private final ObservationWriter writer = new ObservationWriter(queue, false);
    private final Tracker tracker = new Tracker(TrackerOptions.live(1), writer, new FailureCounters());
    private final FrameDecoder decoder = new FrameDecoder(tracker);
    private final Distributor distributor = new Distributor(List.of(ring), new AddressPairSelector(1));
    private final PacketHandler shifted = this::shifted;
    private final RecordHandler worker = this::work;
    private long shift;

    /** Starts it on a thread of its own. */
    @SuppressWarnings("ThreadPriorityCheck") // a hint: it should not be in anybody's way
    static void start() {
        Thread thread = Thread.ofPlatform().name("warm-up").daemon().unstarted(new WarmUp());
        thread.setPriority(Thread.MIN_PRIORITY);
        thread.start();
    }

    @Override
    public void run() {
        long end = System.nanoTime() + ENOUGH_NANOS;
        long packets = 0;
        try (tracker) {
            while (packets < ENOUGH_PACKETS && System.nanoTime() - end < 0) {
                packets += pass();
                shift += PASS_NANOS;
            }
        } catch (CaptureException e) {
            throw new IllegalStateException("the bundled capture cannot be read", e);
        } finally {
            ring.close();
            queue.close();
        }
    }

    /** All of the capture, once; returns its packets. */
    private long pass() throws CaptureException {
        long packets = 0;
        try (PacketSource source = DemoCommand.bundled()) {
            for (int count = 0; count != PacketSource.END; count = source.poll(shifted, BATCH)) {
                packets += count;
                distributor.publishAll(counters);
                ring.drain(worker, BATCH);
                writer.publish();
                observations.doWork(BATCH);
            }
        }
        return packets;
    }

    private void shifted(
            MemorySegment memory, long offset, int captured, int original, long time, int linkType, int source) {
        distributor.onPacket(memory, offset, captured, original, time + shift, linkType, source);
    }

    private void work(int type, ByteBuf slab, int at, int length) {
        long time = PacketRecord.timestamp(slab, at);
        tracker.advance(time);
        decoder.decode(
                slab, at + PacketRecord.FRAME, PacketRecord.captured(slab, at), PacketRecord.linkType(slab, at), time);
    }
}
