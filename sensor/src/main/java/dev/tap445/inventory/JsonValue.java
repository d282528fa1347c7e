package dev.tap445.inventory;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object in memory; what is missing is empty, zero or false, what is of another kind is refused. */
record JsonValue(Map<String, Object> fields) {
    private static final int MAX_DEPTH = 16;

    /** Reads the object that the parser has just begun. */
    static JsonValue read(JsonParser json) throws IOException {
        return object(json, 0);
    }

    private static JsonValue object(JsonParser json, int depth) throws IOException {
        Map<String, Object> fields = new LinkedHashMap<>();
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            Object value = value(json, depth + 1);
            if (value != null) {
                fields.put(name, value);
            }
        }
        return new JsonValue(fields);
    }

    private static @Nullable Object value(JsonParser json, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("nested too deep");
        }
        JsonToken token = json.currentToken();
        if (token == null) {
            throw new IllegalArgumentException("the end is missing");
        }
        return switch (token) {
            case START_OBJECT -> object(json, depth);
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    Object element = value(json, depth + 1);
                    if (element != null) {
                        list.add(element);
                    }
                }
                yield list;
            }
            case VALUE_NUMBER_INT -> json.getLongValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> json.getText();
        };
    }

    private static <T> T as(Class<T> type, String name, @Nullable Object value, T missing) {
        if (value == null) {
            return missing;
        }
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("'" + name + "' is of the wrong kind");
        }
        return type.cast(value);
    }

    boolean has(String name) {
        return fields.containsKey(name);
    }

    String text(String name) {
        return as(String.class, name, fields.get(name), "");
    }

    long number(String name) {
        return as(Long.class, name, fields.get(name), 0L);
    }

    boolean flag(String name) {
        return as(Boolean.class, name, fields.get(name), false);
    }

    long time(String name) {
        return Instants.parse(text(name));
    }

    @Nullable JsonValue object(String name) {
        Object value = fields.get(name);
        return value == null ? null : as(JsonValue.class, name, value, this);
    }

    List<JsonValue> list(String name) {
        List<JsonValue> values = new ArrayList<>();
        for (Object element : as(List.class, name, fields.get(name), List.of())) {
            values.add(as(JsonValue.class, name, element, this));
        }
        return values;
    }

    List<String> texts(String name) {
        List<String> values = new ArrayList<>();
        for (Object element : as(List.class, name, fields.get(name), List.of())) {
            values.add(as(String.class, name, element, ""));
        }
        return values;
    }

    Map<String, Long> numbers(String name) {
        Map<String, Long> values = new LinkedHashMap<>();
        JsonValue object = object(name);
        if (object != null) {
            object.fields.forEach((key, value) -> values.put(key, as(Long.class, key, value, 0L)));
        }
        return values;
    }
}
