package dev.tap445.wire;

import java.lang.foreign.MemorySegment;

/**
 * Symmetric hash of a frame's innermost address pair (of an ICMP error: of the packet it quotes), so that both
 * directions, fragments and the ICMP answer meet at one worker. One per thread. Plain Ethernet with IPv4 takes a path of
 * its own; everything else is walked.
 */
public final class PacketHash {
    private static final int FAST_LENGTH = Ethernet.HEADER_LENGTH + Ipv4.MIN_HEADER_LENGTH;

    private final FrameWalker frame = new FrameWalker();
    private final FrameWalker quoted = new FrameWalker();

    /** The hash; 0 for what has no address pair. Reads nothing outside {@code [offset, offset + captured)}. */
    public int hash(MemorySegment m, long offset, int captured, int linkType) {
        if (linkType == LinkType.ETHERNET && captured >= FAST_LENGTH) {
            long ip = offset + Ethernet.HEADER_LENGTH;
            if (Ethernet.type(m, offset) == Ethernet.TYPE_IPV4
                    && Ipv4.protocol(m, ip) == IpProtocol.TCP
                    && Ipv4.version(m, ip) == 4) {
                return FlowHash.ofV4Pair(Ipv4.source(m, ip), Ipv4.destination(m, ip));
            }
        }
        return walked(m, offset, captured, linkType);
    }

    private int walked(MemorySegment m, long offset, int captured, int linkType) {
        if (frame.walk(m, offset, captured, linkType) != FrameWalker.IP) {
            return 0;
        }
        if (frame.protocol() == IpProtocol.ICMP || frame.protocol() == IpProtocol.ICMPV6) {
            long at = frame.payloadOffset();
            long length = frame.payloadEnd() - at;
            if (frame.fragmentOffset() == 0
                    && length > Icmp.HEADER_LENGTH
                    && Icmp.quotes(m, at, frame.isV4())
                    && quoted.walk(m, at + Icmp.HEADER_LENGTH, (int) length - Icmp.HEADER_LENGTH, LinkType.RAW)
                            == FrameWalker.IP) {
                return pair(quoted);
            }
        }
        return pair(frame);
    }

    private static int pair(FrameWalker f) {
        return FlowHash.ofPair(f.sourceHigh(), f.sourceLow(), f.destinationHigh(), f.destinationLow());
    }
}
