package dev.tap445.wire;

import java.lang.foreign.MemorySegment;

/**
 * Symmetric hash of a frame's innermost address pair; for an ICMP error, of the packet it quotes. Both directions of a
 * conversation, its fragments and the errors about it have the same. One per thread; allocates nothing and reads
 * nothing outside the frame.
 *
 * <p>TCP over IPv4 or IPv6 over Ethernet with up to two VLAN tags takes a short way; everything else is walked.
 */
public final class PacketHash {
    /** Of a frame without an IP packet that could be found. */
    public static final int NONE = 0;

    private static final int MAX_TAGS = 2;

    private final FrameWalker frame = new FrameWalker();
    private final FrameWalker quoted = new FrameWalker();

    /** The hash, or {@link #NONE}. */
    public int hash(MemorySegment m, long offset, int captured, int linkType) {
        if (linkType == LinkType.ETHERNET) {
            long end = offset + captured;
            long type = offset + Ethernet.TYPE;
            for (int tags = 0; tags <= MAX_TAGS && end - type >= 2 + Ipv6.HEADER_LENGTH; tags++) {
                int etherType = Bytes.u16(m, type);
                long ip = type + 2;
                if (etherType == Ethernet.TYPE_IPV4) {
                    if (Bytes.u8(m, ip + Ipv4.PROTOCOL) == IpProtocol.TCP && Bytes.u8(m, ip) >>> 4 == 4) {
                        return FlowHash.ofV4Pair(Bytes.i32(m, ip + Ipv4.SOURCE), Bytes.i32(m, ip + Ipv4.DESTINATION));
                    }
                    break;
                }
                if (etherType == Ethernet.TYPE_IPV6) {
                    if (Bytes.u8(m, ip + Ipv6.NEXT_HEADER) == IpProtocol.TCP && Bytes.u8(m, ip) >>> 4 == 6) {
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
                Bytes.i64(m, ip + Ipv6.SOURCE),
                Bytes.i64(m, ip + Ipv6.SOURCE + 8),
                Bytes.i64(m, ip + Ipv6.DESTINATION),
                Bytes.i64(m, ip + Ipv6.DESTINATION + 8));
    }

    private int walked(MemorySegment m, long offset, int captured, int linkType) {
        if (frame.walk(m, offset, captured, linkType) != FrameWalker.IP) {
            return NONE;
        }
        boolean v4 = frame.isV4();
        if (frame.fragmentOffset() == 0 && frame.protocol() == (v4 ? IpProtocol.ICMP : IpProtocol.ICMPV6)) {
            long at = frame.payloadOffset();
            long left = frame.payloadEnd() - at;
            if (left >= Icmp.HEADER_LENGTH && Icmp.quotes(m, at, v4)) {
                long quote = at + Icmp.HEADER_LENGTH;
                int length = (int) (left - Icmp.HEADER_LENGTH);
                if (quoted.walk(m, quote, length, LinkType.RAW) == FrameWalker.IP) {
                    return pair(quoted);
                }
            }
        }
        return pair(frame);
    }

    private static int pair(FrameWalker found) {
        return FlowHash.ofPair(found.sourceHigh(), found.sourceLow(), found.destinationHigh(), found.destinationLow());
    }
}
