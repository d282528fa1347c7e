package dev.tap445.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The captures that we made ourselves, by name. */
final class Samples {
    static final Path DIRECTORY = Path.of("samples");

    private Samples() {}

    static Map<String, Path> all() throws IOException {
        Map<String, Path> samples = new TreeMap<>();
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            files.filter(file -> file.toString().endsWith(".pcap"))
                    .forEach(file -> samples.put(file.getFileName().toString().replace(".pcap", ""), file));
        }
        samples.put("demo", Path.of("src/main/resources/dev/tap445/app/demo.pcap"));
        return samples;
    }
}
