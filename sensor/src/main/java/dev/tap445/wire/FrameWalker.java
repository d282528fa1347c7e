package dev.tap445.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Finds the innermost IP packet of a frame: through link layers, tags, labels and tunnels, a bounded number of them.
 *
 * <p>A reusable cursor, one per thread: {@link #walk} sets it, the accessors read it. It reads nothing outside
 * {@code [offset, offset + captured)} and allocates nothing.
 */
public final class FrameWalker {
    /** What {@link #walk} found. */
    public static final int NOTHING = 0;

    public static final int IP = 1;
    public static final int ARP = 2;
    public static final int FAILED = 3;

    /** Tags, labels and tunnels followed before giving up. */
    public static final int MAX_STEPS = 16;
    /** IP headers inside each other. */
    public static final int MAX_IP_NESTING = 5;

    // where the walk goes next
    private static final int ETHER_TYPE = -1;
    private static final int ETHERNET = -2;
    private static final int IP_BY_VERSION = -3;
    private static final int STOP = -4;

    private int at;
    private int end;
    private int etherType;
    private int steps;
    private int ipDepth;

    private @Nullable DecodeFailure failure;
    private int ethernetOffset;
    private int arpOffset;
    private int ipOffset;
    private boolean v4;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int protocol;
    private int payloadOffset;
    private int payloadEnd;
    private int payloadLength;
    private int identification;
    private int fragmentOffset;
    private boolean moreFragments;
    private int vlan;
    private int tunnelId;
    private int tunnelKind;
    private int mirroredVlan;
    /** Offsets of the IP headers around the innermost, {@link #ipDepth} of them where that is a fragment. */
    private final int[] around = new int[MAX_IP_NESTING];

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
        int next = link(m, linkType);
        return next == ETHER_TYPE ? etherType(m) : finish(m, next);
    }

    private int finish(ByteBuf m, int next) {
        return switch (next) {
            case ETHERNET -> carried(m);
            case IP_BY_VERSION -> ipByVersion(m);
            case STOP -> failure == null ? NOTHING : FAILED;
            default -> next;
        };
    }

    private int link(ByteBuf m, int linkType) {
        switch (linkType) {
            case LinkType.DLT_RAW, LinkType.DLT_RAW_OPENBSD, LinkType.RAW, LinkType.IPV4, LinkType.IPV6 -> {
                return IP_BY_VERSION;
            }
            case LinkType.NULL, LinkType.LOOP -> {
                if (end - at < 4) {
                    return fail(DecodeFailure.LINK_TRUNCATED);
                }
                at += 4;
                return end > at && isIpVersion(m) ? IP_BY_VERSION : STOP;
            }
            case LinkType.LINUX_SLL -> {
                return cooked(m, 14, 16);
            }
            case LinkType.LINUX_SLL2 -> {
                return cooked(m, 0, 20);
            }
            case LinkType.PPP, LinkType.PPP_ETHER -> {
                return linkType == LinkType.PPP_ETHER ? pppoe(m) : ppp(m);
            }
            default -> {
                return fail(DecodeFailure.LINK_TYPE_UNSUPPORTED);
            }
        }
    }

    private boolean isIpVersion(ByteBuf m) {
        int version = Ipv4.version(m, at);
        return version == 4 || version == 6;
    }

    private int cooked(ByteBuf m, int typeAt, int length) {
        if (end - at < length) {
            return fail(DecodeFailure.LINK_TRUNCATED);
        }
        etherType = Bytes.u16(m, at + typeAt);
        at += length;
        return ETHER_TYPE;
    }

    private int ppp(ByteBuf m) {
        if (end - at >= 4 && Bytes.u16(m, at) == 0xff03) {
            at += 2;
        }
        if (end - at < 2) {
            return fail(DecodeFailure.LINK_TRUNCATED);
        }
        int protocolField = Bytes.u16(m, at);
        at += 2;
        return protocolField == 0x0021 || protocolField == 0x0057 ? IP_BY_VERSION : STOP;
    }

    /** PPPoE (RFC 2516): version/type, code 0 for session data, session, length; then a PPP protocol field. */
    private int pppoe(ByteBuf m) {
        if (end - at < 8) {
            return fail(DecodeFailure.LINK_TRUNCATED);
        }
        if (Bytes.u16(m, at) != 0x1100) {
            return STOP;
        }
        at += 6;
        return ppp(m);
    }

    /** A frame inside another: the tags outside are those of its way here. */
    private int carried(ByteBuf m) {
        vlan = mirroredVlan;
        mirroredVlan = 0;
        return ethernet(m);
    }

    private int ethernet(ByteBuf m) {
        if (end - at < Ethernet.HEADER_LENGTH) {
            fail(DecodeFailure.LINK_TRUNCATED);
            return FAILED;
        }
        ethernetOffset = at;
        etherType = Ethernet.type(m, at);
        at += Ethernet.HEADER_LENGTH;
        return etherType == Ethernet.TYPE_IPV4 ? ipv4(m) : etherType(m);
    }

    private int etherType(ByteBuf m) {
        while (true) {
            if (++steps > MAX_STEPS) {
                fail(DecodeFailure.NESTING_TOO_DEEP);
                return FAILED;
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
                        fail(DecodeFailure.LINK_TRUNCATED);
                        return FAILED;
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
                    return finish(m, pppoe(m));
                }
                case Ethernet.TYPE_MPLS, Ethernet.TYPE_MPLS_MULTICAST -> {
                    return finish(m, mpls(m));
                }
                case Ethernet.TYPE_PBB -> {
                    at += Ethernet.PBB_TAG_LENGTH;
                    return carried(m);
                }
                case Ethernet.TYPE_TRANSPARENT_BRIDGING -> {
                    return carried(m);
                }
                default -> {
                    if (etherType >= Ethernet.MIN_TYPE || !snap(m)) {
                        return NOTHING;
                    }
                }
            }
        }
    }

    private boolean snap(ByteBuf m) {
        if (end - at < Ethernet.SNAP_LENGTH || Bytes.i64(m, at) >>> 16 != Ethernet.SNAP_HEADER) {
            return false;
        }
        etherType = Bytes.u16(m, at + 6);
        at += Ethernet.SNAP_LENGTH;
        return etherType >= Ethernet.MIN_TYPE;
    }

    /** MPLS label stack (RFC 3032); below it IP by its version, or an Ethernet pseudowire with control word (RFC 4385). */
    private int mpls(ByteBuf m) {
        boolean bottom = false;
        while (!bottom) {
            if (++steps > MAX_STEPS) {
                return fail(DecodeFailure.NESTING_TOO_DEEP);
            }
            if (end - at < 4) {
                return fail(DecodeFailure.LINK_TRUNCATED);
            }
            bottom = (Bytes.u8(m, at + 2) & 1) != 0;
            at += 4;
        }
        if (at >= end) {
            return fail(DecodeFailure.LINK_TRUNCATED);
        }
        int nibble = Ipv4.version(m, at);
        if (nibble == 4 || nibble == 6) {
            return IP_BY_VERSION;
        }
        if (nibble == 0 && end - at >= 4 + Ethernet.HEADER_LENGTH) {
            at += 4;
        }
        return ETHERNET;
    }

    private int ipByVersion(ByteBuf m) {
        if (at >= end) {
            fail(DecodeFailure.IP_TRUNCATED);
            return FAILED;
        }
        return switch (Ipv4.version(m, at)) {
            case 4 -> ipv4(m);
            case 6 -> ipv6(m);
            default -> {
                fail(DecodeFailure.IP_VERSION);
                yield FAILED;
            }
        };
    }

    private int ipv4(ByteBuf m) {
        int start = at;
        int available = end - start;
        if (available < Ipv4.MIN_HEADER_LENGTH) {
            fail(DecodeFailure.IP_TRUNCATED);
            return FAILED;
        }
        long first = Bytes.i64(m, start); // version, length, service | total length | identification | fragment
        long second = Bytes.i64(m, start + 8); // time to live | protocol | checksum | source
        int headerLength = (int) (first >>> 54) & 0x3c;
        if (first >>> 60 != 4) {
            fail(DecodeFailure.IP_VERSION);
            return FAILED;
        }
        if (headerLength < Ipv4.MIN_HEADER_LENGTH || headerLength > available) {
            fail(headerLength < Ipv4.MIN_HEADER_LENGTH ? DecodeFailure.IP_HEADER_LENGTH : DecodeFailure.IP_TRUNCATED);
            return FAILED;
        }
        int total = (int) (first >>> 32) & 0xffff;
        if (total == 0) {
            total = available; // segmentation offload leaves the length to the card
        } else if (total < headerLength) {
            fail(DecodeFailure.IP_TOTAL_LENGTH);
            return FAILED;
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
            fail(DecodeFailure.IP_TRUNCATED);
            return FAILED;
        }
        if (Ipv4.version(m, start) != 6) {
            fail(DecodeFailure.IP_VERSION);
            return FAILED;
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
                fail(DecodeFailure.IPV6_EXTENSIONS);
                return FAILED;
            }
            int extension = Ipv6.extensionLength(m, payload, protocol);
            if (extension > payloadEnd - payload) {
                fail(DecodeFailure.IPV6_EXTENSIONS);
                return FAILED;
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
            fail(DecodeFailure.NESTING_TOO_DEEP);
            return FAILED;
        }
        around[ipDepth++] = ipOffset;
        at = payloadOffset;
        int outerEnd = end;
        end = payloadEnd;
        int next = switch (protocol) {
            case IpProtocol.IPV4, IpProtocol.IPV6 -> IP_BY_VERSION;
            case IpProtocol.GRE -> gre(m);
            case IpProtocol.UDP -> udp(m);
            default -> IP;
        };
        if (next == IP) {
            end = outerEnd;
            return IP;
        }
        ethernetOffset = -1;
        return next == ETHER_TYPE ? etherType(m) : finish(m, next);
    }

    private int gre(ByteBuf m) {
        if (end - at < Tunnel.GRE_MIN_LENGTH) {
            return fail(DecodeFailure.TUNNEL_TRUNCATED);
        }
        int flags = Bytes.u16(m, at);
        etherType = Bytes.u16(m, at + 2);
        int length = Tunnel.greLength(flags);
        if ((flags & Tunnel.GRE_VERSION_MASK) != 0) {
            return IP; // PPTP's enhanced GRE: compressed and encrypted PPP, nothing to see
        }
        if (length < 0) {
            return fail(DecodeFailure.TUNNEL_INVALID);
        }
        if (end - at < length) {
            return fail(DecodeFailure.TUNNEL_TRUNCATED);
        }
        at += length;
        return switch (etherType) {
            case Ethernet.TYPE_ERSPAN_2 ->
                (flags & Tunnel.GRE_SEQUENCE) == 0
                        ? ETHERNET // type I: no header of its own
                        : erspan(m, Tunnel.ERSPAN_2_LENGTH);
            case Ethernet.TYPE_ERSPAN_3 -> erspan(m, Tunnel.ERSPAN_3_LENGTH);
            default -> ETHER_TYPE;
        };
    }

    private int erspan(ByteBuf m, int length) {
        if (end - at < length) {
            return fail(DecodeFailure.TUNNEL_TRUNCATED);
        }
        tunnelId = Tunnel.erspanSession(m, at);
        tunnelKind = Vantage.ERSPAN;
        mirroredVlan = Tunnel.erspanVlan(m, at);
        if (length == Tunnel.ERSPAN_3_LENGTH && Tunnel.erspan3HasSubheader(m, at)) {
            at += Tunnel.ERSPAN_3_SUBHEADER_LENGTH;
        }
        at += length;
        return at > end ? fail(DecodeFailure.TUNNEL_TRUNCATED) : ETHERNET;
    }

    private int udp(ByteBuf m) {
        if (end - at < Tunnel.UDP_LENGTH) {
            return IP;
        }
        int port = Tunnel.port(m, at);
        int inner = at + Tunnel.UDP_LENGTH;
        return switch (port) {
            case Tunnel.VXLAN_PORT, Tunnel.VXLAN_LINUX_PORT -> vxlan(m, inner);
            case Tunnel.GENEVE_PORT -> geneve(m, inner);
            case Tunnel.GTP_U_PORT -> gtpU(m, inner);
            default -> IP;
        };
    }

    private int vxlan(ByteBuf m, int header) {
        if (end - header < Tunnel.VXLAN_LENGTH) {
            return fail(DecodeFailure.TUNNEL_TRUNCATED);
        }
        if ((Bytes.u8(m, header) & Tunnel.VXLAN_VNI_PRESENT) == 0) {
            return IP;
        }
        tunnelId = Tunnel.networkId(m, header);
        tunnelKind = Vantage.VNI;
        at = header + Tunnel.VXLAN_LENGTH;
        return ETHERNET;
    }

    private int geneve(ByteBuf m, int header) {
        if (end - header < Tunnel.GENEVE_MIN_LENGTH) {
            return fail(DecodeFailure.TUNNEL_TRUNCATED);
        }
        int length = Tunnel.geneveLength(m, header);
        if (Bytes.u8(m, header) >>> 6 != 0) {
            return fail(DecodeFailure.TUNNEL_INVALID);
        }
        if (end - header < length) {
            return fail(DecodeFailure.TUNNEL_TRUNCATED);
        }
        tunnelId = Tunnel.networkId(m, header);
        tunnelKind = Vantage.VNI;
        etherType = Bytes.u16(m, header + 2);
        at = header + length;
        return ETHER_TYPE;
    }

    private int gtpU(ByteBuf m, int header) {
        if (end - header < Tunnel.GTP_U_MIN_LENGTH) {
            return IP;
        }
        int flags = Bytes.u8(m, header);
        if (flags >>> 5 != 1 || (flags & 0x10) == 0 || Bytes.u8(m, header + 1) != Tunnel.GTP_U_G_PDU) {
            return IP;
        }
        tunnelId = Bytes.i32(m, header + 4);
        tunnelKind = Vantage.NONE; // another one in each direction
        int inner = header + Tunnel.GTP_U_MIN_LENGTH;
        if ((flags & 0x07) != 0) {
            inner += Tunnel.GTP_U_OPTIONAL_LENGTH;
            int extensions = 0;
            int next = inner <= end && (flags & 0x04) != 0 ? Bytes.u8(m, inner - 1) : 0;
            while (next != 0) {
                int length = inner < end ? Bytes.u8(m, inner) << 2 : 0;
                if (length == 0 || inner + length > end || ++extensions > MAX_STEPS) {
                    return fail(DecodeFailure.TUNNEL_TRUNCATED);
                }
                inner += length;
                next = Bytes.u8(m, inner - 1);
            }
        }
        at = inner;
        return inner < end && isIpVersion(m) ? IP_BY_VERSION : STOP;
    }

    private int fail(DecodeFailure reason) {
        failure = reason;
        return STOP;
    }

    /** Why the walk failed; null unless it returned {@link #FAILED}. */
    public @Nullable DecodeFailure failure() {
        return failure;
    }

    /** Offset of the innermost Ethernet header in front of the IP packet, or -1. */
    public int ethernetOffset() {
        return ethernetOffset;
    }

    /** Offset of the ARP packet after {@link #ARP}. */
    public int arpOffset() {
        return arpOffset;
    }

    public int ipOffset() {
        return ipOffset;
    }

    public boolean isV4() {
        return v4;
    }

    public long sourceHigh() {
        return sourceHigh;
    }

    public long sourceLow() {
        return sourceLow;
    }

    public long destinationHigh() {
        return destinationHigh;
    }

    public long destinationLow() {
        return destinationLow;
    }

    /** IP protocol of the payload: behind IPv6 extension headers, but in a fragment what follows its fragment header. */
    public int protocol() {
        return protocol;
    }

    public int payloadOffset() {
        return payloadOffset;
    }

    /** End of what was captured of the payload, without link-layer padding. */
    public int payloadEnd() {
        return payloadEnd;
    }

    /** Payload bytes on the wire, which may be more than were captured. */
    public int payloadLength() {
        return payloadLength;
    }

    /** IPv4 identification, or that of an IPv6 fragment header; 0 otherwise. */
    public int identification() {
        return identification;
    }

    /** In bytes. */
    public int fragmentOffset() {
        return fragmentOffset;
    }

    public boolean moreFragments() {
        return moreFragments;
    }

    public boolean isFragment() {
        return moreFragments || fragmentOffset > 0;
    }

    /**
     * Whether it is a fragment of what may be a tunnel's packet, or of one whose IPv6 extension headers lie behind the
     * fragment header.
     */
    public boolean isTunnelFragment() {
        return isFragment() && (Tunnel.isOver(protocol) || !v4 && Ipv6.isExtension(protocol));
    }

    /** Whether a tunnel may begin in this first fragment: over UDP its port tells. */
    public boolean beginsTunnel(ByteBuf m) {
        return protocol != IpProtocol.UDP
                || payloadEnd - payloadOffset >= Tunnel.UDP_LENGTH && Tunnel.isPort(Tunnel.port(m, payloadOffset));
    }

    /**
     * Takes the lengths out of the IP headers around this fragment, so that they go as far as what is there.
     *
     * @param m has the frame up to the fragment's IP header
     * @param shift from where the frame was when it was walked to where it is in {@code m}
     */
    public void unbound(ByteBuf m, int shift) {
        for (int i = 0; i < ipDepth; i++) {
            int header = around[i] + shift;
            Bytes.put16(m, header + (Ipv4.version(m, header) == 4 ? Ipv4.TOTAL_LENGTH : Ipv6.PAYLOAD_LENGTH), 0);
        }
    }

    /**
     * The outermost VLAN id of the frame around the innermost IP packet, or, of a mirrored frame without a tag, the one
     * that ERSPAN gives it; 0 where there is none. Where a tunnel carries no frame, that of the outer frame.
     */
    public int vlan() {
        return vlan;
    }

    /** VNI, ERSPAN session or TEID of the innermost tunnel; 0 where there is none. */
    public int tunnelId() {
        return tunnelId;
    }

    /** {@link Vantage} of the innermost tunnel that has one: a VNI or an ERSPAN session. */
    public int tunnel() {
        return tunnelKind == Vantage.NONE ? Vantage.NONE : Vantage.of(tunnelKind, tunnelId);
    }
}
