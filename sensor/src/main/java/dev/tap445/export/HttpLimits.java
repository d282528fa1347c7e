package dev.tap445.export;

import java.util.Map;

/**
 * What one client may ask of the web server. The JDK's server takes these limits from system properties when its first
 * instance is made; what the user set on the command line stands.
 */
final class HttpLimits {
    /** Bytes of a request path with its query. */
    static final int TARGET = 4_096;

    /**
     * Bodies made from a snapshot that are on their way at the same time, so that slow readers cannot make the sensor hold
     * any number of old snapshots; others wait for {@link #WAIT_SECONDS}.
     */
    static final int BODIES = 16;

    static final int WAIT_SECONDS = 10;

    private static final Map<String, String> PROPERTIES = Map.of(
            "jdk.httpserver.maxConnections", "256",
            "sun.net.httpserver.maxIdleConnections", "32",
            "sun.net.httpserver.idleInterval", "30",
            "sun.net.httpserver.maxReqTime", "10",
            "sun.net.httpserver.maxRspTime", "30",
            "sun.net.httpserver.maxReqHeaders", "64",
            "sun.net.httpserver.maxReqHeaderSize", "16384",
            "sun.net.httpserver.drainAmount", "16384");

    private HttpLimits() {}

    static void apply() {
        PROPERTIES.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }
}
