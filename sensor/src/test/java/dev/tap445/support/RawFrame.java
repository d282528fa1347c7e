package dev.tap445.support;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** A frame of its own: reading beyond its bytes throws. */
@SuppressWarnings("ArrayRecordComponent") // a test owns its bytes
public record RawFrame(byte[] bytes, int linkType, long timeNanos) {

    public MemorySegment memory() {
        return MemorySegment.ofArray(bytes);
    }

    public RawFrame with(byte[] other, int otherLinkType) {
        return new RawFrame(other, otherLinkType, timeNanos);
    }

    public static List<RawFrame> of(List<CaptureFile.Frame> frames) {
        List<RawFrame> packets = new ArrayList<>();
        for (CaptureFile.Frame frame : frames) {
            byte[] bytes =
                    frame.memory().asSlice(frame.offset(), frame.length()).toArray(ValueLayout.JAVA_BYTE);
            packets.add(new RawFrame(bytes, frame.linkType(), frame.timeNanos()));
        }
        return packets;
    }
}
