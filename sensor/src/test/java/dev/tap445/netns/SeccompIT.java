package dev.tap445.netns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tap445.support.SampleFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The real service under the system call filters that it is shipped with, in every thread of it: it captures, loses its
 * interface and gets it back, keeps its store, writes events, reloads, answers, and ends as it does without.
 */
@Tag("netns")
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class SeccompIT {
    private static final Path DEPLOY = Lab.ROOT.resolve("deploy");
    private static final String TRY = DEPLOY.resolve("seccomp/try").toString();

    private Lab lab;

    @BeforeEach
    void open() throws Exception {
        lab = Lab.open();
        Sensor.prepare();
        lab.run("lab_mirror wire");
    }

    @AfterEach
    void close() {
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void underTheProfileOfItsContainer() throws Exception {
        livesUnder(List.of(TRY));
    }

    @Test
    void underTheFiltersOfItsUnit() throws Exception {
        assumeTrue(has("systemd-analyze"), "skipped: systemd-analyze is not installed");
        livesUnder(
                List.of(TRY, "--unit", DEPLOY.resolve("systemd/tap445.service").toString()));
    }

    private void livesUnder(List<String> filter) throws Exception {
        assumeTrue(run(List.of("/usr/bin/python3", "-c", "import seccomp")) == 0, "skipped: no python3-seccomp here");
        assertThat(run(List.of("chroot", "/", "true"))).isZero();
        assertThat(run(with(filter, "chroot", "/", "true")))
                .as("the filter refuses what a sensor does not do")
                .isNotZero();
        Path state = Files.createDirectory(lab.folder().resolve("state"));
        Path events = lab.folder().resolve("events.json");
        try (Sensor sensor = Sensor.startUnder(
                filter, lab, "wire", "--state-dir", state.toString(), "--events", events.toString())) {
            sensor.awaitReady();
            filteredInEveryThread(sensor);
            replay("smb1-only.pcap");
            sensor.await(
                    20, "the client is found", () -> !sensor.hosts("clients").isEmpty());
            lab.run("lab_in tap ip link del wire");
            sensor.await(20, "the interface is missed", () -> sensor.log().contains("trying to open it again"));
            lab.run("lab_mirror wire");
            sensor.await(20, "the interface is back", () -> sensor.log().contains("capturing again"));
            replay("scanner.pcap");
            sensor.await(20, "more is found", () -> sensor.hosts("clients").size() > 1);
            sensor.signal("HUP");
            sensor.await(
                    20, "reloaded", () -> sensor.text("/metrics").contains("tap445_config_last_reload_successful 1"));
            assertThat(sensor.text("/")).contains("<html");
            filteredInEveryThread(sensor);
            assertThat(sensor.stop("TERM").code()).isIn(0, 143);
            assertThat(sensor.log()).doesNotContain("Exception", "not permitted", "ERROR");
        }
        assertThat(events).isNotEmptyFile();
        try (DirectoryStream<Path> stores = Files.newDirectoryStream(state, "*.db")) {
            assertThat(stores).isNotEmpty();
        }
    }

    private static void filteredInEveryThread(Sensor sensor) throws IOException {
        int threads = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/" + sensor.pid() + "/task"))) {
            for (Path task : tasks) {
                try {
                    assertThat(Files.readAllLines(task.resolve("status"))).contains("Seccomp:\t2", "NoNewPrivs:\t1");
                    threads++;
                } catch (IOException e) {
                    assertThat(task).doesNotExist();
                }
            }
        }
        assertThat(threads).isGreaterThan(10);
    }

    private void replay(String sample) {
        lab.run("lab_in tap tcpreplay -q --pps=2000 -i wire-p "
                + SampleFiles.directory().resolve(sample));
    }

    private static List<String> with(List<String> filter, String... command) {
        List<String> all = new ArrayList<>(filter);
        all.addAll(List.of(command));
        return all;
    }

    private static boolean has(String program) throws Exception {
        return run(List.of("which", program)) == 0;
    }

    private static int run(List<String> command) throws Exception {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1; // not there
        }
    }
}
