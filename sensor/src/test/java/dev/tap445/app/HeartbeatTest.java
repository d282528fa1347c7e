package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class HeartbeatTest {
    private final AtomicLong capture = new AtomicLong(7);
    private final AtomicLong worker = new AtomicLong();
    private final Heartbeat heartbeat =
            new Heartbeat().watch("capture-0", capture::get).watch("worker-0", worker::get);

    @Test
    void namesTheStagesThatStandStill() {
        capture.incrementAndGet();
        assertThat(heartbeat.stalled()).containsExactly("worker-0");
        worker.incrementAndGet();
        assertThat(heartbeat.stalled()).containsExactly("capture-0");
        assertThat(heartbeat.stalled()).containsExactly("capture-0", "worker-0");
    }

    @Test
    void isContentWhereEveryStageMoves() {
        for (int i = 0; i < 3; i++) {
            capture.addAndGet(1000);
            worker.incrementAndGet();
            assertThat(heartbeat.stalled()).isEmpty();
        }
    }

    /** What was counted before it was watched is no movement. */
    @Test
    void startsFromTheFirstCount() {
        assertThat(heartbeat.stalled()).containsExactly("capture-0", "worker-0");
    }
}
