package dev.tap445.fuzz;

import dev.tap445.export.Exporter;
import dev.tap445.export.ListenAddress;
import dev.tap445.export.ListenException;
import dev.tap445.export.access.Access;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.InventorySnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What anybody may send to the web server: it answers or hangs up, shows no stack trace, and goes on serving. */
public final class HttpTarget {
    private static final int CHECK_EVERY = 50;
    private static final int PATIENCE = 90;
    private static final int TIMEOUT_MILLIS = 5_000;
    private static final byte[] GOOD =
            "GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private static @Nullable Exporter exporter;
    private static long runs;

    private HttpTarget() {}

    private static int port() {
        Exporter running = exporter;
        if (running == null) {
            FeedView feed = new FeedView(List.of(), 0, 0, 0, 0, 0, Map.of(), List.of(), List.of(), List.of(), "");
            try {
                running = Exporter.start(
                        ListenAddress.parse("127.0.0.1:0"),
                        Access.open(),
                        () -> InventorySnapshot.EMPTY,
                        () -> feed,
                        () -> true,
                        "0");
            } catch (ListenException e) {
                throw new AssertionError(e);
            }
            exporter = running;
        }
        return running.port();
    }

    public static void fuzzerTestOneInput(byte[] data) {
        String answer = ask(data);
        if (answer.contains("\tat ")) {
            throw new AssertionError("tells of its inside: " + answer);
        }
        if (runs++ % CHECK_EVERY == 0) {
            String health = ask(GOOD);
            if (health.isEmpty() && Boolean.getBoolean("fuzz.verbose")) {
                System.err.println("full after " + runs + " requests");
            }
            for (int i = 0; i < PATIENCE && health.isEmpty(); i++) {
                java.util.concurrent.locks.LockSupport.parkNanos(
                        500_000_000L); // too many connections now: they time out
                health = ask(GOOD);
            }
            if (!health.startsWith("HTTP/1.1 200")) {
                throw new AssertionError("no longer serves, after " + runs + " requests: '" + health + "'");
            }
        }
    }

    private static String ask(byte[] request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.setSoLinger(true, 0); // no port is kept waiting: there are thousands of these
            try {
                socket.getOutputStream().write(request);
                socket.shutdownOutput();
                InputStream in = socket.getInputStream();
                return new String(in.readNBytes(1 << 16), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                return ""; // hung up
            }
        } catch (IOException e) {
            throw new AssertionError("does not accept connections", e);
        }
    }
}
