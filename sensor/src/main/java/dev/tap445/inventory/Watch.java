package dev.tap445.inventory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was announced of a host, and what of it is in the store, so that nothing is said twice and little is written
 * twice. Inventory thread only.
 */
final class Watch {
    private static final int PORT_BITS = 16;

    final Host host;
    /** Kind and port of what was announced, and when; few, and of many hosts. */
    private int[] kinds = {};

    private long[] times = {};
    private @Nullable Map<Integer, Long> heldBack;
    /** It is in the list of hosts to be written. */
    boolean unsaved;

    boolean urgent;
    /** When it was last handed to the store, by the monotonic clock; {@link Long#MIN_VALUE} for never. */
    long savedAt = Long.MIN_VALUE;
    /** As of the last look. */
    long smb1Last;

    long refused;

    Watch(Host host) {
        this.host = host;
    }

    private static int key(EventKind kind, int port) {
        return kind.ordinal() << PORT_BITS | port;
    }

    private int find(int key) {
        for (int i = 0; i < kinds.length; i++) {
            if (kinds[i] == key) {
                return i;
            }
        }
        return -1;
    }

    /** When it was last announced; 0 for never. */
    long said(EventKind kind, int port) {
        int at = find(key(kind, port));
        return at < 0 ? 0 : times[at];
    }

    void say(EventKind kind, int port, long time) {
        int key = key(kind, port);
        int at = find(key);
        if (at < 0) {
            at = kinds.length;
            kinds = Arrays.copyOf(kinds, at + 1);
            times = Arrays.copyOf(times, at + 1);
            kinds[at] = key;
        }
        times[at] = Math.max(times[at], time);
    }

    void holdBack(EventKind kind, int port) {
        Map<Integer, Long> held = heldBack;
        if (held == null) {
            held = new HashMap<>(2);
            heldBack = held;
        }
        held.merge(key(kind, port), 1L, Long::sum);
    }

    /** How many were held back since the last one was announced; begins anew. */
    long takeHeldBack(EventKind kind, int port) {
        Map<Integer, Long> held = heldBack;
        Long count = held == null ? null : held.remove(key(kind, port));
        return count == null ? 0 : count;
    }

    /** Whether a port was announced as silent, and nothing since that it answers. */
    boolean saidSilent(int port) {
        return said(EventKind.SERVER_SILENT, port) > said(EventKind.SERVER_ANSWERING, port);
    }

    List<HostRecord.Said> records() {
        List<HostRecord.Said> records = new ArrayList<>(kinds.length);
        for (int i = 0; i < kinds.length; i++) {
            records.add(new HostRecord.Said(
                    EventKind.of(kinds[i] >>> PORT_BITS), kinds[i] & (1 << PORT_BITS) - 1, times[i]));
        }
        return records;
    }
}
