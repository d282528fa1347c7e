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
    private static final long[] NOTHING = {};

    final Host host;
    /** Kind and port of what was announced, and when, in turn; few, and of many hosts. */
    private long[] said = NOTHING;

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

    /** Where the time of this key is; negative where it is not known. */
    private int find(int key) {
        for (int i = 0; i < said.length; i += 2) {
            if (said[i] == key) {
                return i + 1;
            }
        }
        return -1;
    }

    /** When it was last announced; 0 for never. */
    long said(EventKind kind, int port) {
        int at = find(key(kind, port));
        return at < 0 ? 0 : said[at];
    }

    void say(EventKind kind, int port, long time) {
        int key = key(kind, port);
        int at = find(key);
        if (at < 0) {
            at = said.length + 1;
            said = Arrays.copyOf(said, at + 1);
            said[at - 1] = key;
        }
        said[at] = Math.max(said[at], time);
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
        List<HostRecord.Said> records = new ArrayList<>(said.length / 2);
        for (int i = 0; i < said.length; i += 2) {
            int key = (int) said[i];
            records.add(new HostRecord.Said(EventKind.of(key >>> PORT_BITS), key & (1 << PORT_BITS) - 1, said[i + 1]));
        }
        return records;
    }
}
