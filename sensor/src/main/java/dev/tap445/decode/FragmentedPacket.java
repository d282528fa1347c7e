package dev.tap445.decode;

import dev.tap445.wire.Ethernet;
import dev.tap445.wire.FrameWalker;
import dev.tap445.wire.IpProtocol;
import dev.tap445.wire.Ipv4;
import dev.tap445.wire.Ipv6;
import dev.tap445.wire.Tcp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/**
 * Place for one packet that arrives in fragments (RFC 791 section 3.2, RFC 8200 section 4.5). Its buffer has the greatest
 * size that a packet can have, is made at first use and kept: nothing is sized by what a fragment says of itself.
 *
 * <pre>
 *  0            16             36            56
 *  | MACs       | IPv6 header                | payload, at its offset …
 *               |              | IPv4 header |
 * </pre>
 */
final class FragmentedPacket {
    static final int FREE = 0;
    static final int OPEN = 1;
    /** Handed over, or not wanted: what still comes of it is left out. */
    static final int DONE = 2;

    static final int MAX_LENGTH = 0xffff;

    private static final int UNIT = 8;
    private static final int IP = 16;
    private static final int PAYLOAD = IP + Ipv6.HEADER_LENGTH;
    static final int BUFFER_LENGTH = PAYLOAD + MAX_LENGTH;
    private static final int UNKNOWN = -1;

    private final long[] units = new long[(MAX_LENGTH + 1) / UNIT / Long.SIZE];
    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;

    int state = FREE;
    long deadline;
    /** Place in the order in which packets were begun. */
    long order;

    private boolean v4;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int identification;
    private int protocol;
    private int vlan;
    private int tunnelId;
    private int tunnel;
    private boolean ethernet;
    private long firstTime;
    private int unitCount;
    private int total;
    private int seenEnd;
    private int cut;

    /** Takes on the packet of which {@code fragment} is a part. */
    void open(ByteBuf m, FrameWalker fragment, long timeNanos) {
        if (buffer.capacity() == 0) {
            buffer = Unpooled.directBuffer(BUFFER_LENGTH, BUFFER_LENGTH);
        }
        Arrays.fill(units, 0);
        unitCount = 0;
        total = UNKNOWN;
        seenEnd = 0;
        cut = MAX_LENGTH;
        v4 = fragment.isV4();
        sourceHigh = fragment.sourceHigh();
        sourceLow = fragment.sourceLow();
        destinationHigh = fragment.destinationHigh();
        destinationLow = fragment.destinationLow();
        identification = fragment.identification();
        protocol = fragment.protocol();
        vlan = fragment.vlan();
        tunnelId = fragment.tunnelId();
        tunnel = fragment.tunnel();
        ethernet = fragment.ethernetOffset() >= 0;
        if (ethernet) {
            buffer.setBytes(0, m, fragment.ethernetOffset(), Ethernet.HEADER_LENGTH);
        }
        firstTime = timeNanos;
        state = OPEN;
    }

    /** Gives the buffer back. */
    void close() {
        buffer.release();
        buffer = Unpooled.EMPTY_BUFFER;
        state = FREE;
    }

    /** Whether {@code fragment} is a part of this packet: addresses, identification, protocol, and the way it came. */
    boolean is(FrameWalker fragment) {
        return state != FREE
                && identification == fragment.identification()
                && sourceLow == fragment.sourceLow()
                && destinationLow == fragment.destinationLow()
                && sourceHigh == fragment.sourceHigh()
                && destinationHigh == fragment.destinationHigh()
                && v4 == fragment.isV4()
                && (!v4 || protocol == fragment.protocol())
                && vlan == fragment.vlan()
                && tunnelId == fragment.tunnelId();
    }

    /** Whether the fragment could be a part of any packet. */
    static boolean isSound(FrameWalker fragment) {
        int length = fragment.payloadLength();
        long end = (long) fragment.fragmentOffset() + length;
        int header = fragment.isV4() ? Ipv4.MIN_HEADER_LENGTH : 0;
        return length > 0 && end <= MAX_LENGTH - header && (!fragment.moreFragments() || length % UNIT == 0);
    }

    /** Adds a sound fragment of this packet; false where it contradicts what is there (RFC 5722). */
    boolean add(ByteBuf m, FrameWalker fragment, long timeNanos) {
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
        int captured = Math.max(0, fragment.payloadEnd() - fragment.payloadOffset());
        if (captured < fragment.payloadLength()) {
            cut = Math.min(cut, offset + captured);
        }
        if (offset == 0) {
            firstTime = timeNanos;
            protocol = fragment.protocol();
        }
        return copy(m, fragment.payloadOffset(), offset, captured, end);
    }

    /** Copies unit by unit; one that is there already must be the same. */
    private boolean copy(ByteBuf m, int from, int offset, int captured, int end) {
        for (int start = offset; start < end; start += UNIT) {
            int length = Math.max(0, Math.min(UNIT, captured - (start - offset)));
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
            } else if (length > 0 && start + length <= cut && !isSame(m, source, target, length)) {
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

    boolean isWhole() {
        return total != UNKNOWN && unitCount == (total + UNIT - 1) / UNIT;
    }

    /** Payload bytes that are there from the beginning on without a hole. */
    int contiguous() {
        int unit = 0;
        while (unit < unitCount && (units[unit / Long.SIZE] >>> unit % Long.SIZE & 1) != 0) {
            unit++;
        }
        return Math.min(Math.min(unit * UNIT, seenEnd), cut);
    }

    /** Bytes of the packet's payload on the wire, as far as is known. */
    int length() {
        return total != UNKNOWN ? total : seenEnd;
    }

    /** Puts a header in front of the payload; returns where the packet begins in {@link #memory}. */
    int header() {
        if (v4) {
            int at = PAYLOAD - Ipv4.MIN_HEADER_LENGTH;
            int packet = Ipv4.MIN_HEADER_LENGTH + length();
            Ipv4.write(buffer, at, packet, identification, protocol, (int) sourceLow, (int) destinationLow);
            return at;
        }
        Ipv6.write(buffer, IP, length(), protocol, sourceHigh, sourceLow, destinationHigh, destinationLow);
        return IP;
    }

    /** What may be read of the packet that begins at {@code header}. */
    int captured(int header) {
        return PAYLOAD - header + contiguous();
    }

    /** Whether the ports are there, and neither is watched. */
    boolean isUnwanted() {
        return protocol == IpProtocol.TCP
                && (units[0] & 1) != 0
                && Math.min(cut, seenEnd) >= UNIT
                && !WatchedPorts.contains(Tcp.sourcePort(buffer, PAYLOAD))
                && !WatchedPorts.contains(Tcp.destinationPort(buffer, PAYLOAD));
    }

    ByteBuf memory() {
        return buffer;
    }

    /** When the fragment with the header came. */
    long firstTime() {
        return firstTime;
    }

    /** Offset of the Ethernet header in {@link #memory}, or -1. */
    int ethernetOffset() {
        return ethernet ? 0 : -1;
    }

    int vlan() {
        return vlan;
    }

    int tunnel() {
        return tunnel;
    }
}
