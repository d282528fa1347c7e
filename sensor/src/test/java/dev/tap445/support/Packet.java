package dev.tap445.support;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** A frame of its own: reading beyond its bytes throws. */
@SuppressWarnings("ArrayRecordComponent") // a test owns its bytes
public record Packet(byte[] bytes, int linkType, long timeNanos) {

    public MemorySegment memory() {
        return MemorySegment.ofArray(bytes);
    }

    public Packet with(byte[] other, int otherLinkType) {
        return new Packet(other, otherLinkType, timeNanos);
    }

    public static List<Packet> of(List<CaptureFile.Frame> frames) {
        List<Packet> packets = new ArrayList<>();
        for (CaptureFile.Frame frame : frames) {
            byte[] bytes =
                    frame.memory().asSlice(frame.offset(), frame.length()).toArray(ValueLayout.JAVA_BYTE);
            packets.add(new Packet(bytes, frame.linkType(), frame.timeNanos()));
        }
        return packets;
    }
}
