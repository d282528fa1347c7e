package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(value = OS.LINUX, disabledReason = "skipped: sd_notify is Linux's")
final class NotifyTest {
    private static final String PID = Long.toString(ProcessHandle.current().pid());
    /** A feed each 100 ms. */
    private static final String WATCHDOG = "300000";

    private final AtomicLong turns = new AtomicLong();
    /** Counts by being looked at. */
    private final Heartbeat moving = new Heartbeat().watch("worker-0", turns::incrementAndGet);

    @TempDir
    private Path folder;

    private static Map<String, String> environment(String socket, String... more) {
        Map<String, String> environment = new HashMap<>();
        environment.put("NOTIFY_SOCKET", socket);
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return environment;
    }

    @Test
    void saysReadyFeedsTheWatchdogAndSaysThatItStops() throws Exception {
        Path path = folder.resolve("notify");
        try (ServiceManager manager = ServiceManager.at(path)) {
            Map<String, String> environment =
                    environment(path.toString(), "WATCHDOG_USEC", WATCHDOG, "WATCHDOG_PID", PID);
            try (Notify notify = Notify.start(environment, moving, () -> "Watching tap0")) {
                assertThat(manager.next(2_000)).isEqualTo("READY=1\nSTATUS=Watching tap0");
                assertThat(manager.next(2_000)).isEqualTo("WATCHDOG=1\nSTATUS=Watching tap0");
                assertThat(manager.next(2_000)).isEqualTo("WATCHDOG=1\nSTATUS=Watching tap0");
                assertThat(notify).isNotNull();
            }
            String last = manager.next(2_000);
            while (last != null && last.startsWith("WATCHDOG=1")) {
                last = manager.next(2_000);
            }
            assertThat(last).isEqualTo("STOPPING=1\nSTATUS=Stopping");
            assertThat(manager.next(300)).isNull();
        }
    }

    @Test
    void starvesTheWatchdogWhileAStageStandsStill() throws Exception {
        AtomicLong standing = new AtomicLong();
        Heartbeat heartbeat =
                new Heartbeat().watch("capture-0", turns::incrementAndGet).watch("worker-0", standing::get);
        try (ServiceManager manager = ServiceManager.abstractly("tap445-test-" + PID);
                Notify notify = Notify.start(
                        environment("@tap445-test-" + PID, "WATCHDOG_USEC", WATCHDOG), heartbeat, () -> "")) {
            assertThat(manager.next(2_000)).startsWith("READY=1");
            for (int i = 0; i < 3; i++) {
                assertThat(manager.next(2_000)).isEqualTo("STATUS=Nothing moves in worker-0");
            }
            standing.incrementAndGet();
            String next = manager.next(2_000);
            assertThat(next).isEqualTo("WATCHDOG=1\nSTATUS=");
            assertThat(manager.next(2_000)).isEqualTo("STATUS=Nothing moves in worker-0");
            assertThat(notify).isNotNull();
        }
    }

    /** sd_watchdog_enabled(3). */
    @Test
    void leavesAWatchdogAloneThatIsForAnotherProcess() throws Exception {
        Path path = folder.resolve("notify");
        try (ServiceManager manager = ServiceManager.at(path);
                Notify notify = Notify.start(
                        environment(path.toString(), "WATCHDOG_USEC", WATCHDOG, "WATCHDOG_PID", "1"),
                        moving,
                        () -> "")) {
            assertThat(manager.next(2_000)).startsWith("READY=1");
            assertThat(manager.next(500)).isNull();
            assertThat(notify).isNotNull();
        }
    }

    @Test
    void keepsQuietWithoutAManager() {
        NotifySocket nobody =
                NotifySocket.of(folder.resolve("nobody").toString()).orElseThrow();
        assertThat(nobody.send("READY=1")).isEqualTo("No such file or directory");
        try (Notify notify = Notify.start(Map.of(), moving, () -> "")) {
            assertThat(notify).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "relative/path", "vsock:2:1234"})
    void goesOnWithAnAddressThatItCannotReach(String address) {
        assertThat(NotifySocket.of(address)).isEmpty();
        assertThat(NotifySocket.of("/" + "x".repeat(108))).isEmpty();
        try (Notify notify = Notify.start(environment(address), moving, () -> "")) {
            assertThat(notify).isNotNull();
        }
    }
}
