package dev.tap445.capture;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Keeps what it is handed. */
final class PacketList implements PacketHandler {
    record Packet(String frame, int original, long timestamp, int linkType, int source) {}

    final List<Packet> packets = new ArrayList<>();

    @Override
    public void onPacket(
            MemorySegment memory,
            long offset,
            int captured,
            int original,
            long timestampNanos,
            int linkType,
            int source) {
        byte[] frame = memory.asSlice(offset, captured).toArray(ValueLayout.JAVA_BYTE);
        packets.add(new Packet(HexFormat.of().formatHex(frame), original, timestampNanos, linkType, source));
    }

    /** Reads a source to its end, counting as the distributor would. */
    static List<Packet> of(PacketSource source) {
        PacketList list = new PacketList();
        int count;
        while ((count = source.poll(list, 3)) != PacketSource.END) {
            if (count > 0) {
                source.counters().add(count, 0, 0, 0, 0, 0);
            }
        }
        return list.packets;
    }
}
