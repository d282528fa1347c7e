package dev.tap445.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A process as {@code /proc} shows it, by thread name; the last sample before a thread's end stands. */
final class Watch {
    private final long pid;
    private final Map<String, Long> nanosByThread = new TreeMap<>();
    private final Map<String, String> names = new TreeMap<>();
    private long peakKib;

    Watch(long pid) {
        this.pid = pid;
    }

    long peakKib() {
        return peakKib;
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

    /** Seconds by thread name; {@code ""}: of all. */
    Map<String, Double> cpu() {
        Map<String, Double> sums = new TreeMap<>();
        nanosByThread.forEach((id, nanos) -> {
            sums.merge(names.getOrDefault(id, ""), nanos / 1e9, Double::sum);
            sums.merge("", nanos / 1e9, Double::sum);
        });
        return sums;
    }
}
