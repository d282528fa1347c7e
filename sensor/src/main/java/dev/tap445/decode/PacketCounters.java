package dev.tap445.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Map;
import java.util.TreeMap;

/** One counter a {@link PacketClass}; written by one thread, read by any. */
public final class PacketCounters {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[PacketClass.values().length];

    public void count(PacketClass packetClass) {
        int at = packetClass.ordinal();
        CELL.setRelease(counts, at, counts[at] + 1); // pairs with getAcquire in get
    }

    public long get(PacketClass packetClass) {
        return (long) CELL.getAcquire(counts, packetClass.ordinal());
    }

    /** All classes by label, those with none too. */
    public Map<String, Long> byLabel() {
        Map<String, Long> result = new TreeMap<>();
        for (PacketClass each : PacketClass.values()) {
            result.put(each.label(), get(each));
        }
        return result;
    }
}
