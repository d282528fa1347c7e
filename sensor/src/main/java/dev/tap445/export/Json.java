package dev.tap445.export;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.Serial;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The shapes that the JSON reports repeat. */
final class Json {
    private Json() {}

    static void string(JsonGenerator json, String key, @Nullable String value) throws IOException {
        json.writeFieldName(key);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeString(value);
        }
    }

    static void time(JsonGenerator json, String key, long nanos) throws IOException {
        string(json, key, Times.rfc3339(nanos));
    }

    static void strings(JsonGenerator json, String key, Collection<?> values) throws IOException {
        json.writeArrayFieldStart(key);
        for (Object value : values) {
            json.writeString(value.toString());
        }
        json.writeEndArray();
    }

    static void counts(JsonGenerator json, String key, Map<String, Long> counts) throws IOException {
        json.writeObjectFieldStart(key);
        for (Map.Entry<String, Long> count : new TreeMap<>(counts).entrySet()) {
            json.writeNumberField(count.getKey(), count.getValue());
        }
        json.writeEndObject();
    }

    /** One line for each part of the outermost object, and for each element of its arrays: still fit for diff and grep. */
    static final class LinePerElement extends MinimalPrettyPrinter {
        @Serial
        private static final long serialVersionUID = 1L;

        private static final int OBJECT = 1;
        private static final int ARRAY = 2;

        private int depth;

        @Override
        public void writeStartObject(JsonGenerator json) throws IOException {
            json.writeRaw('{');
            depth++;
        }

        @Override
        public void writeEndObject(JsonGenerator json, int entries) throws IOException {
            depth--;
            json.writeRaw('}');
        }

        @Override
        public void writeStartArray(JsonGenerator json) throws IOException {
            json.writeRaw('[');
            depth++;
        }

        @Override
        public void writeEndArray(JsonGenerator json, int values) throws IOException {
            depth--;
            json.writeRaw(']');
        }

        @Override
        public void beforeArrayValues(JsonGenerator json) throws IOException {
            breakLine(json, ARRAY);
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator json) throws IOException {
            json.writeRaw(',');
            breakLine(json, ARRAY);
        }

        @Override
        public void writeObjectEntrySeparator(JsonGenerator json) throws IOException {
            json.writeRaw(',');
            breakLine(json, OBJECT);
        }

        private void breakLine(JsonGenerator json, int at) throws IOException {
            if (depth == at) {
                json.writeRaw('\n');
            }
        }
    }
}
