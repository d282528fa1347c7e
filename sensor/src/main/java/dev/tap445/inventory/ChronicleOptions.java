package dev.tap445.inventory;

/**
 * What is worth an event. Times in nanoseconds.
 *
 * @param accepted devices that do not alert
 * @param learning from the first start of the sensor: what is found within it is taken for the stock, and does not alert
 * @param returnAfter absence after which SMB1 of a client is told again
 * @param interval least time between two events of one kind about one host (and port)
 */
public record ChronicleOptions(AcceptedDevices accepted, long learning, long returnAfter, long interval) {
    private static final long HOUR = 3_600_000_000_000L;
    public static final ChronicleOptions DEFAULT =
            new ChronicleOptions(AcceptedDevices.NONE, 24 * HOUR, 30 * 24 * HOUR, HOUR);

    public ChronicleOptions withAccepted(AcceptedDevices devices) {
        return new ChronicleOptions(devices, learning, returnAfter, interval);
    }
}
