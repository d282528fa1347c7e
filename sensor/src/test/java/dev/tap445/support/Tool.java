package dev.tap445.support;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of the system: a test that needs one that is not installed is skipped with a message. */
public final class Tool {
    private static final int SECONDS = 30;

    private Tool() {}

    /** What it said on both outputs, and its exit code. */
    public record Outcome(int exit, String output) {}

    public static Outcome run(Path directory, String... command) throws IOException, InterruptedException {
        Process process;
        try {
            process = new ProcessBuilder(List.of(command))
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            assumeTrue(false, command[0] + " is not installed: " + e.getMessage());
            throw e;
        }
        process.getOutputStream().close();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(command[0] + " does not end: " + output);
            }
            return new Outcome(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    /** As {@link #run}, for what must succeed. */
    public static String succeed(Path directory, String... command) throws IOException, InterruptedException {
        Outcome outcome = run(directory, command);
        if (outcome.exit != 0) {
            throw new IOException(String.join(" ", command) + " failed: " + outcome.output);
        }
        return outcome.output;
    }
}
