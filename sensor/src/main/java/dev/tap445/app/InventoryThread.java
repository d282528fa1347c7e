package dev.tap445.app;

import dev.tap445.capture.IdleStrategy;
import dev.tap445.inventory.Inventory;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.track.ObservationReader;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Runs the inventory: takes observations from all workers and makes snapshots for whoever asks. */
final class InventoryThread implements Runnable {
    private static final int BATCH = 1024;
    /** How old a snapshot may be when it is handed out; one that took long to make, {@link #SHARE} times as old as that. */
    private static final long FRESH_NANOS = 250_000_000L;

    private static final long MOST_FRESH_NANOS = 1_000_000_000L;
    private static final int SHARE = 4;

    /** How long an unanswered question waits before it looks whether there is anybody to answer. */
    private static final long ANSWER_MILLIS = 100;

    private static final long CHECK_PERIOD_NANOS = 200_000_000L;
    private static final long REVIEW_PERIOD_NANOS = 1_000_000_000L;

    private final Inventory inventory;
    private final List<ObservationReader> readers;
    private final IdleStrategy idle;
    private final boolean followsClock;
    private final LongSupplier drops;
    private final Companion companion;
    private final Thread thread;
    private final AtomicReference<CompletableFuture<InventorySnapshot>> asked = new AtomicReference<>();
    private volatile @Nullable Aged latest;
    private long nextCheck = System.nanoTime();
    private long nextReview = nextCheck;
    private long knownDrops;
    private volatile boolean stopping;
    private long rounds;
    private volatile long turns;

    /**
     * An inventory thread that is not started.
     *
     * @param drops packets that the sensor lost so far, anywhere
     */
    InventoryThread(
            Inventory inventory,
            List<ObservationReader> readers,
            IdleStrategy idle,
            boolean followsClock,
            LongSupplier drops,
            Companion companion) {
        this.companion = companion;
        this.inventory = inventory;
        this.readers = List.copyOf(readers);
        this.idle = idle;
        this.followsClock = followsClock;
        this.drops = drops;
        this.thread = Thread.ofPlatform().name("inventory").daemon().unstarted(this);
    }

    void start() {
        thread.start();
    }

    /** The workers have ended: takes in what they left, then ends. */
    void finish() throws InterruptedException {
        stopping = true;
        thread.join();
    }

    /** Any thread: a snapshot that is fresh; the same one as long as it is. */
    InventorySnapshot snapshot() {
        Aged known = latest;
        boolean over = thread.getState() == Thread.State.TERMINATED;
        if (known != null && (known.last || !over && System.nanoTime() - known.until < 0)) {
            return known.snapshot;
        }
        CompletableFuture<InventorySnapshot> mine = new CompletableFuture<>();
        CompletableFuture<InventorySnapshot> current = asked.updateAndGet(before -> before == null ? mine : before);
        LockSupport.unpark(thread);
        return await(current);
    }

    /** The thread may end between the question and its answer; then whoever waits answers. */
    private InventorySnapshot await(CompletableFuture<InventorySnapshot> question) {
        while (!question.isDone()) {
            if (thread.getState() == Thread.State.TERMINATED) {
                answer(true);
            } else {
                question.copy()
                        .completeOnTimeout(InventorySnapshot.EMPTY, ANSWER_MILLIS, TimeUnit.MILLISECONDS)
                        .join();
            }
        }
        return question.join();
    }

    /** Any thread: how often it looked for observations, whether any came or not. */
    long turns() {
        return turns;
    }

    private record Aged(InventorySnapshot snapshot, long until, boolean last) {}

    @Override
    public void run() {
        boolean last;
        int work;
        do {
            last = stopping;
            turns = ++rounds;
            work = doWork();
            check();
            if (followsClock) {
                review();
            }
            answer(false);
            idle.idle(work);
        } while (work > 0 || !last);
        hearOfDrops();
        inventory.review();
        companion.finish();
    }

    /** What else is done on this thread, between observations. */
    interface Companion {
        /** Does nothing. */
        Companion NONE = new Companion() {};

        /** Several times a second; has to be quick. */
        default void tick() {}

        /** After the last observation. */
        default void finish() {}
    }

    private int doWork() {
        int work = 0;
        for (ObservationReader reader : readers) {
            work += reader.doWork(BATCH);
        }
        return work;
    }

    private synchronized void answer(boolean over) {
        CompletableFuture<InventorySnapshot> waiting = asked.getAndSet(null);
        if (waiting != null) {
            check();
            hearOfDrops();
            try {
                long began = System.nanoTime();
                InventorySnapshot snapshot = inventory.snapshot();
                long made = System.nanoTime();
                long fresh = Math.clamp(SHARE * (made - began), FRESH_NANOS, MOST_FRESH_NANOS);
                latest = new Aged(snapshot, made + fresh, over);
                waiting.complete(snapshot);
            } catch (RuntimeException e) {
                waiting.completeExceptionally(e);
            }
        }
    }

    private void review() {
        long monotonic = System.nanoTime();
        if (monotonic - nextReview >= 0) {
            nextReview = monotonic + REVIEW_PERIOD_NANOS;
            hearOfDrops();
            inventory.review();
        }
    }

    private void check() {
        long monotonic = System.nanoTime();
        if (monotonic - nextCheck < 0) {
            return;
        }
        nextCheck = monotonic + CHECK_PERIOD_NANOS;
        if (followsClock) {
            inventory.tick(clock());
        }
        hearOfDrops();
        companion.tick();
    }

    /** After observations were taken in and before anything is concluded from them: who lost packets sees no silence. */
    private void hearOfDrops() {
        long lost = drops.getAsLong();
        if (lost > knownDrops) {
            knownDrops = lost;
            inventory.dropped(clock());
        }
    }

    private static long clock() {
        return System.currentTimeMillis() * 1_000_000L;
    }
}
