package dev.tap445;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What stands in deploy/ fits together and fits the sensor. */
@SuppressWarnings("unchecked") // YAML is maps and lists
final class DeploymentTest {
    private static final Path ROOT = Path.of(System.getProperty("tap445.root"));
    private static final Path DEPLOY = ROOT.resolve("deploy");
    private static final double MOST_EXPOSURE = 2.0;

    @Test
    void unitIsRatedSafe() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/systemd-analyze")), "skipped: systemd-analyze is not installed");
        String unit = DEPLOY.resolve("systemd/tap445.service").toString();
        String text = run(List.of("systemd-analyze", "security", "--no-pager", "--offline=true", unit), Map.of()).text;
        assumeTrue(!text.contains("unrecognized option"), "skipped: this systemd-analyze rates no unit offline");
        Matcher rating =
                Pattern.compile("exposure level for tap445.service: ([0-9.]+)").matcher(text);
        assertThat(rating.find()).as(text).isTrue();
        assertThat(Double.parseDouble(rating.group(1))).isBetween(0.1, MOST_EXPOSURE);
    }

    @Test
    void unitGivesOneCapabilityAndWatches() throws IOException {
        List<String> unit = Files.readAllLines(DEPLOY.resolve("systemd/tap445.service"));
        assertThat(unit)
                .contains(
                        "Type=notify",
                        "WatchdogSec=30s",
                        "AmbientCapabilities=CAP_NET_RAW",
                        "CapabilityBoundingSet=CAP_NET_RAW",
                        "ProtectSystem=strict",
                        "StateDirectory=tap445",
                        "User=tap445",
                        // what DynamicUser= would bring
                        "NoNewPrivileges=yes",
                        "PrivateTmp=yes",
                        "ProtectHome=yes",
                        "RemoveIPC=yes",
                        "RestrictSUIDSGID=yes")
                .noneMatch(line -> line.startsWith("MemoryDenyWriteExecute"));
    }

    @Test
    void selectorsFindTheSensors() throws IOException {
        Map<String, Object> labels = map(kubernetes("daemonset"), "spec", "template", "metadata", "labels");
        assertThat(labels).isNotEmpty();
        assertThat(labels).isEqualTo(map(kubernetes("daemonset"), "spec", "selector", "matchLabels"));
        assertThat(labels).isEqualTo(map(kubernetes("service"), "spec", "selector"));
        assertThat(labels).isEqualTo(map(kubernetes("networkpolicy"), "spec", "podSelector", "matchLabels"));
        assertThat(map(kubernetes("servicemonitor"), "spec", "selector", "matchLabels"))
                .isEqualTo(map(kubernetes("service"), "metadata", "labels"));
    }

    @Test
    void everyManifestIsApplied() throws IOException {
        List<String> resources = (List<String>) kubernetes("kustomization").get("resources");
        try (Stream<Path> files = Files.list(DEPLOY.resolve("kubernetes"))) {
            assertThat(files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith(".yaml") && !name.equals("kustomization.yaml")))
                    .containsExactlyInAnyOrderElementsOf(resources);
        }
    }

    @Test
    void containerInTheClusterHasNothingToSpare() throws IOException {
        Map<String, Object> pod = map(kubernetes("daemonset"), "spec", "template", "spec");
        Map<String, Object> container = ((List<Map<String, Object>>) pod.get("containers")).getFirst();
        assertThat(pod).containsEntry("hostNetwork", true).containsEntry("automountServiceAccountToken", false);
        Map<String, Object> security = map(container, "securityContext");
        assertThat(security).containsEntry("readOnlyRootFilesystem", true);
        assertThat(security).containsEntry("allowPrivilegeEscalation", false);
        assertThat(map(security, "capabilities"))
                .containsEntry("drop", List.of("ALL"))
                .containsEntry("add", List.of("NET_RAW", "SETUID", "SETGID", "CHOWN"));
        String server = Files.readString(ROOT.resolve("sensor/src/main/java/dev/tap445/export/WebServer.java"));
        for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
            String path = (String) map(container, probe, "httpGet").get("path");
            assertThat(server).as(probe).contains('"' + path + '"');
        }
    }

    @Test
    void composeMountsWhatIsThere() throws IOException {
        Map<String, Object> services = map(yaml(DEPLOY.resolve("compose/docker-compose.yml")), "services");
        assertThat(services).containsOnlyKeys("sensor", "prometheus", "alertmanager", "grafana");
        int mounts = 0;
        for (Object service : services.values()) {
            for (String volume : (List<String>) ((Map<String, Object>) service).get("volumes")) {
                if (volume.startsWith(".")) {
                    assertThat(DEPLOY.resolve("compose").resolve(volume.substring(0, volume.indexOf(':'))))
                            .exists();
                    mounts++;
                }
            }
        }
        assertThat(mounts).isEqualTo(4);
        assertThat(Files.readString(ROOT.resolve("grafana/provisioning/dashboards/tap445.yml")))
                .contains("/var/lib/grafana/dashboards/tap445");
    }

    /** Read by a tool that starts stacks from it; without a daemon. */
    @Test
    void composeToolReadsTheStack(@TempDir Path directory) throws Exception {
        List<String> tool = composeTool();
        Path file = DEPLOY.resolve("compose/docker-compose.yml");
        Outcome demo = run(compose(tool, file), Map.of());
        assertThat(demo.exit).as(demo.text).isZero();
        assertThat(demo.text)
                .contains("command: demo", "image: tap445:latest", ROOT.toRealPath() + "/deploy/prometheus");
        assertThat(run(compose(tool, file), Map.of("TAP445_ARGS", "live -i eth1")).text)
                .contains("eth1")
                .doesNotContain("command: demo");
        Path broken = Files.writeString(
                directory.resolve("docker-compose.yml"), Files.readString(file).replace("cap_add:", "cap_adds:"));
        assertThat(run(compose(tool, broken), Map.of()).exit).isNotZero();
    }

    private static List<String> composeTool() throws Exception {
        for (List<String> tool : List.of(List.of("docker", "compose"), List.of("docker-compose"))) {
            try {
                if (run(Stream.concat(tool.stream(), Stream.of("version")).toList(), Map.of()).exit == 0) {
                    return tool;
                }
            } catch (IOException e) {
                // not installed
            }
        }
        assumeTrue(false, "needs: apt-get install -y docker-compose");
        return List.of();
    }

    private static List<String> compose(List<String> tool, Path file) {
        return Stream.concat(tool.stream(), Stream.of("-f", file.toString(), "config"))
                .toList();
    }

    private record Outcome(int exit, String text) {}

    private static Outcome run(List<String> command, Map<String, String> variables) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(variables);
        Process process = builder.start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), text);
    }

    /** Names of files in the Dockerfile that come from the project. */
    @Test
    void imageIsMadeOfWhatIsThere() throws IOException {
        List<String> copies = Files.readAllLines(ROOT.resolve("Dockerfile")).stream()
                .filter(line -> line.startsWith("COPY ") && !line.contains("--from="))
                .toList();
        assertThat(copies).hasSizeGreaterThan(3);
        for (String copy : copies) {
            String[] words = copy.split(" ");
            for (int i = 1; i < words.length - 1; i++) {
                assertThat(ROOT.resolve(words[i])).exists();
            }
        }
    }

    @Test
    void pagesPointAtPagesThatExist() throws IOException {
        Pattern link = Pattern.compile("\\]\\(([^)#:]+)(#[^)]*)?\\)");
        int links = 0;
        for (String page : List.of("README.md", "troubleshooting.md", "privacy.md", "configuration.md")) {
            Matcher matcher = link.matcher(Files.readString(DEPLOY.resolve(page)));
            while (matcher.find()) {
                assertThat(DEPLOY.resolve(matcher.group(1))).as(page).exists();
                links++;
            }
        }
        assertThat(links).isGreaterThan(10);
    }

    private static Map<String, Object> kubernetes(String name) throws IOException {
        return yaml(DEPLOY.resolve("kubernetes").resolve(name + ".yaml"));
    }

    private static Map<String, Object> yaml(Path file) throws IOException {
        return (Map<String, Object>) new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
    }

    private static Map<String, Object> map(Map<String, Object> from, String... path) {
        Map<String, Object> at = from;
        for (String key : path) {
            assertThat(at).containsKey(key);
            at = (Map<String, Object>) at.get(key);
        }
        return at;
    }
}
