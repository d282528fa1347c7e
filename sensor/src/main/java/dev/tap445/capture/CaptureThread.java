package dev.tap445.capture;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link CaptureLoop} until its sources end or {@link #stop} is called. The sources are closed by
 * {@link #close}, after the thread ended: closing a libpcap handle that is being read crashes.
 */
public final class CaptureThread implements AutoCloseable {
    private final CaptureLoop loop;
    private final IdleStrategy idle;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile @Nullable Throwable failure;
    private long rounds;
    private volatile long turns;

    public CaptureThread(String name, CaptureLoop loop, IdleStrategy idle) {
        this.loop = loop;
        this.idle = idle;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    public String name() {
        return thread.getName();
    }

    public void start() {
        thread.start();
    }

    /** Whether nothing more will be published: the sources ended, it was stopped, or it {@linkplain #failure failed}. */
    public boolean isFinished() {
        return thread.getState() == Thread.State.TERMINATED;
    }

    /** Any thread: how often it looked for packets, whether any came or not. */
    public long turns() {
        return turns;
    }

    /** What ended the thread against its will. */
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /** Waits for the end of the sources. */
    public void join() throws InterruptedException {
        thread.join();
    }

    /**
     * Asks the thread to end and waits for it.
     *
     * @return whether it ended in time
     */
    public boolean stop(Duration timeout) throws InterruptedException {
        stopping = true;
        loop.distributor().abort();
        loop.sources().forEach(PacketSource::wakeup);
        thread.interrupt();
        return thread.getState() == Thread.State.NEW || thread.join(timeout);
    }

    /** Closes the sources; where the thread would not end, they are left to the end of the process. */
    @Override
    public void close() {
        try {
            if (stop(Duration.ofSeconds(5))) {
                loop.sources().forEach(PacketSource::close);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!stopping) {
                int count = loop.doWork();
                if (count == PacketSource.END) {
                    return;
                }
                turns = ++rounds;
                idle.idle(count);
            }
            loop.finish();
        } catch (Throwable e) { // whatever it is, the application has to hear of it
            failure = e;
        }
    }
}
