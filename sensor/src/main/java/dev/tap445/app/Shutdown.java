package dev.tap445.app;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets SIGINT and SIGTERM end the command in an orderly way: the JVM waits for it, a bounded time. */
final class Shutdown {
    private static final CountDownLatch FINISHED = new CountDownLatch(1);
    private static final long PATIENCE_SECONDS = 20;

    private Shutdown() {}

    /** On a signal: counts {@code stopped} down, runs {@code action}, and waits until {@link #done}. */
    static void onSignal(CountDownLatch stopped, Runnable action) {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
                    stopped.countDown();
                    action.run();
                    try {
                        if (!FINISHED.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                            System.err.println("tap445: did not stop in " + PATIENCE_SECONDS + " s, ending anyway");
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }));
    }

    /** The command has put everything away. */
    static void done() {
        FINISHED.countDown();
    }
}
