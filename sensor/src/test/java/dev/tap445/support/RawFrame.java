package dev.tap445.support;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A frame of its own: reading beyond its bytes throws. */
@SuppressWarnings("ArrayRecordComponent") // a test owns its bytes
public record RawFrame(byte[] bytes, int linkType, long timeNanos) {

    public ByteBuf memory() {
        return Unpooled.wrappedBuffer(bytes);
    }

    /** As the capture stage has it. */
    public MemorySegment segment() {
        return MemorySegment.ofArray(bytes);
    }

    public RawFrame with(byte[] other, int otherLinkType) {
        return new RawFrame(other, otherLinkType, timeNanos);
    }

    public static List<RawFrame> of(List<CaptureFile.Frame> frames) {
        List<RawFrame> packets = new ArrayList<>();
        for (CaptureFile.Frame frame : frames) {
            packets.add(new RawFrame(frame.bytes(), frame.linkType(), frame.timeNanos()));
        }
        return packets;
    }
}
