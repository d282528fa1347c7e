package dev.tap445.inventory;

/**
 * How the sensor's memory stands at one instant. Times are nanoseconds since the epoch, 0 for never.
 *
 * @param stored whether there is a store
 * @param writeFailures writes to the store that failed
 * @param storeBytes size of its file
 * @param lastWritten when it was last written
 * @param waitingHosts hosts that wait to be written
 * @param eventsDropped events that were lost, before the store or behind it
 * @param eventsSent events that went out
 * @param learningUntil end of the learning period
 * @param lastReloadSuccessful whether the configuration in use is the one that was last asked for
 * @param lastReload when it was last read with success
 */
public record MemoryView(
        boolean stored,
        long writeFailures,
        long storeBytes,
        long lastWritten,
        long waitingHosts,
        long eventsDropped,
        long eventsSent,
        long learningUntil,
        boolean lastReloadSuccessful,
        long lastReload,
        AcceptedDevices accepted) {}
