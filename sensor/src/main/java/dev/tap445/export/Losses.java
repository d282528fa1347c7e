package dev.tap445.export;

import dev.tap445.inventory.FeedView;
import java.util.Map;
import java.util.TreeMap;

/** What the sensor did not see, or gave up, added over its interfaces and workers; by place, sorted. */
final class Losses {
    private Losses() {}

    static Map<String, Long> of(FeedView feed) {
        Map<String, Long> losses = new TreeMap<>(Map.of("kernel", 0L, "interface", 0L, "ring", 0L));
        feed.interfaces().forEach(source -> {
            losses.merge("kernel", source.kernelDrops(), Long::sum);
            losses.merge("interface", source.interfaceDrops(), Long::sum);
        });
        losses.put("flow_evictions", 0L);
        losses.put("observations", 0L);
        feed.workers().forEach(worker -> {
            losses.merge("ring", worker.ringDrops(), Long::sum);
            losses.merge("flow_evictions", worker.flowEvictions(), Long::sum);
            worker.observationsDropped().values().forEach(count -> losses.merge("observations", count, Long::sum));
        });
        return losses;
    }
}
