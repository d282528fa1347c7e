package dev.tap445.decode;

import dev.tap445.support.ByteWriter;
import dev.tap445.support.Frames;
import dev.tap445.wire.LinkType;
import java.util.stream.Stream;

/** One SYN of 198.18.0.1 (or fd00::1) to port 445 in everything that it can come in. */
final class FrameExamples {
    private static final int TCP = 6;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final byte[] SYN = Frames.tcp(Frames.SYN, 5, new byte[0]);
    private static final byte[] V4 = Frames.ipv4(TCP, SYN);
    private static final byte[] V6 = Frames.ipv6(TCP, SYN);
    private static final byte[] ETHERNET = Frames.ethernet(IPV4, V4);

    /** {@code link}: MAC, VLAN and tunnel that are found. */
    @SuppressWarnings("ArrayRecordComponent") // a fixture, never compared
    record Example(String name, int linkType, byte[] frame, boolean v6, String link) {
        @Override
        public String toString() {
            return name;
        }
    }

    private FrameExamples() {}

    private static Example ethernet(String name, int type, byte[] payload) {
        return new Example(
                name, LinkType.ETHERNET, Frames.ethernet(type, payload), false, "20000000001 vlan 0 tunnel ");
    }

    private static Example tagged(String name, int type, byte[] payload) {
        return new Example(
                name, LinkType.ETHERNET, Frames.ethernet(type, payload), false, "20000000001 vlan 10 tunnel ");
    }

    private static Example noMac(String name, int type, byte[] payload) {
        return new Example(
                name, LinkType.ETHERNET, Frames.ethernet(type, payload), false, "ffffffffffffffff vlan 0 tunnel ");
    }

    private static Example tunnel(String name, int protocol, byte[] payload, String id) {
        return new Example(
                name,
                LinkType.ETHERNET,
                Frames.ethernet(IPV4, Frames.ipv4(protocol, payload)),
                false,
                "20000000001 vlan 0 tunnel " + id);
    }

    private static Example raw(String name, int linkType, ByteWriter header, byte[] packet) {
        return new Example(
                name, linkType, header.put(packet).toArray(), packet[0] >>> 4 == 6, "ffffffffffffffff vlan 0 tunnel ");
    }

    static Stream<Example> all() {
        return Stream.concat(links(), tunnels());
    }

    private static Stream<Example> links() {
        byte[] tag = Frames.tag(10, IPV4, V4);
        byte[] pseudowire = new ByteWriter().u32(0).put(ETHERNET).toArray();
        byte[] snap =
                new ByteWriter().u32(0xaaaa_0300L).u16(0).u16(IPV4).put(V4).toArray();
        byte[] vnTag = new ByteWriter().u32(0).u16(IPV4).put(V4).toArray();
        byte[] pbb = new ByteWriter().u32(0).put(ETHERNET).toArray();
        return Stream.of(
                ethernet("Ethernet", IPV4, V4),
                new Example(
                        "Ethernet, IPv6",
                        LinkType.ETHERNET,
                        Frames.ethernet(IPV6, V6),
                        true,
                        "20000000001 vlan 0 tunnel "),
                tagged("802.1Q", 0x8100, tag),
                ethernet("priority tag", 0x8100, Frames.tag(0xe000, IPV4, V4)),
                tagged("QinQ 802.1ad", 0x88a8, Frames.tag(10, 0x8100, Frames.tag(20, IPV4, V4))),
                tagged("QinQ 0x9100", 0x9100, Frames.tag(10, 0x8100, Frames.tag(20, IPV4, V4))),
                tagged("802.1Q and PPPoE", 0x8100, Frames.tag(10, 0x8864, Frames.pppoe(0x21, V4))),
                ethernet("MPLS", 0x8847, Frames.mpls(1, V4)),
                ethernet("MPLS, three labels", 0x8847, Frames.mpls(3, V4)),
                ethernet("MPLS, Ethernet pseudowire", 0x8847, Frames.mpls(2, pseudowire)),
                ethernet("PPPoE", 0x8864, Frames.pppoe(0x21, V4)),
                ethernet("LLC/SNAP", snap.length, snap),
                ethernet("VN-Tag", 0x8926, vnTag),
                ethernet("provider backbone bridging", 0x88e7, pbb),
                raw("raw", LinkType.RAW, new ByteWriter(), V4),
                raw("raw, IPv6", LinkType.RAW, new ByteWriter(), V6),
                raw("raw IPv4", LinkType.IPV4, new ByteWriter(), V4),
                raw("raw IPv6", LinkType.IPV6, new ByteWriter(), V6),
                raw("null, little-endian", LinkType.NULL, new ByteWriter().u32Le(2), V4),
                raw("null, IPv6 of a BSD", LinkType.NULL, new ByteWriter().u32Le(30), V6),
                raw("loop", LinkType.LOOP, new ByteWriter().u32(2), V4),
                raw("PPP", LinkType.PPP, new ByteWriter().u16(0xff03).u16(0x21), V4),
                raw("PPP without address", LinkType.PPP, new ByteWriter().u16(0x57), V6),
                raw(
                        "Linux cooked",
                        LinkType.LINUX_SLL,
                        new ByteWriter().zeros(14).u16(IPV4),
                        V4),
                raw(
                        "Linux cooked v2",
                        LinkType.LINUX_SLL2,
                        new ByteWriter().u16(IPV6).zeros(18),
                        V6));
    }

    private static Stream<Example> tunnels() {
        return Stream.of(
                noMac("IP in IP", IPV4, Frames.ipv4(4, V4)),
                noMac("GRE", IPV4, Frames.ipv4(47, Frames.gre(0, IPV4, V4))),
                noMac("GRE, checksum, key, sequence", IPV4, Frames.ipv4(47, Frames.gre(0xb000, IPV4, V4))),
                tunnel("GRE, bridged", 47, Frames.gre(0, 0x6558, ETHERNET), ""),
                tunnel("ERSPAN I", 47, Frames.gre(0, 0x88be, ETHERNET), ""),
                tunnel("ERSPAN II", 47, Frames.erspan2(77, ETHERNET), "erspan77"),
                tunnel("ERSPAN III", 47, Frames.erspan3(78, false, ETHERNET), "erspan78"),
                tunnel("ERSPAN III, subheader", 47, Frames.erspan3(78, true, ETHERNET), "erspan78"),
                tunnel("VXLAN", 17, Frames.vxlan(4711, ETHERNET), "vni4711"),
                tunnel("Geneve", 17, Frames.geneve(12, 0, 0x6558, ETHERNET), "vni12"),
                tunnel("Geneve, options", 17, Frames.geneve(12, 63, 0x6558, ETHERNET), "vni12"),
                tunnel(
                        "a tunnel in a tunnel in a tunnel",
                        47,
                        Frames.gre(
                                0,
                                IPV4,
                                Frames.ipv4(
                                        17,
                                        Frames.vxlan(
                                                9,
                                                Frames.ethernet(
                                                        IPV4, Frames.ipv4(47, Frames.gre(0, 0x6558, ETHERNET)))))),
                        "vni9"),
                new Example(
                        "GTP-U",
                        LinkType.ETHERNET,
                        Frames.ethernet(IPV4, Frames.ipv4(17, Frames.gtpU(99, V4))),
                        false,
                        "ffffffffffffffff vlan 0 tunnel "),
                new Example(
                        "6in4",
                        LinkType.ETHERNET,
                        Frames.ethernet(IPV4, Frames.ipv4(41, V6)),
                        true,
                        "ffffffffffffffff vlan 0 tunnel "));
    }
}
