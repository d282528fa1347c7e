package dev.tap445.app;

import java.util.Locale;

/** A line on the terminal while a long file is read: packets, rate, percent. Nothing where there is no terminal. */
final class Progress {
    private static final long FIRST_MILLIS = 1000;
    private static final long PERIOD_MILLIS = 500;

    private final Thread thread;

    private Progress(Pipeline pipeline) {
        thread = Thread.ofPlatform().name("progress").daemon().unstarted(() -> run(pipeline));
    }

    static Progress start(Pipeline pipeline) {
        Progress progress = new Progress(pipeline);
        if (Terminal.isThere()) {
            progress.thread.start();
        }
        return progress;
    }

    private static void run(Pipeline pipeline) {
        boolean shown = false;
        try {
            Thread.sleep(FIRST_MILLIS);
            while (true) {
                double share = pipeline.progress();
                String percent = Double.isNaN(share) ? "" : String.format(Locale.ROOT, ", %.0f %%", share * 100);
                System.err.printf(
                        Locale.ROOT,
                        "\r%,d packets, %,.0f a second%s   ",
                        pipeline.packets(),
                        pipeline.packets() / pipeline.elapsedSeconds(),
                        percent);
                shown = true;
                Thread.sleep(PERIOD_MILLIS);
            }
        } catch (InterruptedException e) {
            if (shown) {
                System.err.print("\r" + " ".repeat(60) + "\r");
            }
        }
    }

    /** Takes the line away. */
    void stop() throws InterruptedException {
        thread.interrupt();
        thread.join(1000);
    }
}
