package dev.tap445.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, by way of {@code sun.misc.Signal}: in the module {@code jdk.unsupported} for want of anything else, and called by
 * reflection for the compiler warns of it whatever one does. Without a handler it ends the process.
 */
final class Hangup {
    private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);
    private static final Object LOCK = new Object();
    private static boolean heeded;
    private static boolean waiting;
    private static @Nullable Runnable action;

    private Hangup() {}

    /** From now on a SIGHUP waits for {@link #onSignal}. */
    static void hold() {
        synchronized (LOCK) {
            if (!heeded) {
                heeded = true;
                handle();
            }
        }
    }

    /** Runs {@code todo} at each SIGHUP, on a thread of its own; now, where one came before. */
    static void onSignal(Runnable todo) {
        hold();
        boolean now;
        synchronized (LOCK) {
            action = todo;
            now = waiting;
            waiting = false;
        }
        if (now) {
            todo.run();
        }
    }

    private static void received() {
        Runnable todo;
        synchronized (LOCK) {
            todo = action;
            waiting = todo == null;
        }
        if (todo != null) {
            todo.run();
        }
    }

    private static void handle() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler invoked = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    received();
                    return null;
                }
                return method.getName().equals("hashCode")
                        ? (Object) 1
                        : method.getName().equals("equals");
            };
            Object proxy = Proxy.newProxyInstance(Hangup.class.getClassLoader(), new Class<?>[] {handler}, invoked);
            Object hangup = signal.getConstructor(String.class).newInstance("HUP");
            signal.getMethod("handle", signal, handler).invoke(null, hangup, proxy);
        } catch (ReflectiveOperationException e) {
            LOG.warn("SIGHUP does not reload here ({}): use POST /-/reload", e.toString());
        }
    }
}
