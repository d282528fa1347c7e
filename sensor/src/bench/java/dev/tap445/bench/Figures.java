package dev.tap445.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Figures out of lines, and figures of figures. */
final class Figures {
    private Figures() {}

    static long number(String line, String name) {
        return Long.parseLong(word(line, name));
    }

    static String word(String line, String name) {
        List<String> words = Arrays.asList(line.strip().split("\\s+"));
        return words.get(words.indexOf(name) + 1);
    }

    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    static double worst(double... values) {
        return Arrays.stream(values).max().orElse(Double.NaN);
    }

    static void print(String format, Object... values) {
        System.out.print(String.format(Locale.ROOT, format, values).replace("NaN", "–"));
        System.out.flush();
    }

    /** Seconds in a line of {@code name value} pairs, as nanoseconds a packet. */
    static double nanos(String line, String name, long packets) {
        return Double.parseDouble(word(line, name)) * 1e9 / packets;
    }
}
