package dev.tap445.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Symmetric hash of a frame's innermost address pair; for an ICMP error, of the packet it quotes. Both directions of a
 * conversation, its fragments and the errors about it have the same; a fragment of a tunnel's packet has that of the
 * tunnel's ends. One per thread; allocates nothing and reads
 * nothing outside the frame.
 *
 * <p>TCP over IPv4 or IPv6 over Ethernet with up to two VLAN tags takes a short way; everything else is walked.
 */
public final class PacketHash {
    /** Of a frame without an IP packet that could be found. */
    public static final int NONE = 0;

    private static final int MAX_TAGS = 2;
    /** As much of a frame as headers can take, with every tunnel that is followed. */
    private static final int HEADERS = FragmentedPacket.MAX_FRONT;

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final ByteBuf copy = Unpooled.wrappedBuffer(ByteBuffer.allocateDirect(HEADERS)); // the collector frees it
    private final MemorySegment headers = MemorySegment.ofBuffer(copy.nioBuffer(0, HEADERS));

    private final FrameWalker frame = new FrameWalker();
    private final FrameWalker quoted = new FrameWalker();
    private boolean tunnelFragment;

    /** Whether the frame is plain TCP over IPv4 over Ethernet: a quick look, for who needs no hash. */
    public static boolean isPlainTcp(MemorySegment m, long offset, int captured, int linkType) {
        return linkType == LinkType.ETHERNET
                && captured >= Ethernet.HEADER_LENGTH + Ipv4.MIN_HEADER_LENGTH
                && u16(m, offset + Ethernet.TYPE) == Ethernet.TYPE_IPV4
                && u8(m, offset + Ethernet.HEADER_LENGTH + Ipv4.PROTOCOL) == IpProtocol.TCP;
    }

    /** Whether the frame last hashed has a {@linkplain FrameWalker#isTunnelFragment fragment} of a tunnel's packet. */
    public boolean isTunnelFragment() {
        return tunnelFragment;
    }

    /** The hash, or {@link #NONE}. */
    public int hash(MemorySegment m, long offset, int captured, int linkType) {
        tunnelFragment = false;
        if (linkType == LinkType.ETHERNET) {
            long end = offset + captured;
            long type = offset + Ethernet.TYPE;
            for (int tags = 0; tags <= MAX_TAGS && end - type >= 2 + Ipv6.HEADER_LENGTH; tags++) {
                int etherType = u16(m, type);
                long ip = type + 2;
                if (etherType == Ethernet.TYPE_IPV4) {
                    if (u8(m, ip + Ipv4.PROTOCOL) == IpProtocol.TCP && u8(m, ip) >>> 4 == 4) {
                        return FlowHash.ofV4Pair(m.get(INT, ip + Ipv4.SOURCE), m.get(INT, ip + Ipv4.DESTINATION));
                    }
                    break;
                }
                if (etherType == Ethernet.TYPE_IPV6) {
                    if (u8(m, ip + Ipv6.NEXT_HEADER) == IpProtocol.TCP && u8(m, ip) >>> 4 == 6) {
                        return ofV6(m, ip);
                    }
                    break;
                }
                if (etherType != Ethernet.TYPE_VLAN && etherType != Ethernet.TYPE_QINQ) {
                    break;
                }
                type += Ethernet.TAG_LENGTH;
            }
        }
        return walked(m, offset, captured, linkType);
    }

    private static int ofV6(MemorySegment m, long ip) {
        return FlowHash.ofPair(
                m.get(LONG, ip + Ipv6.SOURCE),
                m.get(LONG, ip + Ipv6.SOURCE + 8),
                m.get(LONG, ip + Ipv6.DESTINATION),
                m.get(LONG, ip + Ipv6.DESTINATION + 8));
    }

    private int walked(MemorySegment m, long offset, int captured, int linkType) {
        int length = Math.min(captured, HEADERS);
        MemorySegment.copy(m, offset, headers, 0, length);
        if (frame.walk(copy, 0, length, linkType) != FrameWalker.IP) {
            return NONE;
        }
        tunnelFragment = frame.isTunnelFragment();
        boolean v4 = frame.isV4();
        if (frame.fragmentOffset() == 0 && frame.protocol() == (v4 ? IpProtocol.ICMP : IpProtocol.ICMPV6)) {
            int at = frame.payloadOffset();
            int left = frame.payloadEnd() - at;
            if (left >= Icmp.HEADER_LENGTH && Icmp.quotes(copy, at, v4)) {
                int quote = at + Icmp.HEADER_LENGTH;
                if (quoted.walk(copy, quote, left - Icmp.HEADER_LENGTH, LinkType.RAW) == FrameWalker.IP) {
                    return pair(quoted);
                }
            }
        }
        return pair(frame);
    }

    private static int u8(MemorySegment m, long at) {
        return m.get(ValueLayout.JAVA_BYTE, at) & 0xff;
    }

    private static int u16(MemorySegment m, long at) {
        return m.get(SHORT, at) & 0xffff;
    }

    private static int pair(FrameWalker found) {
        return FlowHash.ofPair(found.sourceHigh(), found.sourceLow(), found.destinationHigh(), found.destinationLow());
    }
}
