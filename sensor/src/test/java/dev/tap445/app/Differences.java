package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where ours differs from a truth that others found, each with who is right and why, in a list beside the tests. What
 * differs and is not listed fails, and so does what is listed and does not differ (any more).
 */
final class Differences {
    private static final Path DIRECTORY = Path.of("src/test/resources/dev/tap445/truth");
    private static final int CELLS = 6;
    private static final int OF_FACT = 4;

    private final List<String> found = new ArrayList<>();

    /** Compares what the truth says of {@code file}, by column; columns of ours alone do not count. */
    void compare(String file, Map<String, String> truth, Map<String, String> ours) {
        new TreeMap<>(truth).forEach((column, expected) -> {
            String actual = ours.get(column);
            if (actual != null && !actual.equals(expected)) {
                found.add(String.join("\t", file, column, expected, actual));
            }
        });
    }

    /** Fails unless the differences are those in the list of this name: file, column, truth, ours, who is right, why. */
    void check(String list) throws IOException {
        List<String> listed = new ArrayList<>();
        for (String line : Files.readAllLines(DIRECTORY.resolve(list))) {
            if (!line.startsWith("#")) {
                String[] cells = line.split("\t");
                assertThat(cells).as(line).hasSize(CELLS);
                listed.add(String.join("\t", List.of(cells).subList(0, OF_FACT)));
            }
        }
        assertThat(found).containsExactlyInAnyOrderElementsOf(listed);
    }
}
