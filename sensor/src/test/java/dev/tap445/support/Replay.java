package dev.tap445.support;

import dev.tap445.capture.AddressPairSelector;
import dev.tap445.decode.Distinguish;
import dev.tap445.decode.FrameDecoder;
import dev.tap445.decode.PacketCounters;
import dev.tap445.export.Findings;
import dev.tap445.export.JsonReport;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.Inventory;
import dev.tap445.inventory.InventoryOptions;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.track.FailureCounters;
import dev.tap445.track.Observer;
import dev.tap445.track.Tracker;
import dev.tap445.track.TrackerOptions;
import dev.tap445.wire.DecodeFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The stages from decode to inventory without rings and threads: the same answer, thousands of times a second. */
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
        AddressPairSelector selector = new AddressPairSelector(workers);
        Lane[] lanes = new Lane[workers];
        for (int i = 0; i < workers; i++) {
            lanes[i] = new Lane(inventory, failures, distinguish);
        }
        boolean[] used = new boolean[workers];
        long end = 0;
        for (RawFrame p : packets) {
            int worker = workers == 1 ? 0 : selector.select(p.segment(), 0, p.bytes().length, p.linkType());
            used[worker] = true;
            lanes[worker].packet(p);
            end = Math.max(end, p.timeNanos());
        }
        int count = 0;
        Map<String, Long> classes = new TreeMap<>();
        for (int i = 0; i < workers; i++) {
            lanes[i].finish(end);
            lanes[i].classes().forEach((name, n) -> classes.merge(name, n, Long::sum));
            count += used[i] ? 1 : 0;
        }
        Map<DecodeFailure, Long> counts = new TreeMap<>();
        for (DecodeFailure reason : DecodeFailure.values()) {
            if (failures.get(reason) > 0) {
                counts.put(reason, failures.get(reason));
            }
        }
        return new Result(inventory.snapshot(), counts, classes, count);
    }

    /** One worker without its thread. */
    public static final class Lane {
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
            tracker.close();
        }
    }
}
