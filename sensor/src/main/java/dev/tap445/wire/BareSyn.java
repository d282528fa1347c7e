package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/**
 * Knows a SYN that is nothing else, which floods are made of: no data with it, nor ACK, RST or FIN, in whatever the
 * decoder finds it, but whole; a part of a packet is none. One per thread; allocates nothing and reads nothing outside the
 * frame.
 *
 * <p>TCP right behind IPv4 without options or IPv6, over Ethernet with at most one VLAN tag, takes a short way; everything
 * else is walked.
 */
public final class BareSyn {
    private final FrameWalker walker = new FrameWalker();

    /** Whether the frame is one. */
    public boolean is(ByteBuf m, int at, int captured, int linkType) {
        if (linkType == LinkType.ETHERNET && captured >= Ethernet.HEADER_LENGTH + Ethernet.TAG_LENGTH) {
            int ip = at + Ethernet.HEADER_LENGTH;
            int type = Ethernet.type(m, at);
            if (type == Ethernet.TYPE_VLAN) {
                type = Bytes.u16(m, ip + 2);
                ip += Ethernet.TAG_LENGTH;
            }
            int left = at + captured - ip;
            if (type == Ethernet.TYPE_IPV4 && isPlain4(m, ip, left)) {
                return isBare(m, ip + Ipv4.MIN_HEADER_LENGTH, Ipv4.totalLength(m, ip) - Ipv4.MIN_HEADER_LENGTH);
            }
            if (type == Ethernet.TYPE_IPV6 && isPlain6(m, ip, left)) {
                return isBare(m, ip + Ipv6.HEADER_LENGTH, Ipv6.payloadLength(m, ip));
            }
        }
        return walker.walk(m, at, captured, linkType) == FrameWalker.IP && isWalked(m);
    }

    private static boolean isPlain4(ByteBuf m, int ip, int left) {
        return left >= Ipv4.MIN_HEADER_LENGTH + Tcp.MIN_HEADER_LENGTH
                && Ipv4.version(m, ip) == 4
                && Ipv4.headerLength(m, ip) == Ipv4.MIN_HEADER_LENGTH
                && Ipv4.protocol(m, ip) == IpProtocol.TCP
                && !Ipv4.isFragment(m, ip);
    }

    private static boolean isPlain6(ByteBuf m, int ip, int left) {
        return left >= Ipv6.HEADER_LENGTH + Tcp.MIN_HEADER_LENGTH
                && Ipv4.version(m, ip) == 6
                && Ipv6.nextHeader(m, ip) == IpProtocol.TCP;
    }

    private boolean isWalked(ByteBuf m) {
        int ip = walker.ipOffset();
        int length = walker.isV4() ? Ipv4.totalLength(m, ip) : Ipv6.payloadLength(m, ip);
        return length != 0 // else the packet may go on behind what was captured
                && walker.protocol() == IpProtocol.TCP
                && !walker.isFragment()
                && walker.payloadEnd() - walker.payloadOffset() >= Tcp.MIN_HEADER_LENGTH
                && isBare(m, walker.payloadOffset(), walker.payloadLength());
    }

    /** {@code length}: of the IP packet's payload. */
    private static boolean isBare(ByteBuf m, int tcp, int length) {
        return Tcp.isSyn(m, tcp) && length == Tcp.headerLength(m, tcp) && length >= Tcp.MIN_HEADER_LENGTH;
    }
}
