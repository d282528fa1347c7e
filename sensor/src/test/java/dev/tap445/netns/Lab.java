package dev.tap445.netns;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A laboratory of network namespaces, made with {@code samples/lab.sh}; its names carry this process's number, and it
 * is gone when this process is.
 */
final class Lab implements AutoCloseable {
    static final Path ROOT =
            Path.of(System.getProperty("tap445.root", "..")).toAbsolutePath().normalize();

    private static final Path SCRIPT = ROOT.resolve("sensor/samples/lab.sh");
    private static final long PATIENCE_SECONDS = 60;

    private final String prefix = "t445it" + ProcessHandle.current().pid();
    private final Path folder;
    private final Thread atExit = Thread.ofPlatform().unstarted(this::down);

    private Lab(Path folder) {
        this.folder = folder;
    }

    /** An empty laboratory; where there can be none, the test is skipped and says why. */
    static Lab open() throws IOException, InterruptedException {
        assumeTrue(
                Boolean.getBoolean("tap445.packaged"),
                "the packaged sensor is tested once there is one: mvn verify, or sensor/bin/test");
        Lab lab = new Lab(Files.createTempDirectory("t445it"));
        Result needed = lab.execute("lab_need && lab_also curl tcpreplay promtool nft");
        Result up = needed.code == 0 ? lab.execute("lab_up") : needed;
        if (up.code != 0) {
            lab.remove();
        }
        assumeTrue(needed.code == 0, () -> "no laboratory here: " + needed.text.replaceAll("\\s+", " "));
        assumeTrue(up.code == 0, () -> "no network namespaces here: " + up.text);
        Runtime.getRuntime().addShutdownHook(lab.atExit);
        return lab;
    }

    /** For captures and logs; goes with the laboratory. */
    Path folder() {
        return folder;
    }

    /** Runs shell commands that know the laboratory's; fails with what they said. */
    String run(String commands) {
        Result result = execute("set -e\n" + commands);
        if (result.code != 0) {
            throw new AssertionError("exit " + result.code + " of: " + commands + "\n" + result.text);
        }
        return result.text;
    }

    /** The command line that runs {@code command} on a host. */
    List<String> on(String host, List<String> command) {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", prefix + "-" + host));
        line.addAll(command);
        return line;
    }

    private record Result(int code, String text) {}

    private Result execute(String commands) {
        try {
            Path log = Files.createTempFile(folder, "run", ".log");
            ProcessBuilder builder = new ProcessBuilder(
                    "bash",
                    "-c",
                    "lab_also() { for t; do command -v $t >/dev/null || { echo missing: $t; return 1; }; done; }\n. '"
                            + SCRIPT + "'\n" + commands);
            builder.environment().put("LAB_PREFIX", prefix);
            builder.environment().put("LAB_DIR", folder.resolve("lab").toString());
            builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, sbin) -> path + ":" + sbin);
            builder.redirectErrorStream(true).redirectOutput(log.toFile());
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("not done after " + PATIENCE_SECONDS + " s: " + commands);
            }
            return new Result(process.exitValue(), Files.readString(log));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void down() {
        execute("lab_down");
        new ProcessHandleTree(ProcessHandle.current()).end();
    }

    /** What this process started and did not end: sensors of a test that was interrupted. */
    private record ProcessHandleTree(ProcessHandle of) {
        void end() {
            of.descendants().forEach(ProcessHandle::destroy);
        }
    }

    @Override
    public void close() {
        down();
        Runtime.getRuntime().removeShutdownHook(atExit);
        remove();
    }

    private void remove() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
