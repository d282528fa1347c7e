package dev.tap445.export;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tap445.inventory.FeedView;
import java.io.IOException;

/** The {@code capture} part of the JSON report: what was read, and what of it was lost. */
final class JsonCapture {
    private static final double THOUSAND = 1e3;

    private JsonCapture() {}

    static void write(Findings findings, JsonGenerator json) throws IOException {
        FeedView feed = findings.feed();
        json.writeObjectFieldStart("capture");
        Json.strings(json, "files", feed.files());
        json.writeNumberField("packets", feed.packets());
        json.writeNumberField("bytes", feed.bytes());
        Json.time(json, "first", feed.first());
        Json.time(json, "last", feed.last());
        json.writeNumberField("truncated", feed.truncated());
        json.writeNumberField("duplicates", findings.inventory().duplicates());
        Json.counts(json, "decode_failures", feed.decodeFailures());
        double elapsed = findings.elapsedSeconds();
        json.writeNumberField("elapsed_seconds", Math.round(elapsed * THOUSAND) / THOUSAND);
        json.writeNumberField("packets_per_second", elapsed > 0 ? Math.round(feed.packets() / elapsed) : 0);
        json.writeNumberField("one_way_flows", findings.inventory().oneWayFlows());
        Json.counts(json, "losses", Losses.of(feed));
        Json.counts(json, "suppressed_verdicts", findings.inventory().suppressedVerdicts());
        json.writeNumberField("hosts_evicted", findings.inventory().hostsEvicted());
        Json.strings(json, "source_errors", feed.sourceErrors());
        Json.string(json, "filter", feed.filter().isEmpty() ? null : feed.filter());
        json.writeEndObject();
    }
}
