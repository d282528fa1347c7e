package dev.tap445.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Reads link layers other than Ethernet, and what Ethernet carries before IP. A reusable cursor of one {@link FrameWalker}. */
final class LinkHeader {
    /** Where the header begins, then where it ends. */
    int at;
    /** Of what follows after {@link Next#ETHER_TYPE}. */
    int etherType;
    /** Labels followed, with what was followed before. */
    int steps;
    /** Why it says {@link Next#STOP}; null where there is just nothing. */
    @Nullable DecodeFailure failure;

    private int end;

    /** {@code followed}: tags and labels so far. */
    void begin(int start, int limit, int followed) {
        at = start;
        end = limit;
        steps = followed;
        failure = null;
    }

    /** The header of a frame of another link type than Ethernet. */
    int first(ByteBuf m, int linkType) {
        switch (linkType) {
            case LinkType.DLT_RAW, LinkType.DLT_RAW_OPENBSD, LinkType.RAW, LinkType.IPV4, LinkType.IPV6 -> {
                return Next.IP_BY_VERSION;
            }
            case LinkType.NULL, LinkType.LOOP -> {
                if (end - at < 4) {
                    return fail(DecodeFailure.LINK_TRUNCATED);
                }
                at += 4;
                return end > at && Ipv4.isIpVersion(m, at) ? Next.IP_BY_VERSION : Next.STOP;
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

    private int cooked(ByteBuf m, int typeAt, int length) {
        if (end - at < length) {
            return fail(DecodeFailure.LINK_TRUNCATED);
        }
        etherType = Bytes.u16(m, at + typeAt);
        at += length;
        return Next.ETHER_TYPE;
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
        return protocolField == 0x0021 || protocolField == 0x0057 ? Next.IP_BY_VERSION : Next.STOP;
    }

    /** PPPoE (RFC 2516): version/type, code 0 for session data, session, length; then a PPP protocol field. */
    int pppoe(ByteBuf m) {
        if (end - at < 8) {
            return fail(DecodeFailure.LINK_TRUNCATED);
        }
        if (Bytes.u16(m, at) != 0x1100) {
            return Next.STOP;
        }
        at += 6;
        return ppp(m);
    }

    /** LLC with SNAP (RFC 1042); false where it is something else. */
    boolean snap(ByteBuf m) {
        if (end - at < Ethernet.SNAP_LENGTH || Bytes.i64(m, at) >>> 16 != Ethernet.SNAP_HEADER) {
            return false;
        }
        etherType = Bytes.u16(m, at + 6);
        at += Ethernet.SNAP_LENGTH;
        return etherType >= Ethernet.MIN_TYPE;
    }

    /** MPLS label stack (RFC 3032); below it IP by its version, or an Ethernet pseudowire with control word (RFC 4385). */
    int mpls(ByteBuf m) {
        boolean bottom = false;
        while (!bottom) {
            if (++steps > FrameWalker.MAX_STEPS) {
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
            return Next.IP_BY_VERSION;
        }
        if (nibble == 0 && end - at >= 4 + Ethernet.HEADER_LENGTH) {
            at += 4;
        }
        return Next.ETHERNET;
    }

    private int fail(DecodeFailure reason) {
        failure = reason;
        return Next.STOP;
    }
}
