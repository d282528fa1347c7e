package dev.tap445.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.CaptureFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** As many segments of the watched ports as tshark sees, in every public capture. */
final class CapturedSegmentsTest {
    @TestFactory
    Stream<DynamicTest> asManySegmentsAsTsharkSees() throws IOException {
        Path captures = CaptureFile.sharedCaptures();
        List<String> table = Files.readAllLines(captures.resolve("truth.tsv"));
        List<String> columns = Arrays.asList(table.getFirst().split("\t", -1));
        int file = columns.indexOf("file");
        int ports = columns.indexOf("ports_seen");
        return table.stream()
                .skip(1)
                .map(line -> line.split("\t", -1))
                .map(row -> DynamicTest.dynamicTest(row[file], () -> {
                    Path capture = captures.resolve("files").resolve(row[file]);
                    assertThat(segments(capture)).isEqualTo(packets(row[ports]));
                }));
    }

    /** {@code 139:14,445:222}. */
    private static int packets(String portsSeen) {
        return "-".equals(portsSeen)
                ? 0
                : Arrays.stream(portsSeen.split(","))
                        .mapToInt(port -> Integer.parseInt(port.substring(port.indexOf(':') + 1)))
                        .sum();
    }

    private static int segments(Path file) {
        Decoded decoded = new Decoded();
        for (CaptureFile.Frame frame : CaptureFile.read(file)) {
            decoded.decoder.decode(frame.memory(), frame.offset(), frame.length(), frame.linkType(), frame.timeNanos());
        }
        decoded.decoder.finish();
        return decoded.segments.size();
    }
}
