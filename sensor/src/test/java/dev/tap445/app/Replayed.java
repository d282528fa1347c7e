package dev.tap445.app;

import dev.tap445.capture.CaptureException;
import dev.tap445.capture.FileSource;
import dev.tap445.capture.PacketHandler;
import dev.tap445.capture.PacketSource;
import dev.tap445.decode.FrameDecoder;
import dev.tap445.export.ExportLimits;
import dev.tap445.export.Findings;
import dev.tap445.export.HostCollector;
import dev.tap445.export.JsonReport;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.support.Buffers;
import dev.tap445.support.Recording;
import dev.tap445.track.FailureCounters;
import dev.tap445.track.Tracker;
import dev.tap445.track.TrackerOptions;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * What the real pipeline makes of a capture, without what differs from run to run or from machine to machine: the time
 * it took, and the directory of the file.
 */
record Replayed(InventorySnapshot inventory, FeedView feed) {

    static Replayed of(Path file, int workers) throws CaptureException, IOException {
        return of(file.getFileName().toString(), bytes(file), workers);
    }

    /** The capture, unpacked. */
    static byte[] bytes(Path file) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
            return in.readAllBytes();
        }
    }

    static Replayed of(String name, byte[] capture, int workers) throws CaptureException {
        FileSource source = FileSource.open(name, new ByteArrayInputStream(capture), 0);
        return of(source, PipelineOptions.file(workers));
    }

    static Replayed of(PacketSource source, PipelineOptions options) {
        return of(List.of(source), options);
    }

    static Replayed of(List<PacketSource> sources, PipelineOptions options) {
        try (Pipeline pipeline = new Pipeline(List.of(sources), options)) {
            pipeline.start();
            pipeline.awaitEnd();
            pipeline.rethrowFailure();
            return new Replayed(pipeline.snapshot(), pipeline.feed());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The whole JSON report. */
    String json() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new JsonReport().write(new Findings(inventory, feed, 0), out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** The body of a scrape, as far as it comes from what was captured. */
    String metrics() {
        PrometheusRegistry registry = new PrometheusRegistry();
        registry.register(new HostCollector(() -> inventory, () -> feed, ExportLimits.DEFAULT));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What one tracker observes in a capture. */
    static Recording observed(String name, byte[] capture) throws CaptureException {
        Recording recording = new Recording();
        try (FileSource source = FileSource.open(name, new ByteArrayInputStream(capture), 0);
                Tracker tracker = new Tracker(TrackerOptions.file(1), recording, new FailureCounters())) {
            FrameDecoder decoder = new FrameDecoder(tracker);
            long[] last = new long[1];
            PacketHandler handler = (m, at, captured, original, time, linkType, index) -> {
                tracker.advance(time);
                decoder.decode(Buffers.copy(m, at, captured), 0, captured, linkType, time);
                last[0] = Math.max(last[0], time);
            };
            int count;
            do {
                count = source.poll(handler, 256);
            } while (count != PacketSource.END);
            tracker.finish(last[0]);
        }
        return recording;
    }
}
