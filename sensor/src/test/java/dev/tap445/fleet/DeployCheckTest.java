package dev.tap445.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.MetricsContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules, alerts, routes, dashboards, runbooks and metric names fit together. */
final class DeployCheckTest {
    @TempDir
    private Path directory;

    @Test
    void findsNoProblem() throws IOException, InterruptedException {
        Tools.need("python3", "python3", "promtool", "prometheus", "amtool", "prometheus-alertmanager");
        DeployCheck check = DeployCheck.run(Tools.root());
        assertThat(check.problems()).isEmpty();
        assertThat(check.exit()).isZero();
    }

    @Test
    void failsForAnAlertWithoutOneOfItsCases() throws IOException, InterruptedException {
        Tools.need("python3", "python3");
        Path copy = Shipped.copy(directory);
        Path cases = copy.resolve("deploy/prometheus/tests/cases-hosts.test.yml");
        Files.writeString(
                cases,
                Shipped.replace(
                        Files.readString(cases), "\"Smb445Silent (resolves|does not double)", "\"Something $1"));
        assertThat(DeployCheck.run(copy, "--skip-tools").problems())
                .containsExactlyInAnyOrder(
                        "tests: no case named 'Smb445Silent resolves'",
                        "tests: no case named 'Smb445Silent does not double'");
    }

    @Test
    void failsForACaseThatDoesNotShowWhatItSays() throws IOException, InterruptedException {
        Tools.need("python3", "python3");
        Path copy = Shipped.copy(directory);
        Path cases = copy.resolve("deploy/prometheus/tests/cases-sensors.test.yml");
        String text = Shipped.replace(Files.readString(cases), "stale", "0");
        Files.writeString(cases, Shipped.replace(text, "instance=\"b\"", "instance=\"a\""));
        assertThat(DeployCheck.run(copy, "--skip-tools").problems())
                .anyMatch(line ->
                        line.contains("Tap445RingDrops survives") && line.endsWith("neither a restart nor an outage"))
                .anyMatch(
                        line -> line.contains("Tap445RingDrops does not double") && line.endsWith("no second sensor"));
    }

    @Test
    void failsForEveryMetricThatIsRenamed() throws IOException, InterruptedException {
        Tools.need("python3", "python3");
        Path copy = Shipped.copy(directory);
        Path contract = copy.resolve("deploy/metrics.txt");
        String text = Files.readString(contract);
        List<String> unnoticed = new ArrayList<>();
        for (String name : MetricsContract.read().names()) {
            Files.writeString(contract, Shipped.replace(text, "(?m)^" + name + " ", name + "x "));
            DeployCheck check = DeployCheck.run(copy, "--skip-tools");
            if (check.exit() != 1 || check.problems().stream().noneMatch(line -> line.contains(name))) {
                unnoticed.add(name);
            }
        }
        assertThat(unnoticed).isEmpty();
    }
}
