package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The command as users start it. */
final class LauncherIT {
    private static final Path LAUNCHER = Path.of(System.getProperty("tap445.root", ".."), "sensor", "bin", "tap445")
            .toAbsolutePath()
            .normalize();

    /** Else the JVM reads one of its own files as the capture. */
    @Test
    void aClosedStandardInputIsAnEmptyOne() throws Exception {
        Process process = new ProcessBuilder("sh", "-c", "exec \"$0\" read - <&-", LAUNCHER.toString()).start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(err).isEqualTo("tap445: standard input: is empty: nothing was captured\n");
        assertThat(process.exitValue()).isEqualTo(1);
    }
}
