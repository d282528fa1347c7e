package dev.tap445.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Place for one packet that arrives in fragments (RFC 791 section 3.2, RFC 8200 section 4.5). Its buffer has the greatest
 * size that a packet can have, is made at first use and kept: nothing is sized by what a fragment says of itself.
 *
 * <pre>
 *  |            … front | IPv6 header | payload, at its offset …
 *  |                  … front | IPv4  |
 * </pre>
 *
 * front: what was before the IP header in its frame, or a part of that.
 */
public final class FragmentedPacket {
    public static final int MAX_LENGTH = 0xffff;
    /** In bytes; as much as headers can take, with every tunnel that is followed. */
    public static final int MAX_FRONT = 2048;

    private static final int UNIT = 8;
    private static final int PAYLOAD = MAX_FRONT + Ipv6.HEADER_LENGTH;
    /** What one takes of memory. */
    public static final int BUFFER_LENGTH = PAYLOAD + MAX_LENGTH;

    private static final int UNKNOWN = -1;

    private final long[] units = new long[(MAX_LENGTH + 1) / UNIT / Long.SIZE];
    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;

    private final FragmentKey key = new FragmentKey();
    private int protocol;
    private int tunnel;
    private int frontLength;
    private int unitCount;
    private int total;
    private int seenEnd;
    private int cut;

    /**
     * Takes on the packet of which {@code fragment} is a part, without its payload.
     *
     * @param front where the bytes are that are to stand in front of its IP header
     * @param length how many, up to {@value #MAX_FRONT}
     */
    public void open(ByteBuf m, FrameWalker fragment, int front, int length) {
        if (buffer.capacity() == 0) {
            buffer = Unpooled.directBuffer(BUFFER_LENGTH, BUFFER_LENGTH);
        }
        Arrays.fill(units, 0);
        unitCount = 0;
        total = UNKNOWN;
        seenEnd = 0;
        cut = MAX_LENGTH;
        key.set(fragment);
        protocol = fragment.protocol();
        tunnel = fragment.tunnel();
        frontLength = length;
        buffer.setBytes(front(), m, front, length);
    }

    /** Gives the buffer back. */
    public void close() {
        buffer.release();
        buffer = Unpooled.EMPTY_BUFFER;
    }

    /** Whether {@code fragment} is a part of this packet. */
    public boolean is(FrameWalker fragment) {
        return key.is(fragment);
    }

    /** Whether the fragment could be a part of any packet. */
    public static boolean isSound(FrameWalker fragment) {
        int length = fragment.payloadLength();
        long end = (long) fragment.fragmentOffset() + length;
        int header = fragment.isV4() ? Ipv4.MIN_HEADER_LENGTH : 0;
        return length > 0 && end <= MAX_LENGTH - header && (!fragment.moreFragments() || length % UNIT == 0);
    }

    /** Adds a sound fragment of this packet; false where it contradicts what is there (RFC 5722). */
    public boolean add(ByteBuf m, FrameWalker fragment) {
        int offset = fragment.fragmentOffset();
        int end = offset + fragment.payloadLength();
        if (!fragment.moreFragments()) {
            if (total != UNKNOWN && total != end || end < seenEnd) {
                return false;
            }
            total = end;
        } else if (total != UNKNOWN && end > total) {
            return false;
        }
        seenEnd = Math.max(seenEnd, end);
        int captured = captured(fragment);
        if (captured < fragment.payloadLength()) {
            cut = Math.min(cut, offset + captured);
        }
        if (offset == 0) {
            protocol = fragment.protocol();
        }
        int from = fragment.payloadOffset();
        if (isEmpty(offset, end)) {
            mark(offset, end);
            buffer.setBytes(PAYLOAD + offset, m, from, captured);
            return true;
        }
        return merge(m, from, offset, captured, end);
    }

