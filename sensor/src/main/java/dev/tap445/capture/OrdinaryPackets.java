package dev.tap445.capture;

import dev.tap445.wire.FragmentKey;
import dev.tap445.wire.FrameWalker;
import org.jspecify.annotations.Nullable;

/**
 * Packets in fragments that carry no tunnel, as their first fragment has shown: DNS, NFS, RTP. Nothing of them is kept but
 * what their fragments are known by. The last {@value #PACKETS} are remembered, for as long as fragments may follow each
 * other.
 */
final class OrdinaryPackets {
    /** A power of two. */
    static final int PACKETS = 256;

    private final @Nullable FragmentKey[] keys = new FragmentKey[PACKETS];
    private final int[] marks = new int[PACKETS];
    private final int[] linkTypes = new int[PACKETS];
    private final long[] times = new long[PACKETS];
    private long next;

    /** Remembers the packet of which this is the first fragment. */
    void add(FrameWalker first, int linkType, long timeNanos) {
        int index = (int) next++ & PACKETS - 1;
        FragmentKey key = keys[index];
        if (key == null) {
            key = new FragmentKey();
            keys[index] = key;
        }
        key.set(first);
        marks[index] = FragmentKey.mark(first);
        linkTypes[index] = linkType;
        times[index] = timeNanos;
    }

    /** Whether the fragment is a part of one. */
    boolean has(FrameWalker fragment, int linkType, long timeNanos) {
        int mark = FragmentKey.mark(fragment);
        for (long i = next - 1; i >= 0 && i >= next - PACKETS; i--) {
            int index = (int) i & PACKETS - 1;
            if (marks[index] == mark) {
                FragmentKey key = keys[index];
                if (key != null && key.is(fragment) && linkTypes[index] == linkType) {
                    long age = timeNanos - times[index];
                    return age <= TunnelFragments.HOLD_NANOS && age >= -TunnelFragments.HOLD_NANOS;
                }
            }
        }
        return false;
    }
}
