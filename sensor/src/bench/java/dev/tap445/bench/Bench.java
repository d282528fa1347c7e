package dev.tap445.bench;

import java.nio.file.Path;

/**
 * Measures the sensor against the C reference, in turn, several pairs, and prints medians as Markdown. Run by {@code
 * sensor/bin/bench} from its source, in a network namespace of its own where that is allowed; depends on the JDK alone,
 * as all of this package does.
 */
public final class Bench {
    private Bench() {}

    /** {@code LAUNCHER REFERENCE|- FOLDER PAIRS SCALE files|peers|live}. */
    public static void main(String[] args) throws Exception {
        Setting setting = new Setting(
                Path.of(args[0]),
                Path.of(args[1]),
                Path.of(args[2]),
                Integer.parseInt(args[3]),
                Double.parseDouble(args[4]));
        switch (args[5]) {
            case "files" -> {
                new FilesBench(setting).measure();
                new FlowsBench(setting).measure();
            }
            case "live" -> new LiveBench(setting).measure();
            case "peers" -> new PeersBench(setting).measure();
            default -> throw new IllegalArgumentException(args[5]);
        }
    }
}
