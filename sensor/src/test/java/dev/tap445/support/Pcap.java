package dev.tap445.support;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Captures of Ethernet frames, in memory. */
public final class Pcap {
    private static final int ETHERNET = 1;
    private static final long NANOS = 1_000_000_000L;

    private Pcap() {}

    /** A capture file with nanosecond timestamps. */
    public static byte[] bytes(List<Packet> packets) {
        ByteWriter out = new ByteWriter()
                .u32(0xa1b2_3c4dL)
                .u16(2)
                .u16(4)
                .u64(0)
                .u32(262_144)
                .u32(ETHERNET);
        for (Packet packet : packets) {
            out.u32(Math.floorDiv(packet.timeNanos(), NANOS))
                    .u32(Math.floorMod(packet.timeNanos(), NANOS))
                    .u32(packet.frame().length)
                    .u32(packet.original())
                    .put(packet.frame());
        }
        return out.toArray();
    }

    /** The frames of a file, whole ones as far as is known. */
    public static List<Packet> read(Path file) {
        List<Packet> packets = new ArrayList<>();
        for (CaptureFile.Frame frame : CaptureFile.read(file)) {
            if (frame.linkType() != ETHERNET) {
                throw new IllegalArgumentException(file + " is not of Ethernet frames alone");
            }
            packets.add(new Packet(frame.timeNanos(), frame.bytes()));
        }
        return packets;
    }
}
