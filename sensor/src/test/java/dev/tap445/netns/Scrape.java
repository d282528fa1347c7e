package dev.tap445.netns;

import java.util.HashMap;
import java.util.Map;

/**
 * One scrape of {@code /metrics}.
 *
 * @param series value by series as the text has it, such as {@code up{job="a"}}
 */
record Scrape(String text, Map<String, Double> series) {

    static Scrape of(String text) {
        Map<String, Double> series = new HashMap<>();
        for (String line : text.split("\n")) {
            int space = line.lastIndexOf(' ');
            if (!line.startsWith("#") && space > 0) {
                series.put(line.substring(0, space), Double.valueOf(line.substring(space + 1)));
            }
        }
        return new Scrape(text, series);
    }

    /** The value of a series; 0 where it is not there. Labels in alphabetical order: {@code port="445",server="…"}. */
    double value(String name, String labels) {
        return series.getOrDefault(name + "{" + labels + "}", 0.0);
    }

    boolean has(String name, String labels) {
        return series.containsKey(name + "{" + labels + "}");
    }
}
