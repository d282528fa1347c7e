package dev.tap445.ring;

import io.netty.buffer.ByteBuf;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A captured packet as the payload of a {@link RecordRing} record; little-endian, frame bytes behind it.
 *
 * <pre>
 *  0           8          12          16          20         24
 *  +-----------+----------+-----------+-----------+----------+------------------+
 *  | timestamp | captured | original  | link type | source   | frame bytes …    |
 *  +-----------+----------+-----------+-----------+----------+------------------+
 * </pre>
 *
 * timestamp: nanoseconds since the epoch; captured: bytes that follow; original: bytes on the wire; source: index of the
 * capture source.
 */
public final class PacketRecord {
    /** Record type of a packet. */
    public static final int TYPE = 1;
    /** Record type of a packet of which nothing is to be read, and nothing follows: a fragment that others contradict. */
    public static final int SPOILT_FRAGMENT = 2;

    public static final int TIMESTAMP = 0;
    public static final int CAPTURED = 8;
    public static final int ORIGINAL = 12;
    public static final int LINK_TYPE = 16;
    public static final int SOURCE = 20;
    public static final int FRAME = 24;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private PacketRecord() {}

    /** Writes header and frame at {@code at}; the caller claimed {@code FRAME + captured} bytes there. */
    public static void write(
            MemorySegment slab,
            long at,
            long timestampNanos,
            int captured,
            int original,
            int linkType,
            int source,
            MemorySegment from,
            long fromOffset) {
        slab.set(LONG, at + TIMESTAMP, timestampNanos);
        slab.set(INT, at + CAPTURED, captured);
        slab.set(INT, at + ORIGINAL, original);
        slab.set(INT, at + LINK_TYPE, linkType);
        slab.set(INT, at + SOURCE, source);
        MemorySegment.copy(from, fromOffset, slab, at + FRAME, captured);
    }

    public static long timestamp(ByteBuf slab, int at) {
        return slab.getLongLE(at + TIMESTAMP);
    }

    public static int captured(ByteBuf slab, int at) {
        return slab.getIntLE(at + CAPTURED);
    }

    public static int original(ByteBuf slab, int at) {
        return slab.getIntLE(at + ORIGINAL);
    }

    public static int linkType(ByteBuf slab, int at) {
        return slab.getIntLE(at + LINK_TYPE);
    }

    public static int source(ByteBuf slab, int at) {
        return slab.getIntLE(at + SOURCE);
    }
}
