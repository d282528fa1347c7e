package dev.tap445.bench;

import static dev.tap445.bench.Figures.median;
import static dev.tap445.bench.Figures.nanos;
import static dev.tap445.bench.Figures.number;
import static dev.tap445.bench.Figures.print;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The sensor and the reference on the same files: wall clock, CPU by stage, memory. */
final class FilesBench {
    private static final List<String> STAGES = List.of("capture-0", "worker-0", "inventory");

    private final Setting setting;

    FilesBench(Setting setting) {
        this.setting = setting;
    }

    void measure() throws Exception {
        System.out.printf(
                "%n### From a file%n%n`read --quiet`, wall clock from the start of the launcher to its end, the JVM's own"
                        + " start included; %d pairs in turn, medians; CPU in ns a packet.%n%n",
                setting.pairs());
        System.out.println("| traffic | packets | sensor Mpps | C Mpps | sensor / C | capture | worker | inventory"
                + " | whole process | C | capture / C | peak MiB |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|");
        for (Load load : Load.values()) {
            Path file = setting.folder().resolve(load.name() + ".pcap");
            long wanted = setting.scaled(load.packets);
            setting.generate(load.name(), wanted, file);
            long packets = 0;
            List<Run> ours = new ArrayList<>();
            List<Run> theirs = new ArrayList<>();
            for (int i = 0; i < setting.pairs(); i++) {
                if (setting.hasReference()) {
                    theirs.add(setting.run(List.of(setting.reference().toString(), file.toString())));
                }
                ours.add(setting.run(List.of(setting.sensor().toString(), "read", "--quiet", file.toString())));
                packets = number(ours.getLast().out(), "packets");
                if (setting.hasReference() && packets != number(theirs.getLast().out(), "packets")) {
                    throw new IllegalStateException("the sensor and the reference disagree about " + file);
                }
            }
            Files.delete(file);
            row(load, packets, ours, theirs);
        }
    }

    private static void row(Load load, long packets, List<Run> ours, List<Run> theirs) {
        double wall = median(ours.stream().mapToDouble(Run::wall).toArray());
        double[] stages = STAGES.stream()
                .mapToDouble(stage -> median(
                        ours.stream().mapToDouble(r -> r.nanos(stage, packets)).toArray()))
                .toArray();
        double all = median(ours.stream().mapToDouble(r -> r.nanos("", packets)).toArray());
        double peak = ours.stream().mapToLong(Run::peakKib).max().orElse(0) / 1024.0;
        double theirWall = median(theirs.stream().mapToDouble(Run::wall).toArray());
        double theirCpu = median(
                theirs.stream().mapToDouble(r -> nanos(r.out(), "cpu", packets)).toArray());
        print(
                "| %s | %d | %.2f | %.2f | **%.2f** | %.0f | %.0f | %.0f | %.0f | %.0f | **%.2f** | %.0f |%n",
                String.format(Locale.ROOT, load.title, packets / 8),
                packets,
                packets / wall / 1e6,
                packets / theirWall / 1e6,
                theirWall / wall,
                stages[0],
                stages[1],
                stages[2],
                all,
                theirCpu,
                stages[0] / theirCpu,
                peak);
    }
}
