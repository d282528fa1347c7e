package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/**
 * Finds the innermost IP packet of a frame: through link layers, tags, labels and tunnels, a bounded number of them.
 *
 * <p>A reusable cursor, one per thread: {@link #walk} sets it, the accessors read it. It reads nothing outside
 * {@code [offset, offset + captured)} and allocates nothing.
 */
public final class FrameWalker extends InnermostPacket {
    /** What {@link #walk} found. */
    public static final int NOTHING = 0;

    public static final int IP = 1;
    public static final int ARP = 2;
    public static final int FAILED = 3;

    /** Tags, labels and tunnels followed before giving up. */
    public static final int MAX_STEPS = 16;
    /** IP headers inside each other. */
    public static final int MAX_IP_NESTING = 5;

    private final LinkHeader link = new LinkHeader();
    private final TunnelHeader tunnel = new TunnelHeader();

    private int at;
    private int end;
    private int etherType;
    private int steps;

    /** Walks the frame; returns {@link #NOTHING}, {@link #IP}, {@link #ARP} or {@link #FAILED}. */
    public int walk(ByteBuf m, int offset, int captured, int linkType) {
        at = offset;
        end = offset + captured;
        steps = 0;
        ipDepth = 0;
        failure = null;
        ethernetOffset = -1;
        vlan = 0;
        tunnelId = 0;
        tunnelKind = Vantage.NONE;
        mirroredVlan = 0;
        if (linkType == LinkType.ETHERNET) {
            return ethernet(m);
        }
        link.begin(at, end, steps);
        return follow(m, link.first(m, linkType));
    }

    private int follow(ByteBuf m, int next) {
        at = link.at;
        etherType = link.etherType;
        steps = link.steps;
        failure = link.failure;
        return go(m, next);
    }

    private int go(ByteBuf m, int next) {
        return switch (next) {
            case Next.ETHER_TYPE -> etherType(m);
            case Next.ETHERNET -> carried(m);
            case Next.IP_BY_VERSION -> ipByVersion(m);
            default -> failure == null ? NOTHING : FAILED;
        };
    }

    /** A frame inside another: the tags outside are those of its way here. */
    private int carried(ByteBuf m) {
        vlan = mirroredVlan;
        mirroredVlan = 0;
        return ethernet(m);
    }

    private int ethernet(ByteBuf m) {
        if (end - at < Ethernet.HEADER_LENGTH) {
            return fail(DecodeFailure.LINK_TRUNCATED);
        }
        ethernetOffset = at;
        etherType = Ethernet.type(m, at);
        at += Ethernet.HEADER_LENGTH;
        return etherType == Ethernet.TYPE_IPV4 ? ipv4(m) : etherType(m);
    }

    private int etherType(ByteBuf m) {
        while (true) {
            if (++steps > MAX_STEPS) {
                return fail(DecodeFailure.NESTING_TOO_DEEP);
            }
            switch (etherType) {
                case Ethernet.TYPE_IPV4 -> {
                    return ipv4(m);
                }
                case Ethernet.TYPE_IPV6 -> {
                    return ipv6(m);
                }
                case Ethernet.TYPE_VLAN,
                        Ethernet.TYPE_QINQ,
                        Ethernet.TYPE_QINQ_OLD_1,
                        Ethernet.TYPE_QINQ_OLD_2,
                        Ethernet.TYPE_VNTAG -> {
                    boolean vnTag = etherType == Ethernet.TYPE_VNTAG;
                    int length = vnTag ? Ethernet.TAG_LENGTH + 2 : Ethernet.TAG_LENGTH;
                    if (end - at < length) {
                        return fail(DecodeFailure.LINK_TRUNCATED);
                    }
                    if (vlan == 0 && !vnTag) {
                        vlan = Bytes.u16(m, at) & Ethernet.VLAN_ID_MASK;
                    }
                    etherType = Bytes.u16(m, at + length - 2);
                    at += length;
                }
                case Ethernet.TYPE_ARP -> {
                    arpOffset = at;
                    return Arp.check(m, at, end) ? ARP : NOTHING;
                }
                case Ethernet.TYPE_PPPOE_SESSION -> {
                    link.begin(at, end, steps);
                    return follow(m, link.pppoe(m));
                }
                case Ethernet.TYPE_MPLS, Ethernet.TYPE_MPLS_MULTICAST -> {
                    link.begin(at, end, steps);
                    return follow(m, link.mpls(m));
                }
                case Ethernet.TYPE_PBB -> {
                    at += Ethernet.PBB_TAG_LENGTH;
                    return carried(m);
                }
                case Ethernet.TYPE_TRANSPARENT_BRIDGING -> {
                    return carried(m);
                }
                default -> {
                    link.begin(at, end, steps);
                    if (etherType >= Ethernet.MIN_TYPE || !link.snap(m)) {
                        return NOTHING;
                    }
                    at = link.at;
                    etherType = link.etherType;
                }
            }
        }
    }

    private int ipByVersion(ByteBuf m) {
        if (at >= end) {
            return fail(DecodeFailure.IP_TRUNCATED);
        }
        return switch (Ipv4.version(m, at)) {
            case 4 -> ipv4(m);
            case 6 -> ipv6(m);
            default -> fail(DecodeFailure.IP_VERSION);
        };
    }

