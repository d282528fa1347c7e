package dev.tap445.capture;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The classic format (draft-ietf-opsawg-pcap), microseconds or nanoseconds, either byte order.
 *
 * <pre>
 *  file    0 magic   4 version (2×16)   8 zone   12 accuracy   16 snaplen   20 link type     24
 *  record  0 seconds   4 fraction   8 captured   12 original   16 frame bytes …
 * </pre>
 *
 * "Modified" files (magic a1b2cd34, old Red Hat libpcap) have 8 more bytes in each record header.
 */
final class PcapParser extends RecordParser {
    static final int MAGIC_MICROS = 0xa1b2_c3d4;
    static final int MAGIC_NANOS = 0xa1b2_3c4d;
    static final int MAGIC_MODIFIED = 0xa1b2_cd34;

    private static final int FILE_HEADER = 24;
    private static final int VERSION = 4;
    private static final int LINK_TYPE = 20;
    private static final int LINK_TYPE_MASK = 0xffff; // the high bits tell of frame check sequences

    private static final int SECONDS = 0;
    private static final int FRACTION = 4;
    private static final int CAPTURED = 8;
    private static final int ORIGINAL = 12;
    private static final int RECORD_HEADER = 16;
    private static final int MODIFIED_RECORD_HEADER = 24;

    private static final long NANOS = 1_000_000_000L;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Window window;
    private final boolean swapped;
    private final long nanosPerTick;
    private final int recordHeader;
    private final int linkType;
    private final boolean lengthsMayBeSwapped;

    private PcapParser(Window window, boolean swapped, int magic, int minor) {
        this.window = window;
        this.swapped = swapped;
        this.nanosPerTick = magic == MAGIC_NANOS ? 1 : 1000;
        this.recordHeader = magic == MAGIC_MODIFIED ? MODIFIED_RECORD_HEADER : RECORD_HEADER;
        this.linkType = read(window.memory(), window.position() + LINK_TYPE, swapped) & LINK_TYPE_MASK;
        this.lengthsMayBeSwapped = minor < 4; // before 2.3 always, in 2.3 by some writers
        window.position(window.position() + FILE_HEADER);
    }

    /** @param magic as read in little-endian order */
    static boolean recognises(int magic) {
        return isMagic(magic) || isMagic(Integer.reverseBytes(magic));
    }

    private static boolean isMagic(int magic) {
        return magic == MAGIC_MICROS || magic == MAGIC_NANOS || magic == MAGIC_MODIFIED;
    }

    /** Reads the file header at the window's position. */
    static PcapParser open(Window window) throws CaptureException {
        if (!window.fill(FILE_HEADER)) {
            throw new CaptureException("cut within the file header: copy it again");
        }
        MemorySegment memory = window.memory();
        long at = window.position();
        int magic = memory.get(INT, at);
        boolean swapped = !isMagic(magic);
        int version = read(memory, at + VERSION, swapped);
        int major = swapped ? version >>> 16 : version & 0xffff;
        int minor = swapped ? version & 0xffff : version >>> 16;
        if (major != 2) {
            throw new CaptureException("pcap version " + major + "." + minor
                    + " is not supported (2.x is): the file is damaged, or convert it with editcap");
        }
        return new PcapParser(window, swapped, swapped ? Integer.reverseBytes(magic) : magic, minor);
    }

    @Override
    int parse(PacketHandler handler, int limit, int source) {
        MemorySegment memory = window.memory();
        long at = window.position();
        long end = window.limit();
        int count = 0;
        while (count < limit) {
            if (end - at < recordHeader) {
                window.position(at);
                if (count > 0 && window.mayBlock()) {
                    break;
                }
                if (!window.fill(recordHeader)) {
                    return ended(count, window.limit() - window.position(), recordHeader, "header");
                }
                at = window.position();
                end = window.limit();
            }
            int captured = read(memory, at + CAPTURED, swapped);
            int original = read(memory, at + ORIGINAL, swapped);
            if (lengthsMayBeSwapped && Integer.compareUnsigned(captured, original) > 0) {
                int other = captured;
                captured = original;
                original = other;
            }
            if (Integer.compareUnsigned(captured, PacketSource.MAX_CAPTURED) > 0) {
                window.position(at);
                damaged(window.offset(), "impossible packet length " + Integer.toUnsignedString(captured));
                return count > 0 ? count : PacketSource.END;
            }
            if (end - at < recordHeader + captured) {
                window.position(at);
                if (count > 0 && window.mayBlock()) {
                    break;
                }
                if (!window.fill(recordHeader + captured)) {
                    long held = window.limit() - window.position();
                    return ended(count, held, recordHeader + captured, "record");
                }
                at = window.position();
                end = window.limit();
            }
            long timestamp = Integer.toUnsignedLong(read(memory, at + SECONDS, swapped)) * NANOS
                    + Integer.toUnsignedLong(read(memory, at + FRACTION, swapped)) * nanosPerTick;
            handler.onPacket(memory, at + recordHeader, captured, wireLength(original), timestamp, linkType, source);
            at += recordHeader + captured;
            count++;
        }
        window.position(at);
        return count;
    }

    private int ended(int count, long held, int needed, String what) {
        if (held > 0) {
            damaged(
                    window.offset(),
                    "the file is cut: a packet's " + what + " has " + held + " of " + needed + " bytes");
        }
        return count > 0 ? count : PacketSource.END;
    }

    private static int read(MemorySegment memory, long at, boolean swapped) {
        int value = memory.get(INT, at);
        return swapped ? Integer.reverseBytes(value) : value;
    }
}
