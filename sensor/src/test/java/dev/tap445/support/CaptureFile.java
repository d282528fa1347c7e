package dev.tap445.support;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;

/** Reads a sound capture file (pcap, pcapng, gzip) whole; for tests alone. */
public final class CaptureFile {
    private static final int PCAPNG = 0x0a0d_0d0a;
    private static final int PCAP_MICROS = 0xa1b2_c3d4;
    private static final int PCAP_NANOS = 0xa1b2_3c4d;
    private static final int INTERFACE = 1;
    private static final int SIMPLE_PACKET = 3;
    private static final int ENHANCED_PACKET = 6;

    /** A frame in place. */
    public record Frame(ByteBuf memory, int offset, int length, int linkType, long timeNanos) {
        /** A copy of it. */
        public byte[] bytes() {
            return ByteBufUtil.getBytes(memory, offset, length);
        }
    }

    private CaptureFile() {}

    /** Directory of public captures beside the project; the test is skipped where there is none. */
    public static Path sharedCaptures() {
        Path root = Path.of(System.getProperty("tap445.root", ".."))
                .toAbsolutePath()
                .normalize();
        Path captures = root.resolve("../shared/captures").normalize();
        Assumptions.assumeTrue(Files.isDirectory(captures), "no captures in ../shared/captures beside the project");
        return captures;
    }

    public static List<Frame> read(Path file) {
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
            ByteBuffer bytes = ByteBuffer.wrap(in.readAllBytes());
            return bytes.getInt(0) == PCAPNG ? pcapng(bytes) : pcap(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Frame> pcap(ByteBuffer bytes) {
        int magic = bytes.getInt(0);
        if (magic != PCAP_MICROS && magic != PCAP_NANOS) {
            bytes.order(ByteOrder.LITTLE_ENDIAN);
            magic = bytes.getInt(0);
        }
        long unit = magic == PCAP_NANOS ? 1 : 1000;
        int linkType = bytes.getInt(20) & 0xffff;
        List<Frame> frames = new ArrayList<>();
        ByteBuf memory = Unpooled.wrappedBuffer(bytes.duplicate()); // big-endian, whatever the file is
        int at = 24;
        while (at + 16 <= bytes.limit()) {
            int length = bytes.getInt(at + 8);
            if (length < 0 || length > bytes.limit() - at - 16) {
                break;
            }
            long time = bytes.getInt(at) * 1_000_000_000L + bytes.getInt(at + 4) * unit;
            frames.add(new Frame(memory, at + 16, length, linkType, time));
            at += 16 + length;
        }
        return frames;
    }

    private static List<Frame> pcapng(ByteBuffer bytes) {
        List<Frame> frames = new ArrayList<>();
        List<Integer> linkTypes = new ArrayList<>();
        ByteBuf memory = Unpooled.wrappedBuffer(bytes.duplicate()); // big-endian, whatever the file is
        int at = 0;
        while (at + 12 <= bytes.limit()) {
            if (bytes.getInt(at) == PCAPNG) {
                boolean big = bytes.order(ByteOrder.BIG_ENDIAN).getInt(at + 8) == 0x1a2b_3c4d;
                bytes.order(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
                linkTypes.clear();
            }
            int type = bytes.getInt(at);
            int length = bytes.getInt(at + 4);
            if (length < 12 || length > bytes.limit() - at) {
                break;
            }
            if (type == INTERFACE) {
                linkTypes.add(bytes.getShort(at + 8) & 0xffff);
            } else if (type == ENHANCED_PACKET) {
                long time = (Integer.toUnsignedLong(bytes.getInt(at + 12)) << 32
                                | Integer.toUnsignedLong(bytes.getInt(at + 16)))
                        * 1000;
                frames.add(
                        new Frame(memory, at + 28, bytes.getInt(at + 20), linkTypes.get(bytes.getInt(at + 8)), time));
            } else if (type == SIMPLE_PACKET) {
                frames.add(new Frame(
                        memory, at + 12, Math.min(bytes.getInt(at + 8), length - 16), linkTypes.getFirst(), 0));
            }
            at += length;
        }
        return frames;
    }
}
