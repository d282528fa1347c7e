package dev.tap445.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.MetricsContract;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every query of every dashboard, asked of a real Prometheus that scrapes {@code tap445 demo}. */
final class DashboardsTest {
    private static final long PATIENCE_NANOS = 90_000_000_000L;

    @TempDir
    private static Path directory;

    private static Program demo;
    private static Metrics prometheus;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Tools.need("python3", "python3", "prometheus", "prometheus");
        demo = Program.sensor(directory, "demo", "demo", "--speed", "100").ready("/-/ready");
        Path configuration = Shipped.prometheus(directory, demo.target(), "127.0.0.1:1");
        prometheus = Metrics.prometheus(directory, configuration);
    }

    @AfterAll
    static void stop() {
        if (prometheus != null) {
            prometheus.close();
        }
        if (demo != null) {
            demo.close();
        }
    }

    private static List<String> problems(Path root) throws IOException, InterruptedException {
        DeployCheck check = DeployCheck.run(
                root, "--skip-tools", "--prometheus", prometheus.program().url(""));
        return check.problems();
    }

    private static List<String> lastingProblems(Path root) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        List<String> problems = problems(root);
        while (!problems.isEmpty() && System.nanoTime() < end) {
            demo.assertRuns();
            Thread.sleep(2_000);
            problems = problems(root);
        }
        return problems;
    }

    @Test
    void noQueryFailsOrIsEmpty() throws IOException, InterruptedException {
        assertThat(lastingProblems(Tools.root())).isEmpty();
    }

    @Test
    void aQueryForAnotherNameIsNoticed(@TempDir Path copied) throws IOException, InterruptedException {
        assertThat(lastingProblems(Tools.root())).isEmpty();
        Path copy = Shipped.copy(copied);
        Path board = copy.resolve("grafana/dashboards/sensor.json");
        Files.writeString(
                board, Shipped.replace(Files.readString(board), "tap445_ring_fill_ratio", "tap445_ring_fill"));
        assertThat(problems(copy))
                .contains("sensor.json 'Ring fill': tap445_ring_fill is not in metrics.txt")
                .anyMatch(line -> line.startsWith("sensor.json 'Ring fill': nothing for tap445_ring_fill{"));
    }

    /** This Prometheus asks for OpenMetrics, and takes a scrape whole or not at all. */
    @Test
    void prometheusReadsTheScrape() throws IOException, InterruptedException {
        assertThat(prometheus.await("up{job=\"tap445\"} == 1", up -> up.size() == 1))
                .hasSize(1);
        assertThat(prometheus.query("tap445_smb1_client_info{hostname=\"PRINTER-HALL-3\"}"))
                .hasSize(1);
    }

    @Test
    void sizingMeasuresTheScrape() throws IOException, InterruptedException {
        Process sizing = new ProcessBuilder(
                        "python3",
                        "-B",
                        Tools.root().resolve("deploy/sizing").toString(),
                        demo.url("/metrics"),
                        "--clients",
                        "1000")
                .redirectErrorStream(true)
                .start();
        List<String> lines = sizing.inputReader().lines().toList();
        assertThat(sizing.waitFor()).isZero();
        assertThat(lines)
                .anyMatch(line -> line.matches("scrape +\\d{3} series, \\d{5} bytes, \\d{4} in gzip"))
                .anyMatch(line -> line.matches("client +9: [45]\\.\\d series and 4\\d\\d bytes each"))
                .anyMatch(line -> line.matches("server +7: 1[0-3]\\.\\d series and \\d+ bytes each"))
                .anyMatch(line -> line.matches("pair +4: [34]\\.\\d series and 3\\d\\d bytes each"))
                .anyMatch(line -> line.startsWith("grown "));
    }

    @Test
    void scrapeKeepsToTheContract() throws IOException, InterruptedException {
        String body = demo.get("/metrics").body();
        assertThat(MetricsContract.read().violations(body)).isEmpty();
        assertThat(body).contains("tap445_build_info");
    }

    @Test
    void promtoolFindsNothingWrong(@TempDir Path output) throws IOException, InterruptedException {
        Tools.need("promtool", "prometheus");
        byte[] body = demo.get("/metrics").body().getBytes(StandardCharsets.UTF_8);
        Path said = output.resolve("promtool.log");
        Process promtool = new ProcessBuilder("promtool", "check", "metrics")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try (var in = promtool.getOutputStream()) {
            new ByteArrayInputStream(body).transferTo(in);
        }
        assertThat(promtool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(said)).isEmpty();
        assertThat(promtool.exitValue()).isZero();
    }
}
