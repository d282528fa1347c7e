package dev.tap445.export;

import dev.tap445.inventory.EventLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends events out from a thread of its own, so that a slow reader holds nobody up. A target that fails is tried again;
 * when too many wait, the newest are dropped and counted (they are in the store).
 */
public final class EventWriter implements Consumer<List<EventLine>>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventWriter.class);
    private static final int QUEUE = 20_000;
    private static final int AT_ONCE = 500;
    private static final long RETRY_SECONDS = 5;

    private final EventTarget target;
    private final Consumer<List<String>> sent;
    private final BlockingQueue<EventLine> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("events").daemon().unstarted(this::run);
    private boolean failing;

    /** {@code sent} hears the ids of what went out. */
    public EventWriter(EventTarget target, Consumer<List<String>> sent) {
        this.target = target;
        this.sent = sent;
        thread.start();
    }

    @Override
    public void accept(List<EventLine> lines) {
        for (EventLine line : lines) {
            if (!queue.offer(line)) {
                dropped.incrementAndGet();
            }
        }
    }

    public long dropped() {
        return dropped.get();
    }

    public long written() {
        return written.get();
    }

    private void run() {
        List<EventLine> lines = new ArrayList<>();
        try {
            while (true) {
                boolean last = closing.getCount() == 0;
                EventLine first = queue.poll(last ? 0 : 200, TimeUnit.MILLISECONDS);
                if (first != null) {
                    lines.add(first);
                    queue.drainTo(lines, AT_ONCE);
                    send(lines);
                    lines.clear();
                } else if (last) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            target.close();
        }
    }

    private void send(List<EventLine> lines) throws InterruptedException {
        while (true) {
            try {
                target.write(lines.stream().map(EventLine::document).toList());
                written.addAndGet(lines.size());
                sent.accept(lines.stream().map(EventLine::id).toList());
                if (failing) {
                    failing = false;
                    LOG.info("events are written again");
                }
                return;
            } catch (IOException e) {
                if (!failing) {
                    failing = true;
                    LOG.error("cannot write events to {}: {}", target, e.toString());
                }
                if (closing.await(RETRY_SECONDS, TimeUnit.SECONDS)) {
                    return; // what is in the store unsent goes out after the next start
                }
            }
        }
    }

    /** Sends what waits, and closes; what cannot be sent stays unsent in the store. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(RETRY_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
