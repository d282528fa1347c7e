package dev.tap445.inventory;

import java.util.List;
import java.util.Map;

/** What the inventory hands to the store at one time: immutable, and written as a whole or not at all. */
record Batch(List<HostRecord> hosts, List<EventLine> events, Map<String, Long> meta) {}
