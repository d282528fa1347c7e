package dev.tap445.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What is measured, and where.
 *
 * @param sensor its launcher
 * @param reference the same in C; {@code -} where there is none
 * @param pairs how often each of the two is run, in turn
 * @param scale of the numbers of packets
 */
record Setting(Path sensor, Path reference, Path folder, int pairs, double scale) {
    private static final int SAMPLE_MILLIS = 10;

    boolean hasReference() {
        return Files.isExecutable(reference);
    }

    /** As many packets as that on an idle machine with time; a thousand at least. */
    long scaled(long packets) {
        return Math.max(1000, (long) (packets * scale));
    }

    /** Writes a capture of this kind of {@code Traffic}; {@code more}: flows that stay open, where it has such. */
    void generate(String kind, long packets, Path file, long... more) throws Exception {
        Path source = sensor.resolveSibling("../src/test/java/dev/tap445/support/Traffic.java")
                .normalize();
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command =
                new ArrayList<>(List.of(java, source.toString(), kind, Long.toString(packets), file.toString()));
        for (long each : more) {
            command.add(Long.toString(each));
        }
        int status = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (status != 0) {
            throw new IllegalStateException("no traffic was generated into " + file);
        }
    }

    /** Runs a command to its end. */
    Run run(List<String> command) throws Exception {
        Path out = folder.resolve("out");
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Watch watch = new Watch(process.pid());
        while (!process.waitFor(SAMPLE_MILLIS, TimeUnit.MILLISECONDS)) {
            watch.sample();
        }
        double wall = (System.nanoTime() - start) / 1e9;
        if (process.exitValue() != 0) {
            throw new IllegalStateException("failed: " + command);
        }
        return new Run(wall, watch.cpu(), watch.peakKib(), Files.readString(out));
    }
}
