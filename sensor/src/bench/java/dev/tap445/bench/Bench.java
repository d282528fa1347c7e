package dev.tap445.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Measures the sensor against the C reference, in turn, several pairs, and prints medians as Markdown. Run by {@code
 * sensor/bin/bench} from its source, in a network namespace of its own where that is allowed; depends on the JDK alone.
 */
public final class Bench {
    private static final int SAMPLE_MILLIS = 10;
    private static final List<String> STAGES = List.of("capture-0", "worker-0", "inventory");

    private final Path sensor;
    private final Path reference;
    private final Path folder;
    private final int pairs;
    private final double scale;

    private Bench(Path sensor, Path reference, Path folder, int pairs, double scale) {
        this.sensor = sensor;
        this.reference = reference;
        this.folder = folder;
        this.pairs = pairs;
        this.scale = scale;
    }

    /** {@code LAUNCHER REFERENCE|- FOLDER PAIRS SCALE files|peers|live}. */
    public static void main(String[] args) throws Exception {
        Bench bench = new Bench(
                Path.of(args[0]),
                Path.of(args[1]),
                Path.of(args[2]),
                Integer.parseInt(args[3]),
                Double.parseDouble(args[4]));
        switch (args[5]) {
            case "files" -> bench.files();
            case "live" -> bench.live();
            case "peers" -> bench.peers();
            default -> throw new IllegalArgumentException(args[5]);
        }
    }

    private boolean hasReference() {
        return Files.isExecutable(reference);
    }

    // ---- files

    private enum Load {
        SMALL("small packets", 10_000_000),
        BULK("bulk", 2_000_000),
        FEW("1 000 flows", 8_000_000),
        FLOWS("%,d flows", 8_000_000),
        FLOOD("spoofed SYN flood", 4_000_000);

        private final String title;
        private final long packets;

        Load(String title, long packets) {
            this.title = title;
            this.packets = packets;
        }
    }

    /** One run: seconds from start to end, CPU seconds by thread, {@code ""} being all, and the peak of memory. */
    private record Run(double wall, Map<String, Double> cpu, long peakKib, String out) {
        double nanos(String thread, long packets) {
            return cpu.getOrDefault(thread, 0.0) * 1e9 / packets;
        }
    }

