package dev.tap445.support;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** From what the capture stage holds to what the stages behind it read. */
public final class Buffers {
    private Buffers() {}

    /** Bytes of their own: reading beyond them throws. */
    public static ByteBuf copy(MemorySegment memory, long offset, int length) {
        return Unpooled.wrappedBuffer(memory.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    }
}
