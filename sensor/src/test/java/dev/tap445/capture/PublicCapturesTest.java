package dev.tap445.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Public captures that lie beside the project: what the reader sees is what tshark and capinfos see. */
final class PublicCapturesTest {
    private static final Path CAPTURES = Path.of(System.getProperty("tap445.root", ".."), "..", "shared", "captures")
            .normalize();

    /** Where ours differs from tshark's count, a pattern of what ours says, and who is right. */
    private static final Map<String, String> DIFFERENCES = Map.of(
            // tshark counts three blocks that are no packets as frames; capinfos says 5 too
            "libtrace__complex.pcapng", "5 packets",
            // version 1.4: refused by all; the row counts no packets
            "libpcap__pcap-invalid-version-1.pcap", ".*pcap version 1.4 is not supported.*",
            // the length of the second record is impossible; tshark guesses another record layout and shows rubbish
            "suricata-verify__bug-6875-01_fuzz.pcap", "1 packets .*impossible packet length 1409179648 .at byte 228.*",
            // Marvell EDSA, which tshark does not read; tcpdump shows 10
            "tcpdump__edsa.pcap", "10 packets");

    private record Seen(int packets, long first, long last, Optional<String> problem) {}

    @BeforeAll
    static void needsTheCaptures() {
        assumeTrue(Files.isDirectory(CAPTURES), "skipped: no public captures at ../shared/captures");
    }

    private static Seen read(String file) throws CaptureException {
        long[] range = {Long.MAX_VALUE, Long.MIN_VALUE};
        int packets = 0;
        try (FileSource source =
                FileSource.open(CAPTURES.resolve("files").resolve(file).toString(), 0)) {
            PacketHandler handler = (m, at, captured, original, timestamp, type, index) -> {
                range[0] = Math.min(range[0], timestamp);
                range[1] = Math.max(range[1], timestamp);
            };
            int count;
            while ((count = source.poll(handler, 256)) != PacketSource.END) {
                packets += count;
            }
            return new Seen(packets, range[0], range[1], source.problem());
        }
    }

    private static List<String[]> truth() throws IOException {
        try (Stream<String> lines = Files.lines(CAPTURES.resolve("truth.tsv"))) {
            return lines.skip(1).map(line -> line.split("\t", -1)).toList();
        }
    }

    @Test
    void countsThePacketsOfEveryFile() throws Exception {
        List<String> surprises = new ArrayList<>();
        for (String[] row : truth()) {
            String outcome;
            try {
                Seen seen = read(row[0]);
                outcome = seen.packets + " packets"
                        + seen.problem.map(p -> " " + p).orElse("");
            } catch (CaptureException e) {
                outcome = "refused " + e.getMessage();
            }
            String expected = DIFFERENCES.getOrDefault(row[0], row[3] + " packets");
            if (!outcome.matches(expected)) {
                surprises.add(row[0] + ": expected " + expected + ", was " + outcome);
            }
        }
        assertThat(surprises).isEmpty();
    }

    @Test
    void knowsAllTheCaptures() throws IOException {
        assertThat(truth()).hasSize(124);
    }

    @Test
    void agreesWithCapinfosOnTheTimeOfEveryFile() throws Exception {
        Map<String, String[]> infos = capinfos();
        assumeTrue(!infos.isEmpty(), "skipped: capinfos is not installed");
        List<String> differences = new ArrayList<>();
        for (Map.Entry<String, String[]> info : infos.entrySet()) {
            Seen seen = read(info.getKey());
            if (info.getValue()[2].equals("n/a")) {
                continue; // a simple packet block, which has no time
            }
            long first = nanos(info.getValue()[2]);
            long last = nanos(info.getValue()[3]);
            if (first != seen.first || last != seen.last) {
                differences.add(info.getKey() + " capinfos " + first + " - " + last + " ours " + seen);
            }
        }
        assertThat(differences).isEmpty();
    }

    private static long nanos(String seconds) {
        return new BigDecimal(seconds).movePointRight(9).longValueExact();
    }

    /** Per file: name, packets, earliest and latest time in seconds since the epoch. */
    private static Map<String, String[]> capinfos() throws Exception {
        List<String> command = new ArrayList<>(List.of("capinfos", "-TrmcaeS"));
        truth().forEach(row ->
                command.add(CAPTURES.resolve("files").resolve(row[0]).toString()));
        Map<String, String[]> infos = new HashMap<>();
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return infos;
        }
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        out.lines()
                .map(line -> line.split(","))
                .filter(cells -> cells.length == 4)
                .forEach(cells -> infos.put(Path.of(cells[0]).getFileName().toString(), cells));
        return infos;
    }
}
