package dev.tap445.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Copies of the shipped configuration that are fit for a test: shorter scrape, evaluation, {@code for} and grouping
 * times, and ports that are free. Each replacement must find what it replaces, so that a test fails when the shipped
 * files change under it.
 */
final class Shipped {
    private static final Path PROMETHEUS = Tools.root().resolve("deploy/prometheus");

    private Shipped() {}

    /** The shipped rule files with short times, in {@code directory/rules}; only those that match. */
    static void rules(Path directory, Pattern names) throws IOException {
        Path target = Files.createDirectories(directory.resolve("rules"));
        try (Stream<Path> files = Files.list(PROMETHEUS.resolve("rules"))) {
            List<Path> chosen = files.filter(
                            file -> names.matcher(file.getFileName().toString()).find())
                    .toList();
            assertThat(chosen).isNotEmpty();
            for (Path file : chosen) {
                String text = Files.readString(file);
                // What is done once an hour is left so: in its first hour a fleet does without.
                text = replace(text, "(?m)^( +interval:) (?!1h$)\\w+$", "$1 2s");
                if (text.contains(" for: ")) {
                    text = replace(text, "(?m)^( +for:) \\w+$", "$1 4s");
                }
                Files.writeString(target.resolve(file.getFileName().toString()), text);
            }
        }
    }

    /** The shipped {@code prometheus.yml} for these targets. */
    static Path prometheus(Path directory, String target, String alertmanager) throws IOException {
        rules(directory, Pattern.compile("\\.rules\\.yml$"));
        String text = Files.readString(PROMETHEUS.resolve("prometheus.yml"));
        text = shortTimes(text);
        text = replace(text, "localhost:10445", target);
        text = replace(text, "localhost:9093", alertmanager);
        return Files.writeString(directory.resolve("prometheus.yml"), text);
    }

    static String shortTimes(String prometheus) {
        String text = replace(prometheus, "scrape_interval: \\w+", "scrape_interval: 1s");
        if (text.contains("scrape_timeout")) {
            text = replace(text, "scrape_timeout: \\w+", "scrape_timeout: 1s");
        }
        return text.contains("evaluation_interval")
                ? replace(text, "evaluation_interval: \\w+", "evaluation_interval: 1s")
                : text;
    }

    static String example(String name) throws IOException {
        return Files.readString(PROMETHEUS.resolve("examples").resolve(name));
    }

    /** The shipped Alertmanager configuration: every receiver is a webhook {@code url/NAME}. */
    static Path alertmanager(Path directory, String url) throws IOException {
        String text = Files.readString(Tools.root().resolve("deploy/alertmanager/alertmanager.yml"));
        text = replace(text, "group_wait: \\w+", "group_wait: 1s");
        text = replace(text, "group_interval: \\w+", "group_interval: 2s");
        text = replace(text, "email_configs:\n +- to: \\S+", "webhook_configs:\n      - url: x");
        text = replace(text, "(- name: (\\S+)\n +webhook_configs:\n +- url:) \\S+", "$1 " + url + "/$2");
        return Files.writeString(directory.resolve("alertmanager.yml"), text);
    }

    static String replace(String text, String pattern, String replacement) {
        String replaced = text.replaceAll(pattern, replacement);
        assertThat(replaced).as("nothing matches %s", pattern).isNotEqualTo(text);
        return replaced;
    }

    /** A copy of {@code deploy/} and {@code grafana/}, to be broken. */
    static Path copy(Path directory) throws IOException {
        for (String part : List.of("deploy", "grafana")) {
            Path from = Tools.root().resolve(part);
            try (Stream<Path> files = Files.walk(from)) {
                files.forEach(file -> copyOne(file, directory.resolve(part).resolve(from.relativize(file))));
            }
        }
        return directory;
    }

    private static void copyOne(Path from, Path to) {
        try {
            Files.copy(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
