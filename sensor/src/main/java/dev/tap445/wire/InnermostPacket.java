package dev.tap445.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** What a walk through a frame found: the innermost IP packet, and the way there. Offsets are of the buffer walked. */
abstract sealed class InnermostPacket permits FrameWalker {
    @Nullable DecodeFailure failure;

    int ethernetOffset;
    int arpOffset;
    int ipOffset;
    boolean v4;
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int protocol;
    int payloadOffset;
    int payloadEnd;
    int payloadLength;
    int identification;
    int fragmentOffset;
    boolean moreFragments;
    int vlan;
    int tunnelId;
    int tunnelKind;
    /** The VLAN of the frame that is carried, as ERSPAN has it. */
    int mirroredVlan;

    /** Offsets of the IP headers around the innermost, {@link #ipDepth} of them where that is a fragment. */
    final int[] around = new int[FrameWalker.MAX_IP_NESTING];

    int ipDepth;

    /** Why the walk failed; null unless it returned {@link FrameWalker#FAILED}. */
    public @Nullable DecodeFailure failure() {
        return failure;
    }

    /** Offset of the innermost Ethernet header in front of the IP packet, or -1. */
    public int ethernetOffset() {
        return ethernetOffset;
    }

    /** Offset of the ARP packet after {@link FrameWalker#ARP}. */
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
