package dev.tap445.export;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Map;

/**
 * What clients may ask of the web server. The JDK's server takes its limits from system properties when its first
 * instance is made; what the user set on the command line stands.
 */
final class HttpLimits {
    /** Bytes of a request path with its query. */
    static final int TARGET = 4_096;

    /** Connections that wait to be accepted: a burst must not cost a second of SYN retransmission. */
    static final int BACKLOG = 1_024;

    /** Bodies made from a snapshot at the same time; others wait for {@link #WAIT_SECONDS}. */
    static final int MAKING = 2;

    static final int WAIT_SECONDS = 10;

    /** Answers on their way to clients, and the bytes they hold; beyond them those that do not get on are broken off. */
    static final int BODIES = 1_024;

    private static final long BODY_BYTES = 128L << 20;
    static final long PATIENCE_NANOS = 500_000_000L;

    /** How long a body of the API is given to others who ask for the same. */
    static final long SHARED_NANOS = 1_000_000_000L;

    /** The same for a scrape: no scraper comes that often. */
    static final long SCRAPE_NANOS = 250_000_000L;

    /** A body that is dear stands so many times as long as it took to make, but no longer than a second. */
    private static final int SHARE = 4;

    private static final long MOST_SHARED_NANOS = 1_000_000_000L;

    /**
     * A slow connection costs a virtual thread and its buffers, so many of them may stand while the next scrape is
     * served; {@code maxReqTime} seconds after its first byte a request must be complete.
     */
    private static final Map<String, String> PROPERTIES = Map.of(
            "jdk.httpserver.maxConnections",
                    Integer.toString(connections(Runtime.getRuntime().maxMemory(), files())),
            "sun.net.httpserver.maxIdleConnections", "256",
            "sun.net.httpserver.idleInterval", "75",
            "sun.net.httpserver.maxReqTime", "10",
            "sun.net.httpserver.maxRspTime", "30",
            "sun.net.httpserver.maxReqHeaders", "64",
            "sun.net.httpserver.maxReqHeaderSize", "16384",
            "sun.net.httpserver.drainAmount", "16384",
            "sun.net.httpserver.nodelay", "true");

    /** Most connections, however much memory and however many files there are. */
    private static final int CONNECTIONS = 16_384;

    /** Heap that a connection takes while its request is read. */
    private static final int CONNECTION_BYTES = 32_768;

    private HttpLimits() {}

    /** How many connections there may be, so that they take a quarter of the heap and three quarters of the files it may open at most. */
    static int connections(long heapBytes, long files) {
        return (int) Math.min(CONNECTIONS, Math.min(heapBytes / 4 / CONNECTION_BYTES, files / 4 * 3));
    }

    /** The bytes that bodies on their way may hold. */
    static long bodyBytes(long heapBytes) {
        return Math.min(BODY_BYTES, heapBytes / 8);
    }

    /**
     * How long a body stands: at least {@code nanos}, and where it {@code took} long to make, so long that making it again
     * and again takes no more than a fifth of a core, however many ask.
     */
    static long standing(long nanos, long took) {
        return Math.max(nanos, Math.min(SHARE * took, MOST_SHARED_NANOS));
    }

    private static long files() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }

    static void apply() {
        PROPERTIES.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }
}
