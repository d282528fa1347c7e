package dev.tap445.inventory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was announced of a host, and what of it is in the store, so that nothing is said twice and little is written
 * twice. Inventory thread only.
 */
final class Watch {
    /** What was announced, per kind and port. */
    private record Key(EventKind kind, int port) {}

    final Host host;
    private final Map<Key, Long> said = new HashMap<>(4);
    private final Map<Key, Long> heldBack = new HashMap<>(1);
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

    /** When it was last announced; 0 for never. */
    long said(EventKind kind, int port) {
        return said.getOrDefault(new Key(kind, port), 0L);
    }

    void say(EventKind kind, int port, long time) {
        said.merge(new Key(kind, port), time, Long::max);
    }

    void holdBack(EventKind kind, int port) {
        heldBack.merge(new Key(kind, port), 1L, Long::sum);
    }

    /** How many were held back since the last one was announced; begins anew. */
    long takeHeldBack(EventKind kind, int port) {
        Long count = heldBack.remove(new Key(kind, port));
        return count == null ? 0 : count;
    }

    /** Whether a port was announced as silent, and nothing since that it answers. */
    boolean saidSilent(int port) {
        return said(EventKind.SERVER_SILENT, port) > said(EventKind.SERVER_ANSWERING, port);
    }

    List<HostRecord.Said> records() {
        List<HostRecord.Said> records = new ArrayList<>(said.size());
        said.forEach((key, time) -> records.add(new HostRecord.Said(key.kind, key.port, time)));
        return records;
    }
}
