package dev.tap445.wire;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Reads what stands between an IP header and what a tunnel carries. A reusable cursor of one {@link FrameWalker}. */
final class TunnelHeader {
    /** Where the header begins, then where it ends. */
    int at;
    /** Of what follows after {@link Next#ETHER_TYPE}. */
    int etherType;
    /** VNI, session or TEID; as before where the tunnel has none. */
    int id;
    /** {@link Vantage} kind of the {@link #id}. */
    int kind;
    /** Tag of the frame that ERSPAN carries; as before in other tunnels. */
    int mirroredVlan;
    /** Why it says {@link Next#STOP}; null where there is just nothing. */
    @Nullable DecodeFailure failure;

    private int end;

    void begin(int start, int limit, int outerId, int outerKind, int outerVlan) {
        at = start;
        end = limit;
        id = outerId;
        kind = outerKind;
        mirroredVlan = outerVlan;
        failure = null;
    }

    /** What follows behind the header: one of {@link Next}, {@link Next#NONE} where it is no tunnel. */
    int read(ByteBuf m, int protocol) {
        return switch (protocol) {
            case IpProtocol.IPV4, IpProtocol.IPV6 -> Next.IP_BY_VERSION;
            case IpProtocol.GRE -> gre(m);
            case IpProtocol.UDP -> udp(m);
            default -> Next.NONE;
        };
    }

    private int gre(ByteBuf m) {
        if (end - at < Tunnel.GRE_MIN_LENGTH) {
            return fail(DecodeFailure.TUNNEL_TRUNCATED);
        }
        int flags = Bytes.u16(m, at);
        etherType = Bytes.u16(m, at + 2);
        int length = Tunnel.greLength(flags);
        if ((flags & Tunnel.GRE_VERSION_MASK) != 0) {
            return Next.NONE; // PPTP's enhanced GRE: compressed and encrypted PPP, nothing to see
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
                        ? Next.ETHERNET // type I: no header of its own
                        : erspan(m, Tunnel.ERSPAN_2_LENGTH);
            case Ethernet.TYPE_ERSPAN_3 -> erspan(m, Tunnel.ERSPAN_3_LENGTH);
            default -> Next.ETHER_TYPE;
        };
    }

    private int erspan(ByteBuf m, int length) {
        if (end - at < length) {
            return fail(DecodeFailure.TUNNEL_TRUNCATED);
        }
        id = Tunnel.erspanSession(m, at);
        kind = Vantage.ERSPAN;
        mirroredVlan = Tunnel.erspanVlan(m, at);
        if (length == Tunnel.ERSPAN_3_LENGTH && Tunnel.erspan3HasSubheader(m, at)) {
            at += Tunnel.ERSPAN_3_SUBHEADER_LENGTH;
        }
        at += length;
        return at > end ? fail(DecodeFailure.TUNNEL_TRUNCATED) : Next.ETHERNET;
    }

    private int udp(ByteBuf m) {
        if (end - at < Tunnel.UDP_LENGTH) {
            return Next.NONE;
        }
        int port = Tunnel.port(m, at);
        int inner = at + Tunnel.UDP_LENGTH;
        return switch (port) {
            case Tunnel.VXLAN_PORT, Tunnel.VXLAN_LINUX_PORT -> vxlan(m, inner);
            case Tunnel.GENEVE_PORT -> geneve(m, inner);
            case Tunnel.GTP_U_PORT -> gtpU(m, inner);
            default -> Next.NONE;
        };
    }

    private int vxlan(ByteBuf m, int header) {
        if (end - header < Tunnel.VXLAN_LENGTH) {
            return fail(DecodeFailure.TUNNEL_TRUNCATED);
        }
        if ((Bytes.u8(m, header) & Tunnel.VXLAN_VNI_PRESENT) == 0) {
            return Next.NONE;
        }
        id = Tunnel.networkId(m, header);
        kind = Vantage.VNI;
        at = header + Tunnel.VXLAN_LENGTH;
        return Next.ETHERNET;
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
        id = Tunnel.networkId(m, header);
        kind = Vantage.VNI;
        etherType = Bytes.u16(m, header + 2);
        at = header + length;
        return Next.ETHER_TYPE;
    }

    private int gtpU(ByteBuf m, int header) {
        if (end - header < Tunnel.GTP_U_MIN_LENGTH) {
            return Next.NONE;
        }
        int flags = Bytes.u8(m, header);
        if (flags >>> 5 != 1 || (flags & 0x10) == 0 || Bytes.u8(m, header + 1) != Tunnel.GTP_U_G_PDU) {
            return Next.NONE;
        }
        id = Bytes.i32(m, header + 4);
        kind = Vantage.NONE; // another one in each direction
        int inner = header + Tunnel.GTP_U_MIN_LENGTH;
        if ((flags & 0x07) != 0) {
            inner += Tunnel.GTP_U_OPTIONAL_LENGTH;
            int extensions = 0;
            int next = inner <= end && (flags & 0x04) != 0 ? Bytes.u8(m, inner - 1) : 0;
            while (next != 0) {
                int length = inner < end ? Bytes.u8(m, inner) << 2 : 0;
                if (length == 0 || inner + length > end || ++extensions > FrameWalker.MAX_STEPS) {
                    return fail(DecodeFailure.TUNNEL_TRUNCATED);
                }
                inner += length;
                next = Bytes.u8(m, inner - 1);
            }
        }
        at = inner;
        return inner < end && Ipv4.isIpVersion(m, at) ? Next.IP_BY_VERSION : Next.STOP;
    }

    private int fail(DecodeFailure reason) {
        failure = reason;
        return Next.STOP;
    }
}
