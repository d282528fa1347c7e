package dev.tap445.bench;

import static dev.tap445.bench.Figures.median;
import static dev.tap445.bench.Figures.number;
import static dev.tap445.bench.Figures.print;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a packet of a thousand connections costs, and one of a million: the same connections with eight packets each and
 * with sixteen, and of that the difference, so that neither the opening of the connections nor the compiler is in it.
 */
final class FlowsBench {
    private static final long PACKETS = 8_000_000;
    private static final long PACKETS_A_FLOW = 8;
    private static final long FEW = 1000;

    private final Setting setting;

    FlowsBench(Setting setting) {
        this.setting = setting;
    }

    /** A capture and what its worker took for it, seconds of CPU. */
    private final class Capture {
        final Path file;
        final double[] seconds = new double[setting.pairs()];
        long packets;

        Capture(String name, long wanted, long flows) throws Exception {
            file = setting.folder().resolve(name + ".pcap");
            setting.generate("FLOWS", wanted, file, flows);
        }

        void read(int round) throws Exception {
            Run run = setting.run(List.of(setting.sensor().toString(), "read", "--quiet", file.toString()));
            packets = number(run.out(), "packets");
            seconds[round] = run.cpu().getOrDefault("worker-0", 0.0);
        }
    }

    void measure() throws Exception {
        long packets = setting.scaled(PACKETS);
        long many = packets / PACKETS_A_FLOW;
        long few = Math.min(FEW, many);
        List<Capture> captures = List.of(
                new Capture("few", packets, few),
                new Capture("few-longer", 2 * packets, few),
                new Capture("many", packets, many),
                new Capture("many-longer", 2 * packets, many));
        for (int round = 0; round < setting.pairs(); round++) {
            for (Capture capture : captures) {
                capture.read(round);
            }
        }
        for (Capture capture : captures) {
            Files.delete(capture.file);
        }
        double ofFew = nanosAPacketMore(captures.get(0), captures.get(1));
        double ofMany = nanosAPacketMore(captures.get(2), captures.get(3));
        print(
                "%nA packet more of connections that are open, worker, medians of %d: **%.0f ns** with %,d of them,"
                        + " **%.0f ns** with %,d: **%.2f** times.%n",
                setting.pairs(), ofFew, few, ofMany, many, ofMany / ofFew);
    }

    private static double nanosAPacketMore(Capture some, Capture more) {
        return (median(more.seconds) - median(some.seconds)) * 1e9 / (more.packets - some.packets);
    }
}
