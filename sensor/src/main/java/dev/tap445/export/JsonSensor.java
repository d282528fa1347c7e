package dev.tap445.export;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.FeedView;
import java.io.IOException;
import java.util.List;

/** The sensor itself: what it is, what came in, what it lost where; and the estate in figures. */
final class JsonSensor {
    private static final long HOUR = 3_600_000_000_000L;
    private static final long DAY = 24 * HOUR;
    /** Upper bounds of the time since a client's last SMB1 evidence. */
    private static final List<Long> AGES = List.of(HOUR, DAY, 7 * DAY, 30 * DAY);

    private static final List<String> AGE_NAMES = List.of("hour", "day", "week", "month", "older");

    private JsonSensor() {}

    /** {@code time} of the snapshot, {@code now} by the sensor's clock, the {@code summary}, the {@code capture}. */
    static JsonReport.Part summary(WebServer.Content content) {
        return (findings, json) -> {
            Json.string(json, "version", content.version());
            json.writeBooleanField("ready", content.ready().getAsBoolean());
            Json.time(json, "now", System.currentTimeMillis() * 1_000_000L);
            Json.time(json, "time", findings.inventory().time());
            JsonReport.summary(Summary.of(findings.inventory()), json);
            lastUse(findings, json);
            JsonCapture.write(findings, json);
        };
    }

    /** Clients by the time since their last SMB1 evidence. */
    private static void lastUse(Findings findings, JsonGenerator json) throws IOException {
        long[] counts = new long[AGE_NAMES.size()];
        for (ClientView client : findings.inventory().clients()) {
            if (client.smb1LastSeen() != 0) {
                long age = findings.inventory().time() - client.smb1LastSeen();
                int i = 0;
                while (i < AGES.size() && age > AGES.get(i)) {
                    i++;
                }
                counts[i]++;
            }
        }
        json.writeObjectFieldStart("smb1_last_use");
        for (int i = 0; i < counts.length; i++) {
            json.writeNumberField(AGE_NAMES.get(i), counts[i]);
        }
        json.writeEndObject();
    }

    /** {@code interfaces} and {@code workers}, each with what it lost. */
    static final JsonReport.Part SENSOR = (findings, json) -> {
        JsonCapture.write(findings, json);
        json.writeArrayFieldStart("interfaces");
        for (FeedView.InterfaceView source : findings.feed().interfaces()) {
            source(source, json);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("workers");
        for (FeedView.WorkerView worker : findings.feed().workers()) {
            worker(worker, json);
        }
        json.writeEndArray();
        json.writeNumberField("hosts", findings.inventory().hosts());
    };

    private static void source(FeedView.InterfaceView source, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", source.name());
        json.writeBooleanField("up", source.up());
        json.writeNumberField("packets", source.packets());
        json.writeNumberField("bytes", source.bytes());
        json.writeNumberField("kernel_drops", source.kernelDrops());
        json.writeNumberField("interface_drops", source.interfaceDrops());
        Json.time(json, "last_packet", source.lastPacket());
        json.writeEndObject();
    }

    private static void worker(FeedView.WorkerView worker, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeNumberField("worker", worker.index());
        json.writeNumberField("ring_drops", worker.ringDrops());
        json.writeNumberField("ring_fill_ratio", worker.ringFill());
        json.writeNumberField("flows", worker.flows());
        json.writeNumberField("flow_evictions", worker.flowEvictions());
        Json.counts(json, "observations_dropped", worker.observationsDropped());
        json.writeEndObject();
    }
}
