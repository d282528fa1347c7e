package dev.tap445.inventory;

/**
 * An event as it is kept in the store and sent.
 *
 * @param address of the host it is about; empty where it is about the sensor
 * @param document the JSON object, one line
 */
public record EventLine(String id, String action, long time, String address, String document) {}
