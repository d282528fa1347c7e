package dev.tap445.support;

import dev.tap445.capture.AddressPairSelector;
import dev.tap445.decode.FrameDecoder;
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
     * @param workersUsed workers that got an IP packet
     */
    public record Result(InventorySnapshot snapshot, Map<DecodeFailure, Long> failures, int workersUsed) {

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
        Inventory inventory = new Inventory(InventoryOptions.file());
        FailureCounters failures = new FailureCounters();
        AddressPairSelector selector = new AddressPairSelector(workers);
        Lane[] lanes = new Lane[workers];
        for (int i = 0; i < workers; i++) {
            lanes[i] = new Lane(inventory, failures);
        }
        boolean[] used = new boolean[workers];
        long end = 0;
        for (RawFrame p : packets) {
            int worker = workers == 1 ? 0 : selector.select(p.memory(), 0, p.bytes().length, p.linkType());
            used[worker] = true;
            lanes[worker].packet(p);
            end = Math.max(end, p.timeNanos());
        }
        int count = 0;
        for (int i = 0; i < workers; i++) {
            lanes[i].finish(end);
            count += used[i] ? 1 : 0;
        }
        Map<DecodeFailure, Long> counts = new TreeMap<>();
        for (DecodeFailure reason : DecodeFailure.values()) {
            if (failures.get(reason) > 0) {
                counts.put(reason, failures.get(reason));
            }
        }
        return new Result(inventory.snapshot(), counts, count);
    }

    /** One worker without its thread. */
    public static final class Lane {
        private final Tracker tracker;
        private final FrameDecoder decoder;

        public Lane(Observer observer, FailureCounters failures) {
            tracker = new Tracker(TrackerOptions.file(1).withMaxFlows(1 << 10), observer, failures);
            decoder = new FrameDecoder(tracker);
        }

        public void packet(RawFrame p) {
            tracker.advance(p.timeNanos());
            decoder.decode(p.memory(), 0, p.bytes().length, p.linkType(), p.timeNanos());
        }

        /** Settles all there is as of {@code end}, as at the end of a file; more may follow. */
        public void settle(long end) {
            decoder.finish();
            tracker.finish(end);
        }

        public void finish(long end) {
            settle(end);
            tracker.close();
        }
    }
}
