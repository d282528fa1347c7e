package dev.tap445.export;

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
    static final int MAKING = 4;

    static final int WAIT_SECONDS = 10;

    /** Bodies on their way to clients, and their bytes; beyond them those that do not get on are broken off. */
    static final int BODIES = 64;

    static final long BODY_BYTES = 128L << 20;
    static final long PATIENCE_NANOS = 500_000_000L;

    /** How long a body of the API is given to others who ask for the same. */
    static final long SHARED_NANOS = 1_000_000_000L;

    /**
     * A slow connection costs a virtual thread and its buffers, so many of them may stand while the next scrape is
     * served; {@code maxReqTime} seconds after its first byte a request must be complete.
     */
    private static final Map<String, String> PROPERTIES = Map.of(
            "jdk.httpserver.maxConnections", "4096",
            "sun.net.httpserver.maxIdleConnections", "256",
            "sun.net.httpserver.idleInterval", "75",
            "sun.net.httpserver.maxReqTime", "10",
            "sun.net.httpserver.maxRspTime", "30",
            "sun.net.httpserver.maxReqHeaders", "64",
            "sun.net.httpserver.maxReqHeaderSize", "16384",
            "sun.net.httpserver.drainAmount", "16384",
            "sun.net.httpserver.nodelay", "true");

    private HttpLimits() {}

    static void apply() {
        PROPERTIES.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }
}
