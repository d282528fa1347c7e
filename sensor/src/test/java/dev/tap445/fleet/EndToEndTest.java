package dev.tap445.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.fleet.Webhook.Notice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a packet to a message on somebody's screen: sensor, scrape, rule, alert, Alertmanager, webhook; then the sensor is
 * restarted, and nobody is told again.
 */
final class EndToEndTest {
    private static final long QUIET_MILLIS = 8_000;

    @TempDir
    private Path directory;

    @BeforeEach
    void need() {
        Tools.need("prometheus", "prometheus", "prometheus-alertmanager", "prometheus-alertmanager");
    }

    /** How the sensor gets its packets. */
    private interface Feed {
        Program start(int port) throws IOException, InterruptedException;
    }

    private String state() {
        return directory.resolve("state").toString();
    }

    private Program alertmanager(Webhook webhook) throws IOException, InterruptedException {
        int port = Tools.freePort();
        Path configuration = Shipped.alertmanager(directory, webhook.url());
        Program program = Program.start(
                directory,
                "alertmanager",
                port,
                List.of(
                        "prometheus-alertmanager",
                        "--config.file=" + configuration,
                        "--storage.path=" + directory.resolve("alerts"),
                        "--web.listen-address=127.0.0.1:" + port,
                        "--cluster.listen-address="));
        return program.ready("/-/ready");
    }

    private static List<Notice> firing(Webhook webhook, String alert, String device) {
        return webhook.notices(alert, device).stream()
                .filter(notice -> notice.status().equals("firing"))
                .toList();
    }

    /**
     * Each of these alerts, by name and device, reaches its receiver once, and not again after a restart, whether
     * {@code again} happens then or not.
     */
    private void tellsOnce(Feed feed, Happening happening, Happening again, Map<String, String> receiversByAlert)
            throws IOException, InterruptedException {
        int port = Tools.freePort();
        Program sensor = feed.start(port);
        try (Webhook webhook = new Webhook();
                Program alertmanager = alertmanager(webhook);
                Metrics prometheus = Metrics.prometheus(
                        directory, Shipped.prometheus(directory, sensor.target(), alertmanager.target()))) {
            assertThat(prometheus.await("up{job=\"tap445\"} == 1", up -> up.size() == 1))
                    .hasSize(1);
            happening.take();
            webhook.await(it -> receiversByAlert.keySet().stream().allMatch(alert -> heard(it, alert)));
            assertTold(webhook, receiversByAlert);
            String verdicts = "client:tap445_smb_verdict:info";
            Map<String, Double> decided = prometheus.await(verdicts, some -> some.size() > 1);
            Map<String, Double> known = known(prometheus, before -> before.size() == receiversByAlert.size());

            sensor.close();
            assertThat(prometheus.await("up{job=\"tap445\"} == 0", up -> up.size() == 1))
                    .hasSize(1);
            sensor = feed.start(port);
            assertThat(prometheus.await("up{job=\"tap445\"} == 1", up -> up.size() == 1))
                    .hasSize(1);
            assertThat(prometheus.query(verdicts))
                    .as("verdicts outlive counters")
                    .isEqualTo(decided);
            again.take();
            Thread.sleep(QUIET_MILLIS);
            assertThat(known(prometheus, known::equals))
                    .as("what the state directory has kept")
                    .isEqualTo(known);
            assertTold(webhook, receiversByAlert);
            // What the alerts about the sensor say of its start and its restart depends on how long they took.
            assertThat(webhook.notices())
                    .as("nothing ended because the sensor was away")
                    .filteredOn(notice -> !notice.alert().startsWith("Tap445"))
                    .noneMatch(notice -> notice.status().equals("resolved"));
        } finally {
            sensor.close();
        }
    }

    /** What the alerts are made of, as the sensor says it: since when there is an SMB1 client, and a silent server. */
    private static Map<String, Double> known(Metrics prometheus, Predicate<Map<String, Double>> wanted)
            throws IOException, InterruptedException {
        return prometheus.await(
                "tap445_smb1_client_first_seen_timestamp_seconds or tap445_server_silent_since_timestamp_seconds",
                wanted);
    }

    /** What goes on while everything runs. */
    private interface Happening {
        void take() throws IOException, InterruptedException;
    }

    private static boolean heard(Webhook webhook, String alert) {
        String[] parts = alert.split(" ");
        return !firing(webhook, parts[0], parts[1]).isEmpty();
    }

    /** Once: a notification repeats the others of its group, so what counts is how often this alert was the news. */
    private static void assertTold(Webhook webhook, Map<String, String> receiversByAlert) {
        receiversByAlert.forEach((alert, receiver) -> {
            String[] parts = alert.split(" ");
            assertThat(firing(webhook, parts[0], parts[1]))
                    .as("%s in %s", alert, webhook.notices())
                    .singleElement()
                    .satisfies(notice -> {
                        assertThat(notice.receiver()).isEqualTo(receiver);
                        assertThat(notice.description()).contains(parts[1]);
                    });
        });
    }

    @Test
    void aCaptureReachesTheWebhook() throws IOException, InterruptedException {
        Path capture = Captures.write(directory.resolve("morning.pcap"), Captures.merge("smb1-only", "silent-v6"));
        tellsOnce(
                port -> Program.sensorAt(
                                port,
                                directory,
                                "sensor",
                                "demo",
                                "--speed",
                                "1000000",
                                "-r",
                                capture.toString(),
                                "--state-dir",
                                state())
                        .ready("/-/ready"),
                () -> {},
                () -> {},
                Map.of("Smb1NewClient 198.18.1.20", "smb1-news", "Smb445Silent fd00:18:1::10", "network-team"));
    }

    @Test
    void theWireReachesTheWebhook() throws IOException, InterruptedException {
        try (Laboratory lab = new Laboratory(directory)) {
            lab.must("lab_host fs office 198.18.1.10/24 && lab_host dead office 198.18.1.11/24"
                    + " && lab_host old office 198.18.1.20/24 && lab_host new office 198.18.1.21/24"
                    + " && lab_smbd fs FS-01 NT1 SMB3 'ntlm auth = yes' && lab_drop dead 445");
            tellsOnce(
                    port -> Program.sensorAt(
                                    port,
                                    directory,
                                    "sensor",
                                    "live",
                                    "-i",
                                    Laboratory.TAP,
                                    "--state-dir",
                                    state(),
                                    "--learning",
                                    "0s")
                            .ready("/-/ready"),
                    () -> lab.must("lab_smbclient old OLD-DEVICE NT1 NT1 445 198.18.1.10 ls"
                            + " && { LAB_TIMEOUT=5 lab_smbclient new PC SMB2_02 SMB3_11 445 198.18.1.11 ls; true; }"
                            + " && lab_ping new 198.18.1.11 && sleep 5 && lab_ping new 198.18.1.11"),
                    () -> lab.must("lab_smbclient old OLD-DEVICE NT1 NT1 445 198.18.1.10 ls"
                            + " && lab_try new 1 198.18.1.11/445 && lab_ping new 198.18.1.11"),
                    Map.of("Smb1NewClient 198.18.1.20", "smb1-news", "Smb445Silent 198.18.1.11", "network-team"));
        }
    }
}
