package dev.tap445.inventory;

import java.util.List;
import java.util.StringJoiner;

/** The statement that adds a row, or merges it into the one that is there, column by column. */
final class Upsert {
    private final String table;
    private final List<String> keys;
    private final StringJoiner columns = new StringJoiner(", ");
    private final StringJoiner marks = new StringJoiner(", ");
    private final StringJoiner merges = new StringJoiner(", ");

    private Upsert(String table, List<String> keys) {
        this.table = table;
        this.keys = keys;
        keys.forEach(this::column);
    }

    static Upsert into(String table, String... keys) {
        return new Upsert(table, List.of(keys));
    }

    private void column(String name) {
        columns.add(name);
        marks.add("?");
    }

    /** The earlier of two times; 0 is none. */
    Upsert earliest(String... names) {
        for (String name : names) {
            column(name);
            merges.add("%1$s = CASE WHEN %1$s = 0 OR excluded.%1$s <> 0 AND excluded.%1$s < %1$s "
                    .concat("THEN excluded.%1$s ELSE %1$s END")
                    .formatted(name));
        }
        return this;
    }

    /** The greater of two counts, or the later of two times. */
    Upsert greatest(String... names) {
        for (String name : names) {
            column(name);
            merges.add("%1$s = max(%1$s, excluded.%1$s)".formatted(name));
        }
        return this;
    }

    /** What was written last. */
    Upsert latest(String... names) {
        for (String name : names) {
            column(name);
            merges.add("%1$s = excluded.%1$s".formatted(name));
        }
        return this;
    }

    /** What was written last, unless that is nothing. */
    Upsert known(String... names) {
        for (String name : names) {
            column(name);
            merges.add("%1$s = coalesce(excluded.%1$s, %1$s)".formatted(name));
        }
        return this;
    }

    String sql() {
        String merge = merges.length() == 0 ? "DO NOTHING" : "DO UPDATE SET " + merges;
        return "INSERT INTO " + table + "(" + columns + ") VALUES (" + marks + ") ON CONFLICT("
                + String.join(", ", keys) + ") " + merge;
    }
}
