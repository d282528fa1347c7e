package dev.tap445.capture;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Layout of pcapng blocks (draft-ietf-opsawg-pcapng section 4), offsets from the block's start.
 *
 * <pre>
 *  any        0 type   4 length   8 body …   length-4 length again
 *  section    8 byte-order magic   12 version (2×16)   16 section length (64)   24 options
 *  interface  8 link type (16)   12 snap length   16 options
 *  enhanced   8 interface   12 time high   16 time low   20 captured   24 original   28 frame, options
 *  obsolete   8 interface (16), drops (16)   12 … as enhanced
 *  simple     8 original   12 frame
 *  option     0 code (16)   2 length (16)   4 value, padded to 32 bits
 * </pre>
 */
final class PcapngDescriptor {
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Reads the same in both byte orders. */
    static final int SECTION = 0x0a0d_0d0a;

    static final int INTERFACE = 1;
    static final int OBSOLETE_PACKET = 2;
    static final int SIMPLE = 3;
    static final int ENHANCED = 6;

    static final int TYPE = 0;
    static final int LENGTH = 4;
    static final int TRAILER = 4;
    static final int MIN_BLOCK = 12;

    static final int ORDER = 8;
    static final int ORDER_MAGIC = 0x1a2b_3c4d;
    static final int VERSION = 12;
    static final int SECTION_LENGTH = 28;

    static final int INTERFACE_LINK_TYPE = 8;
    static final int INTERFACE_SNAPLEN = 12;
    static final int INTERFACE_OPTIONS = 16;
    static final int INTERFACE_LENGTH = 20;
    /** How much of an interface description is looked at, in bytes; options behind it are not. */
    static final int MAX_DESCRIPTION = 65_536;

    static final int PACKET_INTERFACE = 8;
    static final int PACKET_TIME_HIGH = 12;
    static final int PACKET_TIME_LOW = 16;
    static final int PACKET_CAPTURED = 20;
    static final int PACKET_ORIGINAL = 24;
    static final int ENHANCED_FRAME = 28;
    static final int OBSOLETE_FRAME = 28;

    static final int SIMPLE_ORIGINAL = 8;
    static final int SIMPLE_FRAME = 12;

    static final int OPTION_LENGTH = 2;
    static final int OPTION_HEADER = 4;
    static final int OPTION_END = 0;
    static final int OPTION_TSRESOL = 9;
    static final int OPTION_TSOFFSET = 14;
    /** Microseconds. */
    static final int DEFAULT_RESOLUTION = 6;

    private PcapngDescriptor() {}
}
