package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tap445.capture.CaptureException;
import dev.tap445.capture.CaptureFilter;
import dev.tap445.capture.FileSource;
import dev.tap445.support.CaptureFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pcap4j.core.BpfProgram;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/** What is reported of generated traffic is what its generator says it wrote, through the lean filter too. */
final class GeneratedTrafficTest {
    private static final int MESSAGES_A_SESSION = 20;
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final int PCAP_HEADER = 24;
    private static final int RECORD_HEADER = 16;

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0} packets, {1} rounds of bulk, {2} clients, {3} workers")
    @CsvSource({"200000, 0, 10000, 1", "100000, 20, 300, 2"})
    void countsWhatTheGeneratorWrote(int packets, int bulk, int clients, int workers) throws Exception {
        Path file = folder.resolve("traffic.pcap");
        JsonNode truth = generate(file, packets, bulk, clients);

        JsonNode all = report(FileSource.open(file.toString(), 0), workers);
        assertThat(all.at("/capture/packets").asLong())
                .isEqualTo(truth.get("packets").asLong());
        assertThat(all.at("/capture/bytes").asLong())
                .isEqualTo(truth.get("bytes").asLong());
        assertThat(all.at("/capture/truncated").asLong()).isZero();
        assertThat(all.at("/capture/duplicates").asLong()).isZero();
        assertThat(all.at("/capture/decode_failures").size()).isZero();
        long pending = pending(file);
        assertCounts(all, truth, pending);

        Path lean = folder.resolve("lean.pcap");
        long passed = lean(file, lean);
        JsonNode few = report(FileSource.open(lean.toString(), 0), workers);
        assertThat(few.at("/capture/packets").asLong()).isEqualTo(passed);
        assertCounts(few, truth, pending(lean));
        if (bulk > 0) {
            assertThat(passed).isLessThan(packets / 5);
        }
    }

    private static void assertCounts(JsonNode report, JsonNode truth, long pending) {
        Map<String, Long> found = new HashMap<>();
        for (JsonNode server : report.get("servers")) {
            for (JsonNode port : server.get("ports")) {
                port.get("handshakes").properties().forEach(e -> add(found, e.getKey(), e.getValue()));
                add(found, "retransmissions", port.get("syn_retransmissions"));
            }
        }
        for (JsonNode client : report.get("clients")) {
            add(found, "smb1_only", client.at("/offers/smb1_only"));
            add(found, "both", client.at("/offers/smb1_and_smb2"));
            add(found, "smb2_only", client.at("/offers/smb2_only"));
            add(found, "incomplete", client.at("/offers/incomplete"));
            add(found, "sessions", client.get("smb1_sessions"));
            add(found, "messages", client.get("smb1_messages"));
        }
        long answered = truth.get("answered").asLong();
        long refused = truth.get("refused").asLong();
        long unanswered = truth.get("unanswered").asLong();
        long connections = truth.get("connections").asLong();
        long sessions = truth.get("smb1_sessions").asLong();
        long negotiates = truth.get("smb1_negotiates").asLong();
        assertThat(connections).as("the generator's own sum").isEqualTo(answered + refused + unanswered);
        assertThat(found)
                .containsEntry("answered", answered)
                .containsEntry("refused", refused)
                .containsEntry("unanswered", unanswered - pending)
                .containsEntry("pending", pending)
                .containsEntry("unreachable", 0L)
                .containsEntry("one_way", 0L)
                .containsEntry("aborted", 0L)
                .containsEntry("retransmissions", truth.get("syns").asLong() - connections)
                .containsEntry("sessions", sessions)
                .containsEntry("messages", MESSAGES_A_SESSION * sessions)
                .containsEntry("smb1_only", sessions)
                .containsEntry("both", negotiates - sessions)
                .containsEntry("smb2_only", answered - negotiates)
                .containsEntry("incomplete", 0L);
    }

    private static void add(Map<String, Long> sums, String name, JsonNode count) {
        sums.merge(name, count.asLong(), Long::sum);
    }

    /** What the file ends too early for: never answered, and first tried less than five seconds before the end. */
    private static long pending(Path file) {
        Map<List<Integer>, Long> open = new HashMap<>();
        long last = 0;
        for (CaptureFile.Frame frame : CaptureFile.read(file)) {
            ByteBuffer packet = ByteBuffer.wrap(frame.bytes());
            last = Math.max(last, frame.timeNanos());
            int flags = packet.get(47);
            int ports = packet.getInt(34);
            if ((flags & 0x12) == 0x02) {
                open.putIfAbsent(List.of(packet.getInt(26), packet.getInt(30), ports), frame.timeNanos());
            } else if ((flags & 0x06) != 0) {
                open.remove(List.of(packet.getInt(30), packet.getInt(26), ports << 16 | ports >>> 16));
            }
        }
        long end = last;
        return open.values().stream()
                .filter(first -> end - first < PATIENCE_NANOS)
                .count();
    }

    private static JsonNode report(FileSource source, int workers) throws IOException {
        return new JsonMapper()
                .readTree(Replayed.of(source, PipelineOptions.file(workers)).json());
    }

    private static JsonNode generate(Path file, int packets, int bulk, int clients) throws Exception {
        Path generator = Path.of(System.getProperty("tap445.root", ".."))
                .toAbsolutePath()
                .normalize()
                .resolve("../shared/tools/limit/traffic.py")
                .normalize();
        assumeTrue(Files.isRegularFile(generator), "no traffic generator in ../shared/tools beside the project");
        ProcessBuilder command = new ProcessBuilder(
                "python3",
                generator.toString(),
                file.toString(),
                Integer.toString(packets),
                "--bulk",
                Integer.toString(bulk),
                "--clients",
                Integer.toString(clients));
        Process process;
        try {
            process = command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        } catch (IOException e) {
            assumeTrue(false, "no python3 to run the traffic generator");
            throw e;
        }
        byte[] truth = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).isZero();
        return new JsonMapper().readTree(truth);
    }

    /** Writes what the kernel would have let through. */
    private static long lean(Path file, Path to) throws Exception {
        try {
            CaptureFilter.lean(445, 139).check(1);
        } catch (CaptureException e) {
            assumeTrue(false, "skipped: " + e.getMessage());
        }
        byte[] all = Files.readAllBytes(file);
        List<byte[]> kept = new ArrayList<>();
        try (PcapHandle dead = Pcaps.openDead(DataLinkType.EN10MB, 65_535)) {
            BpfProgram program = dead.compileFilter(
                    CaptureFilter.lean(445, 139).expression(1),
                    BpfCompileMode.OPTIMIZE,
                    PcapHandle.PCAP_NETMASK_UNKNOWN);
            for (CaptureFile.Frame frame : CaptureFile.read(file)) {
                int at = frame.offset();
                byte[] packet = java.util.Arrays.copyOfRange(all, at, at + frame.length());
                if (program.applyFilter(packet, packet.length, packet.length)) {
                    kept.add(java.util.Arrays.copyOfRange(all, at - RECORD_HEADER, at + frame.length()));
                }
            }
            program.free();
        }
        try (var out = Files.newOutputStream(to)) {
            out.write(all, 0, PCAP_HEADER);
            for (byte[] record : kept) {
                out.write(record);
            }
        }
        return kept.size();
    }
}
