package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/**
 * Ethernet II and its tags (IEEE 802.3, 802.1Q, 802.1ad, 802.1ah, VN-Tag).
 *
 * <pre>
 *  0          6          12     14
 *  | dst MAC  | src MAC  | type | payload …     802.1Q/ad: type is the tag's, then TCI (2) and the next type (2)
 * </pre>
 */
public final class Ethernet {
    public static final int HEADER_LENGTH = 14;
    static final int SOURCE = 6;
    static final int TYPE = 12;

    public static final int TYPE_IPV4 = 0x0800;
    static final int TYPE_ARP = 0x0806;
    public static final int TYPE_IPV6 = 0x86dd;
    static final int TYPE_VLAN = 0x8100;
    static final int TYPE_QINQ = 0x88a8;
    static final int TYPE_QINQ_OLD_1 = 0x9100;
    static final int TYPE_QINQ_OLD_2 = 0x9200;
    static final int TYPE_MPLS = 0x8847;
    static final int TYPE_MPLS_MULTICAST = 0x8848;
    static final int TYPE_PPPOE_SESSION = 0x8864;
    static final int TYPE_PBB = 0x88e7;
    static final int TYPE_VNTAG = 0x8926;
    static final int TYPE_TRANSPARENT_BRIDGING = 0x6558;
    static final int TYPE_ERSPAN_2 = 0x88be;
    static final int TYPE_ERSPAN_3 = 0x22eb;

    /** Below this the type field is an IEEE 802.3 length and LLC follows. */
    static final int MIN_TYPE = 0x600;

    static final int TAG_LENGTH = 4;
    static final int VLAN_ID_MASK = 0x0fff;
    /** 802.1ah I-TAG: 4 bytes of TCI, then the customer's own Ethernet header. */
    static final int PBB_TAG_LENGTH = 4;
    /** LLC/SNAP with a zero OUI carries an EtherType behind 8 bytes (RFC 1042). */
    static final int SNAP_LENGTH = 8;

    static final long SNAP_HEADER = 0xaaaa_0300_0000L;

    private Ethernet() {}

    static int type(ByteBuf m, int at) {
        return Bytes.u16(m, at + TYPE);
    }

    /** Offset of an IPv4 header with TCP and without options behind at most one VLAN tag; -1 for any other frame. */
    public static int plainTcp(ByteBuf m, int at, int captured) {
        if (captured < HEADER_LENGTH + TAG_LENGTH + Ipv4.MIN_HEADER_LENGTH + Tcp.MIN_HEADER_LENGTH) {
            return -1;
        }
        int ip = at + HEADER_LENGTH;
        int type = type(m, at);
        if (type == TYPE_VLAN) {
            type = Bytes.u16(m, ip + 2);
            ip += TAG_LENGTH;
        }
        boolean plain = type == TYPE_IPV4
                && Ipv4.version(m, ip) == 4
                && Ipv4.headerLength(m, ip) == Ipv4.MIN_HEADER_LENGTH
                && Ipv4.protocol(m, ip) == IpProtocol.TCP;
        return plain ? ip : -1;
    }

    /** The source MAC in the low 48 bits. */
    public static long source(ByteBuf m, int at) {
        return (long) Bytes.u16(m, at + SOURCE) << 32 | Integer.toUnsignedLong(Bytes.i32(m, at + SOURCE + 2));
    }
}
