package dev.tap445.capture;

import static dev.tap445.capture.PcapngDescriptor.*;

import java.lang.foreign.MemorySegment;

/**
 * The pcapng format (draft-ietf-opsawg-pcapng): sections of either byte order, several interfaces with a link type and
 * a clock each, packets as enhanced, simple or obsolete packet blocks; other blocks are skipped.
 */
final class PcapngParser extends RecordParser {
    private final Window window;
    private final PcapngInterfaces interfaces = new PcapngInterfaces();
    private boolean swapped;
    private long lastTimestamp;

    // of the packet block at hand, set by locate
    private int interfaceIndex;
    private int captured;
    private int original;
    private int frame;

    private PcapngParser(Window window) {
        this.window = window;
    }

    /** Expects a section header at the window's position. */
    static PcapngParser open(Window window) throws CaptureException {
        if (!window.fill(SECTION_LENGTH)) {
            throw new CaptureException("cut within the file header: copy it again");
        }
        PcapngParser parser = new PcapngParser(window);
        parser.section();
        if (parser.problem() != null) {
            throw new CaptureException(parser.problem());
        }
        return parser;
    }

    @Override
    int parse(PacketHandler handler, int limit, int source) {
        int count = 0;
        while (count < limit && problem() == null) {
            if (window.limit() - window.position() < MIN_BLOCK) {
                if (count > 0 && window.mayBlock()) {
                    return count;
                }
                if (!window.fill(MIN_BLOCK)) {
                    if (window.limit() > window.position()) {
                        damaged(window.offset(), "the file is cut within a block's header");
                    }
                    break;
                }
            }
            int type = read(window.position() + TYPE);
            if (type == SECTION) {
                section();
                if (problem() == null) {
                    skipBlock();
                }
            } else if (type == ENHANCED || type == SIMPLE || type == OBSOLETE_PACKET) {
                if (count > 0 && window.mayBlock() && !isHeld()) {
                    return count;
                }
                if (locate(type)) {
                    deliver(handler, source);
                    count++;
                    skipBlock();
                }
            } else {
                if (type == INTERFACE) {
                    describe();
                }
                if (problem() == null) {
                    skipBlock();
                }
            }
        }
        return count > 0 ? count : PacketSource.END;
    }

    /** Whether the whole block is in the window, so that nothing has to be waited for. */
    private boolean isHeld() {
        return window.limit() - window.position() >= blockLength();
    }

    private long blockLength() {
        return (Integer.toUnsignedLong(read(window.position() + LENGTH)) + 3) & ~3L;
    }

    private void skipBlock() {
        long length = blockLength();
        long offset = window.offset();
        if (length < MIN_BLOCK) {
            damaged(offset, "impossible block length " + length);
        } else if (length <= window.limit() - window.position()) {
            window.position(window.position() + length);
        } else if (!window.skip(length)) {
            damaged(offset, "the file is cut: a block of " + length + " bytes is not all there");
        }
    }

    private void section() {
        if (!window.fill(SECTION_LENGTH)) {
            damaged(window.offset(), "the file is cut within a section header");
            return;
        }
        long at = window.position();
        int order = window.memory().get(INT, at + ORDER);
        if (order != ORDER_MAGIC && order != Integer.reverseBytes(ORDER_MAGIC)) {
            damaged(window.offset(), "the section header has no byte-order magic");
            return;
        }
        swapped = order != ORDER_MAGIC;
        interfaces.clear();
        int version = read(at + VERSION);
        int major = swapped ? version >>> 16 : version & 0xffff;
        if (major != 1) {
            damaged(window.offset(), "pcapng version " + major + " is not supported (1 is)");
        }
    }

