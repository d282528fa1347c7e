package dev.tap445.capture;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.GZIPOutputStream;

/** Writes captures byte by byte, right ones and wrong ones. */
final class CaptureBytes {
    private final ByteOrder order;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    CaptureBytes(ByteOrder order) {
        this.order = order;
    }

    static CaptureBytes pcap(ByteOrder order, int magic, int linkType) {
        return new CaptureBytes(order)
                .i32(magic)
                .i16(2)
                .i16(4)
                .i32(0)
                .i32(0)
                .i32(65535)
                .i32(linkType);
    }

    CaptureBytes record(int seconds, int fraction, int original, byte... frame) {
        return i32(seconds).i32(fraction).i32(frame.length).i32(original).raw(frame);
    }

    CaptureBytes section() {
        return i32(PcapngDescriptor.SECTION)
                .i32(28)
                .i32(0x1a2b3c4d)
                .i16(1)
                .i16(0)
                .i32(-1)
                .i32(-1)
                .i32(28);
    }

    CaptureBytes block(int type, byte[] body) {
        int padded = body.length + 3 & ~3;
        return i32(type)
                .i32(12 + padded)
                .raw(body)
                .raw(new byte[padded - body.length])
                .i32(12 + padded);
    }

    CaptureBytes networkInterface(int linkType, int snapLength, byte... options) {
        return block(1, part().i16(linkType).i16(0).i32(snapLength).raw(options).bytes());
    }

    CaptureBytes enhanced(int networkInterface, long ticks, int original, byte... frame) {
        return block(
                6,
                part().i32(networkInterface)
                        .i32((int) (ticks >>> 32))
                        .i32((int) ticks)
                        .i32(frame.length)
                        .i32(original)
                        .raw(frame)
                        .bytes());
    }

    /** More bytes in the same order. */
    CaptureBytes part() {
        return new CaptureBytes(order);
    }

    CaptureBytes i16(int value) {
        return raw(ByteBuffer.allocate(2).order(order).putShort((short) value).array());
    }

    CaptureBytes i32(int value) {
        return raw(ByteBuffer.allocate(4).order(order).putInt(value).array());
    }

    CaptureBytes i64(long value) {
        return raw(ByteBuffer.allocate(8).order(order).putLong(value).array());
    }

    CaptureBytes raw(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
