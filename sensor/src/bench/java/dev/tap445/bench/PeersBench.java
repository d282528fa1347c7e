package dev.tap445.bench;

import static dev.tap445.bench.Figures.median;
import static dev.tap445.bench.Figures.print;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Others that look into the same packets, those that are installed. */
final class PeersBench {
    /** What the audit takes with a dissector's display filter, and what telling protocols apart takes. */
    private static final Map<String, List<String>> PEERS = Map.of(
            "tshark -Y",
            List.of(
                    "tshark",
                    "-n",
                    "-r",
                    "FILE",
                    "-Y",
                    "smb.cmd==0x72 || smb2.cmd==0 || tcp.flags.syn==1 || tcp.analysis.retransmission",
                    "-T",
                    "fields",
                    "-e",
                    "ip.src",
                    "-e",
                    "ip.dst",
                    "-e",
                    "smb.dialect.name",
                    "-e",
                    "smb.dialect.index",
                    "-e",
                    "smb2.dialect"),
            "ndpiReader",
            List.of("ndpiReader", "-q", "-i", "FILE"));

    private final Setting setting;

    PeersBench(Setting setting) {
        this.setting = setting;
    }

    void measure() throws Exception {
        System.out.printf(
                "%n### Beside others%n%nSmall packets, CPU of the whole process; medians of %d.%n%n", setting.pairs());
        System.out.println("| | packets | CPU ns a packet | wall s | of the sensor's CPU on 10 M |");
        System.out.println("|---|---|---|---|---|");
        double ours = peer(
                "tap445 read", 10_000_000, List.of(setting.sensor().toString(), "read", "--quiet", "FILE"), Double.NaN);
        peer("tap445 read", 1_000_000, List.of(setting.sensor().toString(), "read", "--quiet", "FILE"), ours);
        for (Map.Entry<String, List<String>> each : new TreeMap<>(PEERS).entrySet()) {
            if (new ProcessBuilder("sh", "-c", "command -v " + each.getValue().getFirst())
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0) {
                peer(each.getKey(), 1_000_000, each.getValue(), ours);
            } else {
                print("| %s | – | – | – | not installed |%n", each.getKey());
            }
        }
    }

    private double peer(String title, long wanted, List<String> command, double ours) throws Exception {
        Path file = setting.folder().resolve("peers.pcap");
        long packets = setting.scaled(wanted);
        setting.generate("SMALL", packets, file);
        List<String> words = command.stream()
                .map(word -> word.equals("FILE") ? file.toString() : word)
                .toList();
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < setting.pairs(); i++) {
            runs.add(setting.run(words));
        }
        Files.delete(file);
        double nanos =
                median(runs.stream().mapToDouble(r -> r.nanos("", packets)).toArray());
        double wall = median(runs.stream().mapToDouble(Run::wall).toArray());
        print("| %s | %d | %.0f | %.2f | %.1f |%n", title, packets, nanos, wall, nanos / ours);
        return nanos;
    }
}