    /** Whether a sound fragment of this packet, which is whole, adds nothing to it and contradicts nothing. */
    public boolean holds(ByteBuf m, FrameWalker fragment) {
        int offset = fragment.fragmentOffset();
        int end = offset + fragment.payloadLength();
        int length = Math.min(captured(fragment), cut - offset);
        return end <= total
                && fragment.moreFragments() == end < total
                && isSame(m, fragment.payloadOffset(), PAYLOAD + offset, length);
    }

    private static int captured(FrameWalker fragment) {
        return Math.max(0, fragment.payloadEnd() - fragment.payloadOffset());
    }

    private boolean isEmpty(int offset, int end) {
        int last = (end - 1) / UNIT;
        for (int unit = offset / UNIT; unit <= last; unit = (unit | Long.SIZE - 1) + 1) {
            if ((units[unit / Long.SIZE] & mask(unit, last)) != 0) {
                return false;
            }
        }
        return true;
    }

    private void mark(int offset, int end) {
        int first = offset / UNIT;
        int last = (end - 1) / UNIT;
        for (int unit = first; unit <= last; unit = (unit | Long.SIZE - 1) + 1) {
            units[unit / Long.SIZE] |= mask(unit, last);
        }
        unitCount += last - first + 1;
    }

    /** The bits from {@code unit} on that are in its word, up to {@code last}. */
    private static long mask(int unit, int last) {
        int top = Math.min(last, unit | Long.SIZE - 1);
        return -1L >>> Long.SIZE - 1 - (top - unit) << unit % Long.SIZE;
    }

    /** Copies unit by unit; one that is there already must be the same. */
    private boolean merge(ByteBuf m, int from, int offset, int captured, int end) {
        for (int start = offset; start < end; start += UNIT) {
            int length = Math.clamp(captured - (start - offset), 0, UNIT);
            int source = from + start - offset;
            int target = PAYLOAD + start;
            int unit = start / UNIT;
            long bit = 1L << unit % Long.SIZE;
            if ((units[unit / Long.SIZE] & bit) == 0) {
                units[unit / Long.SIZE] |= bit;
                unitCount++;
                if (length > 0) {
                    buffer.setBytes(target, m, source, length);
                }
            } else if (start + length <= cut && !isSame(m, source, target, length)) {
                return false;
            }
        }
        return true;
    }

    private boolean isSame(ByteBuf m, int source, int target, int length) {
        for (int i = 0; i < length; i++) {
            if (m.getByte(source + i) != buffer.getByte(target + i)) {
                return false;
            }
        }
        return true;
    }

    public boolean isWhole() {
        return total != UNKNOWN && unitCount == (total + UNIT - 1) / UNIT;
    }

    /** Payload bytes that are there from the beginning on without a hole. */
    public int contiguous() {
        int unit = 0;
        while (unit < unitCount && (units[unit / Long.SIZE] >>> unit % Long.SIZE & 1) != 0) {
            unit++;
        }
        return Math.min(Math.min(unit * UNIT, seenEnd), cut);
    }

    /** Bytes of the packet's payload on the wire, as far as is known. */
    public int length() {
        return total != UNKNOWN ? total : seenEnd;
    }

    /** Whether the first 8 bytes of the payload are there. */
    public boolean begins() {
        return (units[0] & 1) != 0 && Math.min(cut, seenEnd) >= UNIT;
    }

    /** What {@link FrameWalker#protocol} is of its fragments. */
    public int protocol() {
        return protocol;
    }

    /** Puts the header of a whole packet between front and payload. */
    public void writeHeader() {
        int at = header();
        key.writeHeader(buffer, at, length(), protocol);
    }

    public ByteBuf memory() {
        return buffer;
    }

    /** Where the front begins in {@link #memory}. */
    public int front() {
        return header() - frontLength;
    }

    public int frontLength() {
        return frontLength;
    }

    /** Where the IP header is, once written. */
    public int header() {
        return PAYLOAD - key.headerLength();
    }

    public int payload() {
        return PAYLOAD;
    }

    public int vlan() {
        return key.vlan();
    }

    public int tunnel() {
        return tunnel;
    }
}
