package dev.tap445.export.access;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A mapping of the file. Every key must be asked for: what remains is unknown, and an error. */
final class Section {
    private final Map<?, ?> values;
    private final Path file;
    private final String path;
    private final Set<Object> asked = new LinkedHashSet<>();

    private Section(Map<?, ?> values, Path file, String path) {
        this.values = values;
        this.file = file;
        this.path = path;
    }

    static Section of(Object value, Path file, String path) throws AccessException {
        if (value instanceof Map<?, ?> map) {
            return new Section(map, file, path);
        }
        throw new AccessException(file + ": " + (path.isEmpty() ? "the document" : path) + " is not a mapping");
    }

    AccessException wrong(String key, String what) {
        return new AccessException(file + ": " + within(key) + " " + what);
    }

    private String within(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private @Nullable Object value(String key) {
        asked.add(key);
        return values.get(key);
    }

    @Nullable Section section(String key) throws AccessException {
        Object value = value(key);
        return value == null ? null : of(value, file, within(key));
    }

    /** Null where it is absent or empty. */
    @Nullable String text(String key) throws AccessException {
        Object value = value(key);
        if (value == null || value.equals("")) {
            return null;
        }
        if (value instanceof String text) {
            return text;
        }
        throw wrong(key, "is not a string");
    }

    @Nullable Boolean flag(String key) throws AccessException {
        Object value = value(key);
        if (value == null || value instanceof Boolean) {
            return (Boolean) value;
        }
        throw wrong(key, "is neither true nor false");
    }

    List<String> list(String key) throws AccessException {
        Object value = value(key);
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)) {
            return list.stream().map(String.class::cast).toList();
        }
        throw wrong(key, "is not a list of strings");
    }

    /** All of it, strings by name. */
    Map<String, String> texts() throws AccessException {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : values.entrySet()) {
            if (!(entry.getKey() instanceof String key) || !(entry.getValue() instanceof String value)) {
                throw wrong(String.valueOf(entry.getKey()), "is not a string with a string");
            }
            asked.add(key);
            texts.put(key, value);
        }
        return texts;
    }

    /** A path relative to the directory of the file; null where it is absent. */
    @Nullable Path path(String key) throws AccessException {
        String text = text(key);
        return text == null ? null : file.toAbsolutePath().resolveSibling(text);
    }

    void refuseOthers() throws AccessException {
        for (Object key : values.keySet()) {
            if (!asked.contains(key)) {
                throw wrong(String.valueOf(key), "is not known");
            }
        }
    }
}
