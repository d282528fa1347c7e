package dev.tap445.capture;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * The part of a capture that is in memory: all of a mapped file, or a stretch of a stream that moves on. A parser keeps
 * {@link #position} and {@link #limit} in locals while it has enough, and comes back for more.
 */
final class Window {
    private final MemorySegment memory;
    private final @Nullable ReadableByteChannel channel;
    private final @Nullable ByteBuffer buffer;
    private long position;
    private long limit;
    private long base;
    private boolean atEnd;
    private @Nullable String problem;

    private Window(
            MemorySegment memory, long limit, @Nullable ReadableByteChannel channel, @Nullable ByteBuffer buffer) {
        this.memory = memory;
        this.limit = limit;
        this.channel = channel;
        this.buffer = buffer;
    }

    static Window ofMapped(MemorySegment file) {
        return new Window(file, file.byteSize(), null, null);
    }

    /**
     * A window that moves over a stream.
     *
     * @param size the most bytes that a parser ever asks for at once, or more
     * @param arena whose memory it is
     */
    static Window ofStream(ReadableByteChannel channel, int size, Arena arena) {
        MemorySegment memory = arena.allocate(size);
        return new Window(memory, 0, channel, memory.asByteBuffer());
    }

    MemorySegment memory() {
        return memory;
    }

    long position() {
        return position;
    }

    void position(long at) {
        position = at;
    }

    long limit() {
        return limit;
    }

    /** Offset of the position in the capture, in bytes; in the unpacked stream where it is packed. */
    long offset() {
        return base + position;
    }

    /** Whether {@link #fill} may have to wait: what was parsed should be handed over before. */
    boolean mayBlock() {
        return channel != null;
    }

    /** Why the stream ended before its end. */
    @Nullable String problem() {
        return problem;
    }

    /**
     * Makes {@code needed} bytes from the position on available; the position and what lies behind it may move.
     *
     * @return false where the capture ends before
     */
    boolean fill(long needed) {
        if (limit - position >= needed) {
            return true;
        }
        if (channel == null || buffer == null || needed > buffer.capacity()) {
            return false;
        }
        buffer.limit((int) limit).position((int) position);
        buffer.compact();
        base += position;
        position = 0;
        while (!atEnd && buffer.position() < needed) {
            atEnd = !read(channel, buffer);
        }
        limit = buffer.position();
        return limit >= needed;
    }

    /** Moves on by {@code length} bytes, wherever they are; false where the capture ends before. */
    boolean skip(long length) {
        long left = length;
        while (left > limit - position) {
            left -= limit - position;
            position = limit;
            if (!fill(1)) {
                return false;
            }
        }
        position += left;
        return true;
    }

    /** What a stream holds from the position on, and all that follows, as a stream of bytes. */
    InputStream remaining() {
        return new InputStream() {
            private final byte[] one = new byte[1];

            @Override
            public int read() {
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int from, int length) {
                if (length == 0) {
                    return 0;
                }
                if (!fill(1)) {
                    return -1;
                }
                int count = (int) Math.min(length, limit - position);
                MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, position, into, from, count);
                position += count;
                return count;
            }

            // More than nothing up to the end: by this a gzip reader decides to look for a further member.
            @Override
            public int available() {
                return fill(1) ? (int) Math.min(Integer.MAX_VALUE, limit - position) : 0;
            }
        };
    }

    private boolean read(ReadableByteChannel from, ByteBuffer into) {
        try {
            return from.read(into) >= 0;
        } catch (ClosedChannelException e) {
            return false; // stopped by wakeup
        } catch (EOFException e) {
            problem = "the gzip stream is cut";
        } catch (IOException e) {
            problem = "cannot be read further: " + e.getMessage();
        }
        return false;
    }
}
