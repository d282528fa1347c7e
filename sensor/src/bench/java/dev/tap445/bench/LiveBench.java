package dev.tap445.bench;

import static dev.tap445.bench.Figures.median;
import static dev.tap445.bench.Figures.number;
import static dev.tap445.bench.Figures.print;
import static dev.tap445.bench.Figures.word;
import static dev.tap445.bench.Figures.worst;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The sensor and the reference on an interface into which a file is replayed as fast as it goes. */
final class LiveBench {
    private final Setting setting;

    LiveBench(Setting setting) {
        this.setting = setting;
    }

    void measure() throws Exception {
        ip("link set lo up");
        ip("link add tap0 type veth peer name wire0");
        for (String each : List.of("tap0", "wire0")) {
            Files.writeString(Path.of("/proc/sys/net/ipv6/conf", each, "disable_ipv6"), "1");
            ip("link set " + each + " up");
        }
        System.out.printf(
                "%n### Live%n%n`tcpreplay --topspeed` into a veth pair, `live` with one capture thread, one worker and"
                        + " the default buffers at the other end; medians of %d, drops are the worst.%n%n",
                setting.pairs());
        System.out.println(
                "| traffic | filter | sent Mpps | to user space | kernel drops | interface drops | ring drops"
                        + " | observations dropped | capture ns | worker ns | whole process ns | C ns | C drops |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        for (Load load : List.of(Load.SMALL, Load.BULK, Load.FLOOD)) {
            Path file = setting.folder().resolve(load.name() + ".pcap");
            long packets = setting.scaled(1_000_000);
            setting.generate(load.name(), packets, file);
            for (String filter : List.of("full", "lean")) {
                liveRow(load, filter, file);
            }
            Files.delete(file);
        }
    }

    private record Live(
            double sent,
            double seen,
            double kernelDrops,
            double interfaceDrops,
            double ringDrops,
            double observationsDropped,
            double captureNanos,
            double workerNanos,
            double allNanos) {}

    private void liveRow(Load load, String filter, Path file) throws Exception {
        List<Live> ours = new ArrayList<>();
        List<Double> theirNanos = new ArrayList<>();
        double theirDrops = 0;
        for (int i = 0; i < setting.pairs(); i++) {
            if (setting.hasReference() && filter.equals("full")) {
                String line = liveReference(file);
                theirNanos.add(Double.parseDouble(word(line, "cpu")) * 1e9 / number(line, "packets"));
                theirDrops = Math.max(theirDrops, number(line, "dropped"));
            }
            ours.add(liveSensor(filter, file));
        }
        String c = theirNanos.isEmpty()
                ? "– | –"
                : String.format(
                        Locale.ROOT,
                        "%.0f | %.0f",
                        median(theirNanos.stream().mapToDouble(x -> x).toArray()),
                        theirDrops);
        print(
                "| %s | %s | %.2f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %.0f | %s |%n",
                load.title,
                filter,
                median(ours.stream().mapToDouble(Live::sent).toArray()),
                median(ours.stream().mapToDouble(Live::seen).toArray()),
                worst(ours.stream().mapToDouble(Live::kernelDrops).toArray()),
                worst(ours.stream().mapToDouble(Live::interfaceDrops).toArray()),
                worst(ours.stream().mapToDouble(Live::ringDrops).toArray()),
                worst(ours.stream().mapToDouble(Live::observationsDropped).toArray()),
                median(ours.stream().mapToDouble(Live::captureNanos).toArray()),
                median(ours.stream().mapToDouble(Live::workerNanos).toArray()),
                median(ours.stream().mapToDouble(Live::allNanos).toArray()),
                c);
    }

    private String liveReference(Path file) throws Exception {
        Process process = new ProcessBuilder(setting.reference().toString(), "tap0", "64").start();
        try (BufferedReader err = process.errorReader();
                BufferedReader out = process.inputReader()) {
            err.readLine();
            replay(file);
            Thread.sleep(500);
            process.getOutputStream().close();
            return out.readLine();
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private Live liveSensor(String filter, Path file) throws Exception {
        Process process = new ProcessBuilder(setting.sensor().toString(), "live", "-i", "tap0", "--filter", filter)
                .redirectErrorStream(true)
                .redirectOutput(setting.folder().resolve("live.log").toFile())
                .start();
        try {
            while (!scrape().contains("tap445_capture_packets_total")) {
                if (!process.isAlive()) {
                    throw new IllegalStateException(
                            Files.readString(setting.folder().resolve("live.log")));
                }
                Thread.sleep(50);
            }
            Thread.sleep(3000); // the sensor warms up
            replay(file);
            Thread.sleep(1500);
            Watch before = new Watch(process.pid());
            before.sample();
            String first = scrape();
            double[] sent = replay(file);
            Thread.sleep(1500);
            Watch after = new Watch(process.pid());
            after.sample();
            String last = scrape();
            return new Live(
                    sent[1] / 1e6,
                    sum(last, "tap445_capture_packets_total") - sum(first, "tap445_capture_packets_total"),
                    sum(last, "tap445_capture_kernel_drops_total"),
                    sum(last, "tap445_capture_interface_drops_total"),
                    sum(last, "tap445_ring_drops_total"),
                    sum(last, "tap445_observations_dropped_total"),
                    nanos(before, after, "capture-0", sent[0]),
                    nanos(before, after, "worker-0", sent[0]),
                    nanos(before, after, "", sent[0]));
        } finally {
            process.destroy();
            process.waitFor();
        }
    }

    private static double nanos(Watch before, Watch after, String thread, double packets) {
        double spent = after.cpu().getOrDefault(thread, 0.0) - before.cpu().getOrDefault(thread, 0.0);
        return spent * 1e9 / packets;
    }

    /** Sends the file and tells how many packets, and how many a second. */
    private static double[] replay(Path file) throws Exception {
        Process process = new ProcessBuilder(
                        "tcpreplay", "--topspeed", "--preload-pcap", "-i", "wire0", file.toString())
                .redirectErrorStream(true)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException("tcpreplay: " + out);
        }
        double packets = Double.parseDouble(out.replaceFirst("(?s).*Actual: (\\d+) packets.*", "$1"));
        double rate = Double.parseDouble(out.replaceFirst("(?s).*Mbps, ([0-9.]+) pps.*", "$1"));
        return new double[] {packets, rate};
    }

    private static String scrape() {
        try (var socket = new Socket("127.0.0.1", 10445)) {
            socket.getOutputStream().write("GET /metrics HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private static double sum(String scrape, String metric) {
        return scrape.lines()
                .filter(line -> line.startsWith(metric))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static void ip(String arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments.split(" ")));
        if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
            throw new IllegalStateException("failed: ip " + arguments);
        }
    }
}
