package dev.tap445.track;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.wire.DecodeFailure;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code pitfalls.tsv}, the one list of inputs that broke other tools: each has a test, and the reason it expects. */
final class PitfallTableTest {
    private static final Set<String> OUTCOMES = Set.of("answer", "error");

    record Row(String area, String input, List<String> expected, List<String> tests) {
        @Override
        public String toString() {
            return area + ": " + input;
        }
    }

    static Stream<Row> rows() throws IOException {
        try (InputStream in = PitfallTableTest.class.getResourceAsStream("/dev/tap445/pitfalls.tsv")) {
            String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.startsWith("#")).map(PitfallTableTest::row);
        }
    }

    private static Row row(String line) {
        String[] cells = line.split("\t");
        return new Row(
                cells[0],
                cells[1],
                List.of(cells[2].split(" ")),
                cells[3].contains("/") ? List.of(cells[3]) : List.of(cells[3].split(", ")));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void hasATestThatExpectsWhatTheTableSays(Row row) throws ClassNotFoundException {
        Set<String> reasons = new HashSet<>();
        Arrays.stream(DecodeFailure.values()).forEach(reason -> reasons.add(reason.label()));
        assertThat(row.expected).allMatch(word -> OUTCOMES.contains(word) || reasons.contains(word));
        assertThat(row.tests).isNotEmpty();
        Map<String, Map<String, Long>> cases = cases();
        for (String test : row.tests) {
            int slash = test.indexOf('/');
            if (slash > 0) {
                String name = test.substring(slash + 1);
                assertThat(cases).containsKey(name);
                Set<String> counted = Objects.requireNonNull(cases.get(name)).keySet();
                assertThat(counted)
                        .isEqualTo(row.expected.equals(List.of("answer")) ? Set.of() : Set.copyOf(row.expected));
            } else {
                assertThat(isTest(test)).as(test).isTrue();
            }
        }
    }

    private static boolean isTest(String name) throws ClassNotFoundException {
        String[] parts = name.split("#");
        for (Method method : Class.forName("dev.tap445." + parts[0]).getDeclaredMethods()) {
            if (method.getName().equals(parts[1])
                    && (method.isAnnotationPresent(Test.class)
                            || method.isAnnotationPresent(ParameterizedTest.class))) {
                return true;
            }
        }
        return false;
    }

    /** Reasons by case. */
    private static Map<String, Map<String, Long>> cases() {
        Map<String, Map<String, Long>> cases = new HashMap<>();
        Stream.of(PitfallsTest.netbios(), PitfallsTest.smb1(), PitfallsTest.smb2())
                .flatMap(all -> all)
                .forEach(pitfall -> cases.put(pitfall.name(), pitfall.reasons()));
        return cases;
    }

    /** A case or a reason that nobody lists would be a pitfall without a line. */
    @Test
    void everyReasonIsExpectedByALineOrByATestOfItsOwn() throws IOException {
        Set<String> listed = new HashSet<>();
        rows().forEach(row -> listed.addAll(row.expected));
        cases().values().forEach(reasons -> listed.addAll(reasons.keySet()));
        Set<String> elsewhere = Set.of(
                "icmp_truncated", // FrameDecoderTest.aQuoteTooShortIsCounted
                "tunnel_invalid", // FrameDecoderTest.hostileBytesInAnyPlaceNeverThrow
                "netbios_name", // IdentityReaderTest.aNetbiosNameOfOtherLettersOrWithAPointerIsCounted
                "stream_gap"); // StreamsTest.takesUpBehindALoss
        for (DecodeFailure reason : DecodeFailure.values()) {
            assertThat(listed.contains(reason.label()) || elsewhere.contains(reason.label()))
                    .as(reason.label())
                    .isTrue();
        }
    }
}
