package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.inventory.Event;
import dev.tap445.inventory.FeedView;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FeedWatchTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<Event> events = new ArrayList<>();
    private final FeedWatch watch = new FeedWatch(events::add);

    private void look(boolean up, long drops, long lastPacket, long now) {
        FeedView.InterfaceView view = new FeedView.InterfaceView("eth1", up, 10, 1000, drops, 0, lastPacket * SECOND);
        watch.look(
                new FeedView(
                        List.of(), 10, 1000, 0, 0, 0, java.util.Map.of(), List.of(view), List.of(), List.of(), "lean"),
                now * SECOND);
    }

    private List<String> told() {
        return events.stream()
                .map(event -> event.kind().action() + " " + event.start() / SECOND + " " + event.time() / SECOND)
                .toList();
    }

    @Test
    void anInterfaceIsLostWithItsLastPacketAndBackWhenItDelivers() {
        look(true, 0, 90, 100);
        look(false, 0, 90, 101);
        look(false, 0, 90, 150);
        look(true, 0, 90, 160);
        assertThat(told()).containsExactly("visibility-lost 90 101", "visibility-restored 160 160");
    }

    @Test
    void losingIsToldOnceAndItsEndAfterAQuietMinute() {
        look(true, 0, 90, 100);
        look(true, 5, 101, 101);
        look(true, 9, 120, 120);
        look(true, 9, 150, 179);
        look(true, 9, 180, 181);
        assertThat(told()).containsExactly("sensor-dropping 101 101", "sensor-dropping-ended 101 181");
        assertThat(events.getLast().details().count()).isEqualTo(9);
    }
}
