package dev.tap445.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Map;

/**
 * The report as one JSON object for programs. The keys and their order are a contract: further keys may be added after
 * the ones that are there. Parts of it can be written on their own, each as an object with that one key.
 */
public final class JsonReport implements Report {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII) // names from packets are read in terminals too
            .build();

    /** A part of the whole object. */
    @FunctionalInterface
    interface Part {
        void write(Findings findings, JsonGenerator json) throws IOException;
    }

    static final Part WHOLE = (all, json) -> {
        JsonCapture.write(all, json);
        JsonHosts.clients(all, client -> true, json);
        JsonHosts.servers(all, server -> true, json);
        JsonHosts.pairs(all, pair -> true, json);
        summary(Summary.of(all.inventory()), json);
    };

    @Override
    public void write(Findings findings, OutputStream out) throws IOException {
        write(findings, out, WHOLE);
    }

    static void write(Findings findings, OutputStream out, Part part) throws IOException {
        try (JsonGenerator json = FACTORY.createGenerator(out)) {
            json.setPrettyPrinter(new Json.LinePerElement());
            json.writeStartObject();
            part.write(findings, json);
            json.writeEndObject();
            json.writeRaw('\n');
        }
        out.flush();
    }

    static void summary(Summary summary, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("summary");
        counts(json, "clients", summary.clients());
        counts(json, "servers", summary.servers());
        counts(json, "ports", summary.ports());
        json.writeNumberField("went_dark", summary.wentDark());
        json.writeNumberField("scanners", summary.scanners());
        Json.time(json, "last_smb1", summary.lastSmb1());
        json.writeFieldName("days_since_smb1");
        if (summary.lastSmb1() == 0) {
            json.writeNull();
        } else {
            json.writeNumber(summary.daysSinceSmb1());
        }
        json.writeEndObject();
    }

    private static void counts(JsonGenerator json, String key, Map<? extends Enum<?>, Integer> counts)
            throws IOException {
        json.writeObjectFieldStart(key);
        for (Map.Entry<? extends Enum<?>, Integer> count : counts.entrySet()) {
            json.writeNumberField(count.getKey().name().toLowerCase(Locale.ROOT), count.getValue());
        }
        json.writeEndObject();
    }
}
