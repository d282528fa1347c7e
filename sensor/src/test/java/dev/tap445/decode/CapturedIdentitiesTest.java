package dev.tap445.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.CaptureFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What real devices say of themselves, against what tshark read in the same files. */
final class CapturedIdentitiesTest {

    static Stream<String> files() {
        return expected().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("files")
    void findsWhatTsharkFinds(String file) {
        CapturedIdentities identities = CapturedIdentities.of(
                CaptureFile.sharedCaptures().resolve("files").resolve(file));
        assertThat(identities.found)
                .containsExactlyInAnyOrderElementsOf(
                        Objects.requireNonNull(expected().get(file)));
    }

    private static Map<String, Set<String>> expected() {
        Map<String, Set<String>> byFile = new TreeMap<>();
        try (InputStream in = CapturedIdentitiesTest.class.getResourceAsStream("identities.tsv")) {
            String table = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            table.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                int tab = line.indexOf('\t');
                byFile.computeIfAbsent(line.substring(0, tab), file -> new TreeSet<>())
                        .add(line.substring(tab + 1));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return byFile;
    }
}
