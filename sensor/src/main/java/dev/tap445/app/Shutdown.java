package dev.tap445.app;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Lets SIGINT and SIGTERM end the command in an orderly way: the JVM waits for it, a bounded time, and ends with the
 * command's own exit code. A service that was told to stop, and did, has not failed; the JVM would say 130 or 143.
 */
final class Shutdown {
    private static final CountDownLatch ASKED = new CountDownLatch(1);
    private static final CountDownLatch FINISHED = new CountDownLatch(1);
    private static final CompletableFuture<Integer> EXIT_CODE = new CompletableFuture<>();
    private static final AtomicBoolean HEEDED = new AtomicBoolean();
    private static final long PATIENCE_SECONDS = 20;

    private Shutdown() {}

    /** From now on a signal counts down what is returned and waits until {@link #done} or {@link #exit}. */
    static CountDownLatch onSignal() {
        if (HEEDED.compareAndSet(false, true)) {
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
                        if (FINISHED.getCount() > 0) { // otherwise the command ended by itself
                            ASKED.countDown();
                            awaitEnd();
                        }
                    }));
        }
        return ASKED;
    }

    private static void awaitEnd() {
        try {
            FINISHED.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            Runtime.getRuntime().halt(EXIT_CODE.get(1, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            System.err.println("tap445: did not stop in " + PATIENCE_SECONDS + " s, ending anyway");
        }
    }

    /** The command has put everything away. */
    static void done() {
        FINISHED.countDown();
    }

    /** Ends the process. */
    static void exit(int code) {
        EXIT_CODE.complete(code);
        FINISHED.countDown();
        System.exit(code);
    }
}
