package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/**
 * Headers of the tunnels that mirrors and overlays use: GRE (RFC 2784, 2890), ERSPAN I/II/III (draft-foschiano-erspan),
 * VXLAN (RFC 7348), Geneve (RFC 8926), GTP-U (3GPP TS 29.281). Lengths in bytes.
 */
final class Tunnel {
    static final int GRE_MIN_LENGTH = 4;
    static final int GRE_CHECKSUM = 0x8000;
    static final int GRE_ROUTING = 0x4000;
    static final int GRE_KEY = 0x2000;
    static final int GRE_SEQUENCE = 0x1000;
    static final int GRE_VERSION_MASK = 0x0007;

    static final int ERSPAN_2_LENGTH = 8;
    static final int ERSPAN_3_LENGTH = 12;
    static final int ERSPAN_3_SUBHEADER_LENGTH = 8;
    static final int ERSPAN_SESSION_MASK = 0x03ff;

    static final int UDP_LENGTH = 8;
    static final int VXLAN_PORT = 4789;
    static final int VXLAN_LINUX_PORT = 8472;
    static final int GENEVE_PORT = 6081;
    static final int GTP_U_PORT = 2152;
    static final int VXLAN_LENGTH = 8;
    static final int GENEVE_MIN_LENGTH = 8;
    static final int GTP_U_MIN_LENGTH = 8;
    static final int GTP_U_OPTIONAL_LENGTH = 4;
    static final int GTP_U_G_PDU = 0xff;
    static final int VXLAN_VNI_PRESENT = 0x08;

    private Tunnel() {}

    /** Whether a tunnel may be in an IP packet of this protocol. */
    static boolean isOver(int protocol) {
        return protocol == IpProtocol.UDP
                || protocol == IpProtocol.GRE
                || protocol == IpProtocol.IPV4
                || protocol == IpProtocol.IPV6;
    }

    static boolean isPort(int port) {
        return port == VXLAN_PORT || port == VXLAN_LINUX_PORT || port == GENEVE_PORT || port == GTP_U_PORT;
    }

    /** The destination port of the UDP header at {@code at}. */
    static int port(ByteBuf m, int at) {
        return Bytes.u16(m, at + 2);
    }

    /** Length of the GRE header with what its flags announce, or -1 for source routing (long dead). */
    static int greLength(int flags) {
        if ((flags & GRE_ROUTING) != 0) {
            return -1;
        }
        return GRE_MIN_LENGTH
                + ((flags & GRE_CHECKSUM) != 0 ? 4 : 0)
                + ((flags & GRE_KEY) != 0 ? 4 : 0)
                + ((flags & GRE_SEQUENCE) != 0 ? 4 : 0);
    }

    /** VLAN of the mirrored frame; 0 where there was none. */
    static int erspanVlan(ByteBuf m, int at) {
        return Bytes.u16(m, at) & Ethernet.VLAN_ID_MASK;
    }

    static int erspanSession(ByteBuf m, int at) {
        return Bytes.u16(m, at + 2) & ERSPAN_SESSION_MASK;
    }

    /** Type III has an 8-byte platform header behind it where the last bit of its flags is set. */
    static boolean erspan3HasSubheader(ByteBuf m, int at) {
        return (Bytes.u8(m, at + 11) & 1) != 0;
    }

    /** The 24-bit network identifier of VXLAN and Geneve. */
    static int networkId(ByteBuf m, int at) {
        return Bytes.i32(m, at + 4) >>> 8;
    }

    static int geneveLength(ByteBuf m, int at) {
        return GENEVE_MIN_LENGTH + ((Bytes.u8(m, at) & 0x3f) << 2);
    }
}
