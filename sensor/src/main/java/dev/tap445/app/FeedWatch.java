package dev.tap445.app;

import dev.tap445.inventory.Event;
import dev.tap445.inventory.EventKind;
import dev.tap445.inventory.FeedView;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** Tells when the sensor begins and ceases to lose packets, and when an interface goes and comes. One thread. */
final class FeedWatch {
    /** Without loss for so long, it is over. */
    static final long CALM_NANOS = 60_000_000_000L;

    private final Consumer<Event> events;
    private final Map<String, Boolean> up = new HashMap<>();
    private long lost;
    private long begun;
    private long lostBefore;
    private long lastLoss;

    FeedWatch(Consumer<Event> events) {
        this.events = events;
    }

    /** {@code now} is the clock, nanoseconds since the epoch. */
    void look(FeedView feed, long now) {
        long sum = 0;
        for (FeedView.InterfaceView each : feed.interfaces()) {
            sum += each.kernelDrops() + each.interfaceDrops();
            Boolean before = up.put(each.name(), each.up());
            if (before != null && before != each.up()) {
                EventKind kind = each.up() ? EventKind.VISIBILITY_RESTORED : EventKind.VISIBILITY_LOST;
                String what =
                        "interface " + each.name() + (each.up() ? " delivers again" : " does not deliver any more");
                events.accept(Event.ofSensor(kind, now, each.up() ? now : each.lastPacket(), 0, what));
            }
        }
        for (FeedView.WorkerView worker : feed.workers()) {
            sum += worker.ringDrops();
        }
        losses(sum, now);
    }

    private void losses(long sum, long now) {
        if (sum > lost) {
            if (begun == 0) {
                begun = now;
                lostBefore = lost;
                String what = (sum - lost) + " packets lost so far; no verdict on silence is made meanwhile";
                events.accept(Event.ofSensor(EventKind.SENSOR_DROPPING, now, now, sum - lost, what));
            }
            lastLoss = now;
        } else if (begun != 0 && (now - lastLoss >= CALM_NANOS || now < lastLoss)) {
            long count = sum - lostBefore;
            events.accept(Event.ofSensor(
                    EventKind.SENSOR_DROPPING_ENDED, now, begun, count, count + " packets were lost in all"));
            begun = 0;
        }
        lost = sum;
    }
}