    private void describe() {
        if (interfaces.count() == PcapngInterfaces.MAX) {
            damaged(window.offset(), "more than " + PcapngInterfaces.MAX + " interfaces in one section");
            return;
        }
        if (blockLength() < INTERFACE_LENGTH || !window.fill(INTERFACE_LENGTH)) {
            damaged(window.offset(), "the interface description is cut");
            return;
        }
        long length = Math.min(blockLength(), MAX_DESCRIPTION);
        boolean whole = window.fill(length);
        long at = window.position();
        long optionsEnd = (whole ? at + length : window.limit()) - TRAILER;
        int resolution = DEFAULT_RESOLUTION;
        long offsetSeconds = 0;
        long option = at + INTERFACE_OPTIONS;
        while (option + OPTION_HEADER <= optionsEnd) {
            int code = read16(option);
            int size = read16(option + OPTION_LENGTH);
            long value = option + OPTION_HEADER;
            if (code == OPTION_END || value + size > optionsEnd) {
                break; // an option that reaches beyond its block says nothing
            }
            if (code == OPTION_TSRESOL && size >= 1) {
                resolution = window.memory().get(BYTE, value) & 0xff;
            } else if (code == OPTION_TSOFFSET && size >= 8) {
                offsetSeconds = read64(value);
            }
            option = value + ((size + 3) & ~3);
        }
        interfaces.add(read16(at + INTERFACE_LINK_TYPE), read(at + INTERFACE_SNAPLEN), resolution, offsetSeconds);
    }

    /** Makes the frame of a packet block available; false where that cannot be. */
    private boolean locate(int type) {
        frame = type == ENHANCED ? ENHANCED_FRAME : type == SIMPLE ? SIMPLE_FRAME : OBSOLETE_FRAME;
        long length = blockLength();
        if (length < frame + TRAILER) {
            damaged(window.offset(), "impossible block length " + length);
            return false;
        }
        if (!window.fill(frame)) {
            damaged(window.offset(), "the file is cut within a packet's header");
            return false;
        }
        long at = window.position();
        if (type == SIMPLE) {
            interfaceIndex = 0;
            original = read(at + SIMPLE_ORIGINAL);
        } else {
            interfaceIndex = type == ENHANCED ? read(at + PACKET_INTERFACE) : read16(at + PACKET_INTERFACE);
            original = read(at + PACKET_ORIGINAL);
            captured = read(at + PACKET_CAPTURED);
        }
        if (Integer.compareUnsigned(interfaceIndex, interfaces.count()) >= 0) {
            damaged(
                    window.offset(),
                    "a packet of interface " + Integer.toUnsignedString(interfaceIndex) + ", which is not described");
            return false;
        }
        if (type == SIMPLE) {
            captured = simpleLength(length);
        }
        if (Integer.compareUnsigned(captured, PacketSource.MAX_CAPTURED) > 0 || captured > length - frame - TRAILER) {
            damaged(window.offset(), "impossible packet length " + Integer.toUnsignedString(captured));
            return false;
        }
        if (!window.fill(frame + captured)) {
            long held = window.limit() - window.position();
            damaged(window.offset(), "the file is cut: a block has " + held + " of " + length + " bytes");
            return false;
        }
        return true;
    }

    /** A simple packet block states the wire length alone: held is that, up to the snap length and the block. */
    private int simpleLength(long blockLength) {
        long held = Math.min(Integer.toUnsignedLong(original), blockLength - SIMPLE_FRAME - TRAILER);
        int snapLength = interfaces.snapLength(0);
        return (int) (snapLength == 0 ? held : Math.min(held, Integer.toUnsignedLong(snapLength)));
    }

    private void deliver(PacketHandler handler, int source) {
        long at = window.position();
        if (frame != SIMPLE_FRAME) { // which has no time of its own: it is given that of the packet before
            long ticks = (Integer.toUnsignedLong(read(at + PACKET_TIME_HIGH)) << 32)
                    | Integer.toUnsignedLong(read(at + PACKET_TIME_LOW));
            lastTimestamp = interfaces.nanos(interfaceIndex, ticks);
        }
        int linkType = interfaces.linkType(interfaceIndex);
        handler.onPacket(window.memory(), at + frame, captured, wireLength(original), lastTimestamp, linkType, source);
    }

    private int read(long at) {
        int value = window.memory().get(INT, at);
        return swapped ? Integer.reverseBytes(value) : value;
    }

    private int read16(long at) {
        short value = window.memory().get(SHORT, at);
        return (swapped ? Short.reverseBytes(value) : value) & 0xffff;
    }

    private long read64(long at) {
        MemorySegment memory = window.memory();
        long value = memory.get(LONG, at);
        return swapped ? Long.reverseBytes(value) : value;
    }
}
