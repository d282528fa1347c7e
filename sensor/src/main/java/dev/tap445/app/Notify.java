package dev.tap445.app;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager that the sensor is ready, how it does, and that it stops (sd_notify(3)). Where the manager
 * has a watchdog, that is fed only while every stage moves; else the manager restarts the sensor. Without a manager
 * nothing is sent, but a stalled stage is logged all the same.
 */
final class Notify implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Notify.class);
    private static final long DEFAULT_PERIOD_MILLIS = 10_000;
    private static final long LEAST_PERIOD_MILLIS = 100;
    /** Of the watchdog's time: two feeds may come late. */
    private static final int SHARE = 3;

    private final Optional<NotifySocket> socket;
    private final boolean watchdog;
    private final long periodMillis;
    private final Heartbeat heartbeat;
    private final Supplier<String> status;
    private final Thread thread;
    private List<String> stalled = List.of();
    private boolean complained;

    private Notify(Map<String, String> environment, Heartbeat heartbeat, Supplier<String> status) {
        String address = environment.getOrDefault("NOTIFY_SOCKET", "");
        long watchdogMillis = watchdogMillis(environment);
        this.socket = NotifySocket.of(address);
        if (socket.isEmpty() && !address.isEmpty()) {
            LOG.warn("NOTIFY_SOCKET={}: this kind of socket is not known; the service manager is not told", address);
        }
        this.watchdog = watchdogMillis > 0;
        this.periodMillis = watchdog ? Math.max(LEAST_PERIOD_MILLIS, watchdogMillis / SHARE) : DEFAULT_PERIOD_MILLIS;
        this.heartbeat = heartbeat;
        this.status = status;
        this.thread = Thread.ofPlatform().name("notify").daemon().unstarted(this::run);
    }

    /**
     * Reports readiness, and goes on reporting until closed.
     *
     * @param environment NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID are looked at
     * @param status one line for people
     */
    static Notify start(Map<String, String> environment, Heartbeat heartbeat, Supplier<String> status) {
        Notify notify = new Notify(environment, heartbeat, status);
        notify.send("READY=1\nSTATUS=" + status.get());
        notify.thread.start();
        return notify;
    }

    /** sd_watchdog_enabled(3): not for us where it names another process. */
    private static long watchdogMillis(Map<String, String> environment) {
        String process = environment.getOrDefault("WATCHDOG_PID", "");
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        boolean ours = process.isEmpty()
                || process.equals(Long.toString(ProcessHandle.current().pid()));
        return ours && micros.matches("[0-9]{1,18}") ? Long.parseLong(micros) / 1000 : 0;
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(periodMillis);
                beat();
            }
        } catch (InterruptedException e) {
            return; // closed
        }
    }

    private void beat() {
        List<String> still = heartbeat.stalled();
        if (!still.equals(stalled)) {
            stalled = still;
            if (still.isEmpty()) {
                LOG.info("every stage moves again");
            } else {
                LOG.error("nothing moves in {}", String.join(", ", still));
            }
        }
        if (still.isEmpty()) {
            send((watchdog ? "WATCHDOG=1\n" : "") + "STATUS=" + status.get());
        } else {
            send("STATUS=Nothing moves in " + String.join(", ", still));
        }
    }

    private void send(String message) {
        if (socket.isPresent()) {
            String failure = socket.get().send(message);
            if (!failure.isEmpty() && !complained) {
                complained = true;
                LOG.warn("the service manager cannot be told: {}", failure);
            }
        }
    }

    /** Says that the sensor stops. The watchdog is not fed any more. */
    @Override
    public void close() {
        thread.interrupt();
        send("STOPPING=1\nSTATUS=Stopping");
    }
}
