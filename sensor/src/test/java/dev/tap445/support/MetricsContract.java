package dev.tap445.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code deploy/metrics.txt} as data, and what a scrape does against it. */
public final class MetricsContract {
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\",?");
    private static final Pattern HISTOGRAM_SAMPLE = Pattern.compile("_(?:bucket|sum|count)$");

    /** Labels with their values; no values stand for any value. */
    private record Metric(String type, Map<String, Set<String>> labels) {}

    private final Map<String, Metric> metrics = new TreeMap<>();

    /** Reads the contract of this project. */
    public static MetricsContract read() throws IOException {
        Path root = Path.of(System.getProperty("tap445.root", ".."));
        MetricsContract contract = new MetricsContract();
        for (String line : Files.readAllLines(root.resolve("deploy/metrics.txt"))) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                contract.add(line.split(" "));
            }
        }
        return contract;
    }

    private void add(String[] words) {
        Map<String, Set<String>> labels = new TreeMap<>();
        for (String label : Arrays.asList(words).subList(2, words.length)) {
            String[] parts = label.split("=", 2);
            labels.put(parts[0], parts.length == 1 ? Set.of() : Set.of(parts[1].split("\\|")));
        }
        metrics.put(words[0], new Metric(words[1], labels));
    }

    /** Names that a sensor must export, without those that Prometheus makes itself. */
    public Set<String> names() {
        return metrics.entrySet().stream()
                .filter(entry -> !entry.getValue().type.equals("prometheus"))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The names of metrics in an exposition in Prometheus text format. */
    public static Set<String> exported(String body) {
        return types(body).keySet();
    }

    private static Map<String, String> types(String body) {
        return body.lines()
                .filter(line -> line.startsWith("# TYPE "))
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(
                        words -> words[2], words -> words[3], (a, b) -> a + " and " + b, TreeMap::new));
    }

    /** What of the sensor's own metrics in this exposition the contract does not allow; empty where all is well. */
    public List<String> violations(String body) {
        List<String> found = new ArrayList<>();
        Map<String, String> types = types(body);
        types.forEach((name, type) -> {
            Metric metric = metrics.get(name);
            if (metric == null && name.startsWith("tap445_")) {
                found.add(name + " is not in the contract");
            } else if (metric != null && !metric.type.equals(type)) {
                found.add(name + " is a " + type + ", not a " + metric.type);
            }
        });
        body.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            String violation = sample(line, types);
            if (violation != null) {
                found.add(violation);
            }
        });
        return found;
    }

    private @Nullable String sample(String line, Map<String, String> types) {
        Matcher parts = SAMPLE.matcher(line);
        if (!parts.matches()) {
            return "not a sample: " + line;
        }
        String name = parts.group(1);
        boolean histogram = !types.containsKey(name);
        Metric metric = metrics.get(histogram ? HISTOGRAM_SAMPLE.matcher(name).replaceFirst("") : name);
        if (metric == null) {
            return name.startsWith("tap445_") ? "no such metric: " + line : null;
        }
        Map<String, String> labels = labels(parts.group(2));
        if (histogram) {
            labels.remove("le");
        }
        if (!labels.keySet().equals(metric.labels.keySet())) {
            return "labels " + labels.keySet() + " instead of " + metric.labels.keySet() + ": " + line;
        }
        for (Map.Entry<String, String> label : labels.entrySet()) {
            Set<String> allowed = metric.labels.getOrDefault(label.getKey(), Set.of());
            if (!allowed.isEmpty() && !allowed.contains(label.getValue())) {
                return label.getKey() + " is never " + label.getValue() + ": " + line;
            }
        }
        return null;
    }

    private static Map<String, String> labels(@Nullable String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        Matcher label = LABEL.matcher(text == null ? "" : text);
        while (label.find()) {
            labels.put(label.group(1), label.group(2));
        }
        return labels;
    }
}
