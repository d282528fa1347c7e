package dev.tap445.support;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Builds a message field by field. */
public final class ByteWriter {
    private byte[] bytes = new byte[256];
    private int length;

    public ByteWriter u8(int value) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * length);
        }
        bytes[length++] = (byte) value;
        return this;
    }

    public ByteWriter u16(int value) {
        return u8(value >>> 8).u8(value);
    }

    public ByteWriter u32(long value) {
        return u16((int) (value >>> 16)).u16((int) value);
    }

    public ByteWriter u64(long value) {
        return u32(value >>> 32).u32(value);
    }

    public ByteWriter u16Le(int value) {
        return u8(value).u8(value >>> 8);
    }

    public ByteWriter u32Le(long value) {
        return u16Le((int) value).u16Le((int) (value >>> 16));
    }

    public ByteWriter ascii(String text) {
        return put(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public ByteWriter asciiZ(String text) {
        return ascii(text).u8(0);
    }

    public ByteWriter utf16(String text) {
        return put(text.getBytes(StandardCharsets.UTF_16LE));
    }

    public ByteWriter utf16Z(String text) {
        return utf16(text).u16(0);
    }

    public ByteWriter zeros(int count) {
        return fill(0, count);
    }

    public ByteWriter fill(int value, int count) {
        for (int i = 0; i < count; i++) {
            u8(value);
        }
        return this;
    }

    public ByteWriter put(byte[] more) {
        for (byte b : more) {
            u8(b);
        }
        return this;
    }

    public int length() {
        return length;
    }

    public byte[] toArray() {
        return Arrays.copyOf(bytes, length);
    }

    /** A copy that ends where the bytes end: a read beyond it throws. */
    public static ByteBuf segment(byte[] bytes) {
        return Unpooled.wrappedBuffer(bytes.clone());
    }

    /** The first {@code length} bytes. */
    public static ByteBuf segment(byte[] bytes, int length) {
        return Unpooled.wrappedBuffer(Arrays.copyOf(bytes, length));
    }
}
