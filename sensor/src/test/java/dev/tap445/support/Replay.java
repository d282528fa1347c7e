package dev.tap445.support;

import dev.tap445.capture.AddressPairSelector;
import dev.tap445.capture.Distributor;
import dev.tap445.capture.SourceCounters;
import dev.tap445.decode.Distinguish;
import dev.tap445.decode.FrameDecoder;
import dev.tap445.decode.PacketClass;
import dev.tap445.decode.PacketCounters;
import dev.tap445.export.Findings;
import dev.tap445.export.JsonReport;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.Inventory;
import dev.tap445.inventory.InventoryOptions;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.ring.PacketRecord;
import dev.tap445.ring.RecordHandler;
import dev.tap445.ring.RecordRing;
import dev.tap445.track.FailureCounters;
import dev.tap445.track.Observer;
import dev.tap445.track.Tracker;
import dev.tap445.track.TrackerOptions;
import dev.tap445.wire.DecodeFailure;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The stages from the choice of a worker to the inventory, without threads: the same answer, quickly. */
public final class Replay {
    /**
     * What came of it.
     *
     * @param classes packets by what they were
     * @param workersUsed workers that got an IP packet
     */
    public record Result(
            InventorySnapshot snapshot, Map<DecodeFailure, Long> failures, Map<String, Long> classes, int workersUsed) {

        /** Clients, servers and pairs of the JSON report. */
        public String hosts() {
            FeedView feed = new FeedView(List.of(), 0, 0, 0, 0, 0, Map.of(), List.of(), List.of(), List.of(), "");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try {
                new JsonReport().write(new Findings(snapshot, feed, 0), out);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            String json = out.toString(StandardCharsets.UTF_8);
            return json.substring(json.indexOf("\"clients\""));
        }
    }

    private Replay() {}

    public static Result run(List<RawFrame> packets, int workers) {
        return run(packets, workers, Distinguish.NONE);
    }

    public static Result run(List<RawFrame> packets, int workers, Distinguish distinguish) {
        Inventory inventory = new Inventory(InventoryOptions.file());
        FailureCounters failures = new FailureCounters();
        Lane[] lanes = new Lane[workers];
        for (int i = 0; i < workers; i++) {
            lanes[i] = new Lane(inventory, failures, distinguish);
        }
        Front front = new Front(lanes);
        long end = 0;
        for (RawFrame p : packets) {
            front.packet(p);
            end = Math.max(end, p.timeNanos());
        }
        front.finish();
        int count = 0;
        Map<String, Long> classes = new TreeMap<>();
        for (int i = 0; i < workers; i++) {
            lanes[i].finish(end);
            lanes[i].classes().forEach((name, n) -> classes.merge(name, n, Long::sum));
            count += lanes[i].packets > 0 ? 1 : 0;
        }
        Map<DecodeFailure, Long> counts = new TreeMap<>();
        for (DecodeFailure reason : DecodeFailure.values()) {
            long sum = failures.get(reason) + front.failures(reason);
            if (sum > 0) {
                counts.put(reason, sum);
            }
        }
        if (classes.values().stream().mapToLong(Long::longValue).sum() != packets.size()) {
            throw new AssertionError(packets.size() + " packets, " + classes);
        }
        return new Result(inventory.snapshot(), counts, classes, count);
    }

    /** What stands before the workers: chooses them, and puts packets of tunnels together. */
    public static final class Front {
        private static final int RING_BYTES = 1 << 21;
        /** Kept from run to run: a ring is cleared when it is made. */
        private static final ThreadLocal<List<RecordRing>> RINGS = ThreadLocal.withInitial(ArrayList::new);

        private final Lane[] lanes;
        private final List<RecordRing> rings;
        private final long dropped;
        private final Distributor distributor;
        private final SourceCounters counters = new SourceCounters();

        /** One ring a lane; one front at a time in a thread. */
        public Front(Lane... lanes) {
            this.lanes = lanes.clone();
            List<RecordRing> all = RINGS.get();
            while (all.size() < lanes.length) {
                all.add(RecordRing.allocate(RING_BYTES));
            }
            rings = List.copyOf(all.subList(0, lanes.length));
            dropped = drops();
            distributor = new Distributor(rings, new AddressPairSelector(lanes.length));
        }

        public void packet(RawFrame p) {
            int length = p.bytes().length;
            distributor.onPacket(p.segment(), 0, length, length, p.timeNanos(), p.linkType(), 0);
            drain();
        }

        /** Hands over what was held back; more may follow. */
        public void finish() {
            distributor.finish();
            drain();
        }

        public long failures(DecodeFailure reason) {
            return distributor.failures(reason);
        }

        private void drain() {
            distributor.publishAll(counters);
            for (int i = 0; i < lanes.length; i++) {
                rings.get(i).drain(lanes[i], Integer.MAX_VALUE);
            }
            if (drops() != dropped) {
                throw new AssertionError("the rings are too small for what came at once");
            }
        }

        private long drops() {
            return rings.stream().mapToLong(RecordRing::drops).sum();
        }
    }

    /** One worker without its thread. */
    public static final class Lane implements RecordHandler {
        private final Tracker tracker;
        private final FrameDecoder decoder;
        private final PacketCounters classes = new PacketCounters();
        private long packets;

        public Lane(Observer observer, FailureCounters failures) {
            this(observer, failures, Distinguish.NONE);
        }

        Lane(Observer observer, FailureCounters failures, Distinguish distinguish) {
            TrackerOptions options =
                    TrackerOptions.file(1).withMaxFlows(1 << 10).withDistinguish(distinguish);
            tracker = new Tracker(options, observer, failures);
            decoder = new FrameDecoder(tracker, distinguish);
        }

        public void packet(RawFrame p) {
            tracker.advance(p.timeNanos());
            classes.count(decoder.decode(p.memory(), 0, p.bytes().length, p.linkType(), p.timeNanos()));
            packets++;
        }

        @Override
        public void onRecord(int type, ByteBuf slab, int at, int length) {
            packets++;
            long time = PacketRecord.timestamp(slab, at);
            tracker.advance(time);
            if (type == PacketRecord.SPOILT_FRAGMENT) {
                classes.count(PacketClass.FRAGMENT);
                return;
            }
            int frame = at + PacketRecord.FRAME;
            classes.count(decoder.decode(
                    slab, frame, PacketRecord.captured(slab, at), PacketRecord.linkType(slab, at), time));
        }

        /** Settles all there is as of {@code end}, as at the end of a file; more may follow. */
        public void settle(long end) {
            decoder.finish();
            tracker.finish(end);
        }

        /** By class; adds up to the packets taken. */
        public Map<String, Long> classes() {
            Map<String, Long> counts = classes.byLabel();
            long sum = counts.values().stream().mapToLong(Long::longValue).sum();
            if (sum != packets) {
                throw new AssertionError(packets + " packets, " + counts);
            }
            return counts;
        }

        public void finish(long end) {
            settle(end);
            classes();
            decoder.close();
            tracker.close();
        }
    }
}
