package dev.tap445.support;

import java.util.Arrays;

/** A captured Ethernet frame. */
public final class Packet {
    private final long timeNanos;
    private final byte[] frame;
    private final int original;

    public Packet(long timeNanos, byte[] frame) {
        this(timeNanos, frame, frame.length);
    }

    private Packet(long timeNanos, byte[] frame, int original) {
        this.timeNanos = timeNanos;
        this.frame = frame;
        this.original = original;
    }

    public long timeNanos() {
        return timeNanos;
    }

    public byte[] frame() {
        return frame;
    }

    /** Length on the wire. */
    public int original() {
        return original;
    }

    /** As a capture with this snap length would hold it. */
    public Packet cut(int snapLength) {
        return frame.length <= snapLength ? this : new Packet(timeNanos, Arrays.copyOf(frame, snapLength), original);
    }

    public Packet at(long time) {
        return new Packet(time, frame, original);
    }
}