    private void files() throws Exception {
        System.out.printf(
                "%n### From a file%n%n`read --quiet`, wall clock from the start of the launcher to its end, the JVM's own"
                        + " start included; %d pairs in turn, medians; CPU in ns a packet.%n%n",
                pairs);
        System.out.println("| traffic | packets | sensor Mpps | C Mpps | sensor / C | capture | worker | inventory"
                + " | whole process | C | capture / C | peak MiB |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|");
        for (Load load : Load.values()) {
            Path file = folder.resolve(load.name() + ".pcap");
            long wanted = Math.max(1000, (long) (load.packets * scale));
            generate(load.name(), wanted, file);
            long packets = 0;
            List<Run> ours = new ArrayList<>();
            List<Run> theirs = new ArrayList<>();
            for (int i = 0; i < pairs; i++) {
                if (hasReference()) {
                    theirs.add(run(List.of(reference.toString(), file.toString())));
                }
                ours.add(run(List.of(sensor.toString(), "read", "--quiet", file.toString())));
                packets = number(ours.getLast().out, "packets");
                if (hasReference() && packets != number(theirs.getLast().out, "packets")) {
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
                theirs.stream().mapToDouble(r -> number(r.out, "cpu", packets)).toArray());
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

    private static double number(String line, String name, long packets) {
        return Double.parseDouble(word(line, name)) * 1e9 / packets;
    }

    private void generate(String kind, long packets, Path file) throws Exception {
        Path source = sensor.resolveSibling("../src/test/java/dev/tap445/support/Traffic.java")
                .normalize();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        int status = new ProcessBuilder(java, source.toString(), kind, Long.toString(packets), file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (status != 0) {
            throw new IllegalStateException("no traffic was generated into " + file);
        }
    }

    private Run run(List<String> command) throws Exception {
        Path out = folder.resolve("out");
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Watch watch = new Watch(process.pid());
        while (!process.waitFor(SAMPLE_MILLIS, java.util.concurrent.TimeUnit.MILLISECONDS)) {
            watch.sample();
        }
        double wall = (System.nanoTime() - start) / 1e9;
        if (process.exitValue() != 0) {
            throw new IllegalStateException("failed: " + command);
        }
        return new Run(wall, watch.cpu(), watch.peakKib, Files.readString(out));
    }

    /** A process as {@code /proc} shows it, by thread name; the last sample before a thread's end stands. */
    private static final class Watch {
        private final long pid;
        private final Map<String, Long> nanosByThread = new TreeMap<>();
        private final Map<String, String> names = new TreeMap<>();
        private long peakKib;

        Watch(long pid) {
            this.pid = pid;
        }

        void sample() {
            Path tasks = Path.of("/proc", Long.toString(pid), "task");
            try (var all = Files.newDirectoryStream(tasks)) {
                for (Path task : all) {
                    String id = task.getFileName().toString();
                    String schedstat = Files.readString(task.resolve("schedstat"));
                    nanosByThread.put(id, Long.parseLong(schedstat.substring(0, schedstat.indexOf(' '))));
                    names.put(id, Files.readString(task.resolve("comm")).strip());
                }
                for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                    if (line.startsWith("VmHWM:")) {
                        peakKib = Math.max(peakKib, Long.parseLong(line.replaceAll("[^0-9]", "")));
                    }
                }
            } catch (IOException | RuntimeException e) {
                return; // it ended meanwhile
            }
        }

        Map<String, Double> cpu() {
            Map<String, Double> sums = new TreeMap<>();
            nanosByThread.forEach((id, nanos) -> {
                sums.merge(names.getOrDefault(id, ""), nanos / 1e9, Double::sum);
                sums.merge("", nanos / 1e9, Double::sum);
            });
            return sums;
        }
    }

    // ---- peers

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

    private void peers() throws Exception {
        System.out.printf("%n### Beside others%n%nSmall packets, CPU of the whole process; medians of %d.%n%n", pairs);
        System.out.println("| | packets | CPU ns a packet | wall s | of the sensor's CPU on 10 M |");
        System.out.println("|---|---|---|---|---|");
        double ours =
                peer("tap445 read", 10_000_000, List.of(sensor.toString(), "read", "--quiet", "FILE"), Double.NaN);
        peer("tap445 read", 1_000_000, List.of(sensor.toString(), "read", "--quiet", "FILE"), ours);
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
        Path file = folder.resolve("peers.pcap");
        long packets = Math.max(1000, (long) (wanted * scale));
        generate("SMALL", packets, file);
        List<String> words = command.stream()
                .map(word -> word.equals("FILE") ? file.toString() : word)
                .toList();
        List<Run> runs = new ArrayList<>();
        for (int i = 0; i < pairs; i++) {
            runs.add(run(words));
        }
        Files.delete(file);
        double nanos =
                median(runs.stream().mapToDouble(r -> r.nanos("", packets)).toArray());
        double wall = median(runs.stream().mapToDouble(Run::wall).toArray());
        print("| %s | %d | %.0f | %.2f | %.1f |%n", title, packets, nanos, wall, nanos / ours);
        return nanos;
    }

    // ---- live

    private void live() throws Exception {
        ip("link set lo up");
        ip("link add tap0 type veth peer name wire0");
        for (String each : List.of("tap0", "wire0")) {
            Files.writeString(Path.of("/proc/sys/net/ipv6/conf", each, "disable_ipv6"), "1");
            ip("link set " + each + " up");
        }
        System.out.printf(
                "%n### Live%n%n`tcpreplay --topspeed` into a veth pair, `live` with one capture thread, one worker and"
                        + " the default buffers at the other end; medians of %d, drops are the worst.%n%n",
                pairs);
        System.out.println(
                "| traffic | filter | sent Mpps | to user space | kernel drops | interface drops | ring drops"
                        + " | observations dropped | capture ns | worker ns | whole process ns | C ns | C drops |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        for (Load load : List.of(Load.SMALL, Load.BULK, Load.FLOOD)) {
            Path file = folder.resolve(load.name() + ".pcap");
            long packets = Math.max(1000, (long) (1_000_000 * scale));
            generate(load.name(), packets, file);
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
        for (int i = 0; i < pairs; i++) {
            if (hasReference() && filter.equals("full")) {
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
        Process process = new ProcessBuilder(reference.toString(), "tap0", "64").start();
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
        Process process = new ProcessBuilder(sensor.toString(), "live", "-i", "tap0", "--filter", filter)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("live.log").toFile())
                .start();
        try {
            while (!scrape().contains("tap445_capture_packets_total")) {
                if (!process.isAlive()) {
                    throw new IllegalStateException(Files.readString(folder.resolve("live.log")));
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
                    nanos(before, after, STAGES.get(0), sent[0]),
                    nanos(before, after, STAGES.get(1), sent[0]),
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
        try (var socket = new java.net.Socket("127.0.0.1", 10445)) {
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

    // ---- figures

    private static long number(String line, String name) {
        return Long.parseLong(word(line, name));
    }

    private static String word(String line, String name) {
        List<String> words = Arrays.asList(line.strip().split("\\s+"));
        return words.get(words.indexOf(name) + 1);
    }

    private static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    private static double worst(double... values) {
        return Arrays.stream(values).max().orElse(Double.NaN);
    }

    private static void print(String format, Object... values) {
        System.out.print(String.format(Locale.ROOT, format, values).replace("NaN", "–"));
        System.out.flush();
    }
}
