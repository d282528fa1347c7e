package dev.tap445.inventory;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The inventory out of a store and into one, as JSON (all of it) or CSV (a baseline of known devices). What is imported is
 * merged with what is there, and is not announced: a client that is known from an import is not new.
 */
public final class InventoryExchange {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(32).build())
            .build();

    private static final String FEED = "feed";

    private InventoryExchange() {}

    /** Where to write; opened when the store has been read, so that nothing is overwritten with nothing. */
    @FunctionalInterface
    public interface Destination {
        Writer open() throws IOException;
    }

    public static void writeCsv(Path directory, Destination destination) throws StoreException, IOException {
        StoreReader.hosts(directory, (hosts, feed) -> {
            try (Writer out = destination.open()) {
                Csv.write(out, HostCsv.COLUMNS);
                while (hosts.hasNext()) {
                    Csv.write(out, HostCsv.row(hosts.next()));
                }
            }
        });
    }

    public static void writeJson(Path directory, Destination destination) throws StoreException, IOException {
        StoreReader.hosts(directory, (hosts, feed) -> {
            try (Writer out = destination.open();
                    JsonGenerator json = FACTORY.createGenerator(out)) {
                json.writeStartObject();
                json.writeArrayFieldStart("hosts");
                while (hosts.hasNext()) {
                    json.writeRaw('\n');
                    HostJson.write(hosts.next(), json);
                }
                json.writeEndArray();
                json.writeObjectFieldStart(FEED);
                for (Map.Entry<String, Long> time : new TreeMap<>(feed).entrySet()) {
                    json.writeStringField(time.getKey(), Instants.text(time.getValue()));
                }
                json.writeEndObject();
                json.writeEndObject();
                json.writeRaw('\n');
            }
        });
    }

    /**
     * Merges a table whose first row names its columns; {@code address} has to be among them.
     *
     * @return how many hosts were read
     * @throws IllegalArgumentException where a row is wrong, with its line; nothing of that batch is written
     */
    public static long readCsv(Path directory, Reader in) throws StoreException, IOException {
        try (StoreImport store = StoreImport.open(directory)) {
            Csv csv = new Csv(new BufferedReader(in));
            List<String> header = csv.read();
            if (header == null || !header.contains("address")) {
                throw new IllegalArgumentException("line 1: no column 'address'");
            }
            for (String column : header) {
                if (!HostCsv.COLUMNS.contains(column)) {
                    throw new IllegalArgumentException("line 1: unknown column '" + column + "'");
                }
            }
            int line = csv.line();
            for (List<String> row = csv.read(); row != null; row = csv.read()) {
                if (row.size() != 1 || !row.getFirst().isEmpty()) {
                    store.accept(host(header, row, line));
                }
                line = csv.line();
            }
            return store.finish();
        }
    }

    private static HostRecord host(List<String> header, List<String> row, int line) {
        if (row.size() > header.size()) {
            throw new IllegalArgumentException("line " + line + ": more cells than columns");
        }
        Map<String, String> cells = new HashMap<>();
        for (int i = 0; i < row.size(); i++) {
            cells.put(header.get(i), row.get(i));
        }
        try {
            return HostCsv.host(cells);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("line " + line + ": " + e.getMessage(), e);
        }
    }

    /** As {@link #readCsv}, of what {@link #writeJson} wrote. */
    public static long readJson(Path directory, Reader in) throws StoreException, IOException {
        try (StoreImport store = StoreImport.open(directory);
                JsonParser json = FACTORY.createParser(in)) {
            boolean hosts = json.nextToken() == JsonToken.START_OBJECT
                    && "hosts".equals(json.nextFieldName())
                    && json.nextToken() == JsonToken.START_ARRAY;
            if (!hosts) {
                throw new IllegalArgumentException("line 1: not {\"hosts\": [...]}");
            }
            while (json.nextToken() == JsonToken.START_OBJECT) {
                int line = json.currentLocation().getLineNr();
                try {
                    store.accept(HostJson.read(JsonValue.read(json)));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException("line " + line + ": " + e.getMessage(), e);
                }
            }
            if (json.currentToken() != JsonToken.END_ARRAY) {
                throw new IllegalArgumentException("the end is missing");
            }
            if (FEED.equals(json.nextFieldName()) && json.nextToken() == JsonToken.START_OBJECT) {
                JsonValue feed = JsonValue.read(json);
                for (String key : FeedTimes.OF_THE_FEED) {
                    store.feed(key, feed.time(key));
                }
            }
            return store.finish();
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new IllegalArgumentException("line " + line + ": " + e.getOriginalMessage(), e);
        }
    }
}