    private int ipv4(ByteBuf m) {
        int start = at;
        int available = end - start;
        if (available < Ipv4.MIN_HEADER_LENGTH) {
            return fail(DecodeFailure.IP_TRUNCATED);
        }
        long first = Bytes.i64(m, start); // version, length, service | total length | identification | fragment
        long second = Bytes.i64(m, start + 8); // time to live | protocol | checksum | source
        int headerLength = (int) (first >>> 54) & 0x3c;
        if (first >>> 60 != 4) {
            return fail(DecodeFailure.IP_VERSION);
        }
        if (headerLength < Ipv4.MIN_HEADER_LENGTH || headerLength > available) {
            return fail(
                    headerLength < Ipv4.MIN_HEADER_LENGTH
                            ? DecodeFailure.IP_HEADER_LENGTH
                            : DecodeFailure.IP_TRUNCATED);
        }
        int total = (int) (first >>> 32) & 0xffff;
        if (total == 0) {
            total = available; // segmentation offload leaves the length to the card
        } else if (total < headerLength) {
            return fail(DecodeFailure.IP_TOTAL_LENGTH);
        }
        int fragment = (int) first;
        ipOffset = start;
        v4 = true;
        sourceHigh = 0;
        destinationHigh = 0;
        sourceLow = IpAddress.mappedLow((int) second);
        destinationLow = IpAddress.mappedLow(Ipv4.destination(m, start));
        identification = fragment >>> 16;
        fragmentOffset = (fragment & Ipv4.FRAGMENT_OFFSET_MASK) << 3;
        moreFragments = (fragment & Ipv4.MORE_FRAGMENTS) != 0;
        protocol = (int) (second >>> 48) & 0xff;
        payloadOffset = start + headerLength;
        payloadLength = total - headerLength;
        payloadEnd = Math.min(end, payloadOffset + payloadLength);
        return protocol == IpProtocol.TCP ? IP : upper(m);
    }

    private int ipv6(ByteBuf m) {
        int start = at;
        if (end - start < Ipv6.HEADER_LENGTH) {
            return fail(DecodeFailure.IP_TRUNCATED);
        }
        if (Ipv4.version(m, start) != 6) {
            return fail(DecodeFailure.IP_VERSION);
        }
        int length = Ipv6.payloadLength(m, start);
        int payload = start + Ipv6.HEADER_LENGTH;
        int claimedEnd = length == 0 ? end : payload + length; // 0: jumbogram or segmentation offload
        ipOffset = start;
        v4 = false;
        sourceHigh = Bytes.i64(m, start + Ipv6.SOURCE);
        sourceLow = Bytes.i64(m, start + Ipv6.SOURCE + 8);
        destinationHigh = Bytes.i64(m, start + Ipv6.DESTINATION);
        destinationLow = Bytes.i64(m, start + Ipv6.DESTINATION + 8);
        identification = 0;
        fragmentOffset = 0;
        moreFragments = false;
        protocol = Ipv6.nextHeader(m, start);
        payloadEnd = Math.min(end, claimedEnd);
        int extensions = 0;
        while (Ipv6.isExtension(protocol) && !isFragment()) {
            if (++extensions > Ipv6.MAX_EXTENSIONS || payloadEnd - payload < 8) {
                return fail(DecodeFailure.IPV6_EXTENSIONS);
            }
            int extension = Ipv6.extensionLength(m, payload, protocol);
            if (extension > payloadEnd - payload) {
                return fail(DecodeFailure.IPV6_EXTENSIONS);
            }
            if (protocol == Ipv6.FRAGMENT) {
                int field = Bytes.u16(m, payload + 2);
                fragmentOffset = field & 0xfff8;
                moreFragments = (field & 1) != 0;
                identification = Bytes.i32(m, payload + 4);
            }
            protocol = Bytes.u8(m, payload);
            payload += extension;
        }
        payloadOffset = payload;
        payloadLength = claimedEnd - payload;
        return protocol == IpProtocol.TCP ? IP : upper(m);
    }

    /** Descends into a tunnel, or stops at this IP packet. A fragment is not looked into: not all of it is there. */
    private int upper(ByteBuf m) {
        if (isFragment()) {
            return IP;
        }
        if (ipDepth == MAX_IP_NESTING) {
            return fail(DecodeFailure.NESTING_TOO_DEEP);
        }
        around[ipDepth++] = ipOffset;
        return Tunnel.isOver(protocol) ? tunnel(m) : IP;
    }

    private int tunnel(ByteBuf m) {
        tunnel.begin(payloadOffset, payloadEnd, tunnelId, tunnelKind, mirroredVlan);
        int next = tunnel.read(m, protocol);
        if (next == Next.NONE) {
            return IP;
        }
        at = tunnel.at;
        end = payloadEnd;
        etherType = tunnel.etherType;
        tunnelId = tunnel.id;
        tunnelKind = tunnel.kind;
        mirroredVlan = tunnel.mirroredVlan;
        failure = tunnel.failure;
        ethernetOffset = -1;
        return go(m, next);
    }

    private int fail(DecodeFailure reason) {
        failure = reason;
        return FAILED;
    }
}
