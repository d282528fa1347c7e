package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole JSON report and the whole body of a scrape for every sample. {@code -Dgolden.update=true} writes them anew,
 * to be read before they are kept.
 */
final class SampleGoldenTest {
    private static final Path GOLDEN = Path.of("src/test/resources/dev/tap445/samples");

    static Stream<String> samples() throws IOException {
        return Samples.all().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void reportAndMetricsAreTheGoldenOnes(String sample) throws Exception {
        Path file = Samples.all().get(sample);
        assertThat(file).isNotNull();
        if (file != null) {
            Replayed replayed = Replayed.of(file, 1);
            check(sample + ".json", replayed.json());
            check(sample + ".prom", replayed.metrics());
        }
    }

    private static void check(String name, String actual) throws IOException {
        Path file = GOLDEN.resolve(name);
        if (Boolean.getBoolean("golden.update")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, actual);
        }
        assertThat(actual).as(name).isEqualTo(Files.readString(file));
    }
}
