package dev.tap445.app;

import dev.tap445.inventory.FeedView;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How the sensor does, in one line for {@code systemctl status}. */
final class StatusLine {
    private final Pipeline pipeline;

    StatusLine(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** Any thread. */
    String text() {
        FeedView feed = pipeline.feed();
        List<String> problems = feed.sourceErrors();
        if (!problems.isEmpty()) {
            return String.join("; ", problems);
        }
        long lost = feed.interfaces().stream()
                        .mapToLong(each -> each.kernelDrops() + each.interfaceDrops())
                        .sum()
                + feed.workers().stream()
                        .mapToLong(FeedView.WorkerView::ringDrops)
                        .sum();
        String names =
                feed.interfaces().stream().map(FeedView.InterfaceView::name).collect(Collectors.joining(", "));
        return String.format(Locale.ROOT, "Watching %s: %d packets, %d lost", names, feed.packets(), lost);
    }
}
