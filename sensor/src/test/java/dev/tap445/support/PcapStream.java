package dev.tap445.support;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A pcap file of any length that is made while it is read. Nanoseconds, Ethernet. */
public final class PcapStream extends InputStream {
    private static final int RECORD = 16;

    private final LongFunction<@Nullable RawFrame> packets;
    private ByteBuffer current;
    private long next;

    /** {@code packets}: by index, from 0 on; null behind the last. */
    public PcapStream(LongFunction<@Nullable RawFrame> packets) {
        this.packets = packets;
        this.current = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
        current.putInt(0xa1b2_3c4d).putShort((short) 2).putShort((short) 4).putLong(0);
        current.putInt(262_144).putInt(1).flip();
    }

    @Override
    public int read() {
        return fill() ? current.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) {
        int done = 0;
        while (done < length && fill()) {
            int some = Math.min(length - done, current.remaining());
            current.get(into, from + done, some);
            done += some;
        }
        return done == 0 && length > 0 ? -1 : done;
    }

    private boolean fill() {
        if (current.hasRemaining()) {
            return true;
        }
        RawFrame p = packets.apply(next++);
        if (p == null) {
            next--;
            return false;
        }
        int length = p.bytes().length;
        if (current.capacity() < RECORD + length) {
            current = ByteBuffer.allocate(2 * (RECORD + length)).order(ByteOrder.LITTLE_ENDIAN);
        }
        current.clear();
        current.putInt((int) (p.timeNanos() / 1_000_000_000L)).putInt((int) (p.timeNanos() % 1_000_000_000L));
        current.putInt(length).putInt(length).put(p.bytes()).flip();
        return true;
    }
}
