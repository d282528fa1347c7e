package dev.tap445.support;

import dev.tap445.wire.FrameWalker;
import dev.tap445.wire.LinkType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Puts plain Ethernet frames into every link layer, tag, label and tunnel that the sensor reads, and cuts their packets
 * into fragments. Tunnels run between the same two routers always.
 */
public final class Rewrap {
    private static final int ETHERNET_HEADER = 14;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int TRANSPARENT = 0x6558;
    private static final int ROUTER = 0xc000_0201; // 192.0.2.1
    private static final long ROUTER_V6 = 0xfd00_0002_0000_0000L;
    private static final int UDP = 17;
    private static final int GRE = 47;
    /** What a fragment carries at most; a multiple of eight. */
    private static final int FRAGMENT = 24;

    private static final int MORE = 0x2000;

    /**
     * One way to wrap.
     *
     * @param wholeFrame whether everything that is in Ethernet can be carried, or IP packets alone
     */
    public record Way(String name, boolean wholeFrame, Function<RawFrame, List<RawFrame>> wrap) {
        /** The frames that can be carried, as they are. */
        public List<RawFrame> carried(List<RawFrame> packets) {
            return packets.stream().filter(p -> wholeFrame || ip(p) >= 0).toList();
        }

        public List<RawFrame> wrapped(List<RawFrame> packets) {
            return carried(packets).stream()
                    .flatMap(p -> wrap.apply(p).stream())
                    .toList();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Those whose packets are inside others. */
    public static List<Way> tunnels() {
        List<Way> ways = new ArrayList<>();
        tunnels(ways);
        nested(ways);
        return ways;
    }

    private Rewrap() {}

    public static List<Way> ways() {
        List<Way> ways = new ArrayList<>();
        links(ways);
        tags(ways);
        tunnels(ways);
        nested(ways);
        // A mirrored copy has the same identification, another packet has another.
        Map<Integer, Integer> ids = new HashMap<>();
        ways.add(new Way("fragments", true, p -> fragments(p, false, ids)));
        ways.add(new Way("fragments, last first", true, p -> fragments(p, true, ids)));
        ways.add(new Way(
                "fragments in VXLAN",
                true,
                p -> fragments(p, true, ids).stream()
                        .map(f -> f.with(outer(UDP, Frames.vxlan(7, f.bytes()), false), LinkType.ETHERNET))
                        .toList()));
        return ways;
    }

    private static void links(List<Way> ways) {
        framed(
                ways,
                "Linux cooked",
                LinkType.LINUX_SLL,
                f -> new ByteWriter().u16(0).u16(1).u16(6).zeros(8).put(rest(f)).toArray());
        framed(ways, "Linux cooked v2", LinkType.LINUX_SLL2, f -> {
            byte[] rest = rest(f);
            return new ByteWriter()
                    .put(Arrays.copyOf(rest, 2))
                    .u16(0)
                    .u32(3)
                    .u16(1)
                    .u8(0)
                    .u8(6)
                    .zeros(8)
                    .put(Arrays.copyOfRange(rest, 2, rest.length))
                    .toArray();
        });
        for (int type : new int[] {LinkType.RAW, LinkType.DLT_RAW, LinkType.DLT_RAW_OPENBSD, LinkType.IPV4}) {
            packet(ways, "raw IP " + type, type, UnaryOperator.identity());
        }
        packet(
                ways,
                "null",
                LinkType.NULL,
                ip -> new ByteWriter().u32Le(isV4(ip) ? 2 : 30).put(ip).toArray());
        packet(
                ways,
                "loop",
                LinkType.LOOP,
                ip -> new ByteWriter().u32(isV4(ip) ? 2 : 24).put(ip).toArray());
        packet(
                ways,
                "PPP",
                LinkType.PPP,
                ip -> new ByteWriter()
                        .u16(0xff03)
                        .u16(isV4(ip) ? 0x21 : 0x57)
                        .put(ip)
                        .toArray());
        packet(ways, "PPP over Ethernet link", LinkType.PPP_ETHER, ip -> Frames.pppoe(isV4(ip) ? 0x21 : 0x57, ip));
    }

    private static void tags(List<Way> ways) {
        framed(
                ways,
                "padding and checksum",
                LinkType.ETHERNET,
                f -> new ByteWriter()
                        .put(f)
                        .fill(0xff, Math.max(0, 60 - f.length) + 4)
                        .toArray());
        framed(ways, "802.1Q", LinkType.ETHERNET, f -> tagged(f, 0x8100, 100));
        framed(ways, "priority tag", LinkType.ETHERNET, f -> tagged(f, 0x8100, 0xe000));
        framed(ways, "QinQ", LinkType.ETHERNET, f -> tagged(tagged(f, 0x8100, 20), 0x88a8, 100));
        framed(ways, "QinQ 9100", LinkType.ETHERNET, f -> tagged(tagged(f, 0x8100, 20), 0x9100, 100));
        framed(
                ways,
                "three tags",
                LinkType.ETHERNET,
                f -> tagged(tagged(tagged(f, 0x8100, 20), 0x8100, 30), 0x9200, 100));
        framed(ways, "VN-Tag", LinkType.ETHERNET, f -> spliced(f, 0x8926, new byte[4]));
        framed(
                ways,
                "PBB",
                LinkType.ETHERNET,
                f -> Frames.ethernet(0x88e7, new ByteWriter().u32(77).put(f).toArray()));
        framed(ways, "SNAP", LinkType.ETHERNET, Rewrap::snap);
        packet(
                ways,
                "PPPoE",
                LinkType.ETHERNET,
                ip -> Frames.ethernet(0x8864, Frames.pppoe(isV4(ip) ? 0x21 : 0x57, ip)));
        packet(ways, "MPLS", LinkType.ETHERNET, ip -> Frames.ethernet(0x8847, Frames.mpls(3, ip)));
        framed(
                ways,
                "MPLS pseudowire",
                LinkType.ETHERNET,
                f -> Frames.ethernet(
                        0x8847, Frames.mpls(2, new ByteWriter().u32(9).put(f).toArray())));
    }

    private static void tunnels(List<Way> ways) {
        for (boolean v6 : new boolean[] {false, true}) {
            String over = v6 ? " over IPv6" : "";
            packet(ways, "IP in IP" + over, LinkType.ETHERNET, ip -> outer(isV4(ip) ? 4 : 41, ip, v6));
            packet(ways, "GRE" + over, LinkType.ETHERNET, ip -> outer(GRE, Frames.gre(0, type(ip), ip), v6));
            framed(
                    ways,
                    "GRE, checksum, key, sequence" + over,
                    LinkType.ETHERNET,
                    f -> outer(GRE, Frames.gre(0xb000, TRANSPARENT, f), v6));
            framed(ways, "ERSPAN I" + over, LinkType.ETHERNET, f -> outer(GRE, Frames.gre(0, 0x88be, f), v6));
            framed(ways, "ERSPAN II" + over, LinkType.ETHERNET, f -> outer(GRE, Frames.erspan2(9, f), v6));
            framed(ways, "ERSPAN III" + over, LinkType.ETHERNET, f -> outer(GRE, Frames.erspan3(9, false, f), v6));
            framed(
                    ways,
                    "ERSPAN III, subheader" + over,
                    LinkType.ETHERNET,
                    f -> outer(GRE, Frames.erspan3(9, true, f), v6));
            framed(ways, "VXLAN" + over, LinkType.ETHERNET, f -> outer(UDP, Frames.vxlan(7, f), v6));
            framed(ways, "Geneve" + over, LinkType.ETHERNET, f -> outer(UDP, Frames.geneve(7, 3, TRANSPARENT, f), v6));
            packet(
                    ways,
                    "Geneve, IP inside" + over,
                    LinkType.ETHERNET,
                    ip -> outer(UDP, Frames.geneve(7, 0, type(ip), ip), v6));
            packet(ways, "GTP-U" + over, LinkType.ETHERNET, ip -> outer(UDP, Frames.gtpU(7, ip), v6));
        }
    }

    private static void nested(List<Way> ways) {
        framed(
                ways,
                "VXLAN in GRE in QinQ",
                LinkType.ETHERNET,
                f -> tagged(
                        tagged(
                                outer(
                                        GRE,
                                        Frames.gre(0x2000, TRANSPARENT, outer(UDP, Frames.vxlan(7, f), false)),
                                        true),
                                0x8100,
                                5),
                        0x88a8,
                        6));
        framed(
                ways,
                "tags in ERSPAN in tags",
                LinkType.ETHERNET,
                f -> tagged(
                        outer(GRE, Frames.erspan2(9, tagged(tagged(f, 0x8100, 20), 0x88a8, 100)), false), 0x8100, 5));
        packet(ways, "MPLS in GRE, cooked", LinkType.LINUX_SLL, ip -> {
            byte[] frame = outer(GRE, Frames.gre(0, 0x8847, Frames.mpls(1, ip)), false);
            return new ByteWriter()
                    .u16(0)
                    .u16(1)
                    .u16(6)
                    .zeros(8)
                    .put(rest(frame))
                    .toArray();
        });
    }

    private static void framed(List<Way> ways, String name, int linkType, UnaryOperator<byte[]> wrap) {
        ways.add(new Way(name, true, p -> List.of(p.with(wrap.apply(p.bytes()), linkType))));
    }

    private static void packet(List<Way> ways, String name, int linkType, UnaryOperator<byte[]> wrap) {
        ways.add(new Way(name, false, p -> List.of(p.with(wrap.apply(ipPacket(p)), linkType))));
    }

    /** Where the IP packet begins, or -1 where there is none. */
    private static int ip(RawFrame p) {
        FrameWalker walker = new FrameWalker();
        return walker.walk(p.memory(), 0, p.bytes().length, p.linkType()) == FrameWalker.IP ? walker.ipOffset() : -1;
    }

    /** The IP packet without the padding behind it, which nothing but Ethernet has. */
    private static byte[] ipPacket(RawFrame p) {
        FrameWalker walker = new FrameWalker();
        walker.walk(p.memory(), 0, p.bytes().length, p.linkType());
        return Arrays.copyOfRange(p.bytes(), walker.ipOffset(), walker.payloadEnd());
    }

    private static boolean isV4(byte[] ip) {
        return ip[0] >>> 4 == 4;
    }

    private static int type(byte[] ip) {
        return isV4(ip) ? IPV4 : IPV6;
    }

    /** From the EtherType on. */
    private static byte[] rest(byte[] frame) {
        return Arrays.copyOfRange(frame, ETHERNET_HEADER - 2, frame.length);
    }

    private static byte[] tagged(byte[] frame, int type, int id) {
        return spliced(frame, type, new ByteWriter().u16(id).toArray());
    }

    private static byte[] spliced(byte[] frame, int type, byte[] tag) {
        return new ByteWriter()
                .put(Arrays.copyOf(frame, ETHERNET_HEADER - 2))
                .u16(type)
                .put(tag)
                .put(rest(frame))
                .toArray();
    }

    private static byte[] snap(byte[] frame) {
        byte[] rest = rest(frame);
        return new ByteWriter()
                .put(Arrays.copyOf(frame, ETHERNET_HEADER - 2))
                .u16(Math.min(rest.length + 6, 1500))
                .u16(0xaaaa)
                .u8(3)
                .zeros(3)
                .put(rest)
                .toArray();
    }

    /** An Ethernet frame between the routers. */
    private static byte[] outer(int protocol, byte[] payload, boolean v6) {
        return v6
                ? Frames.ethernet(
                        IPV6,
                        new ByteWriter()
                                .u32(0x6000_0000L)
                                .u16(payload.length + 8)
                                .u8(0) // hop-by-hop options in front
                                .u8(64)
                                .u64(ROUTER_V6)
                                .u64(1)
                                .u64(ROUTER_V6)
                                .u64(2)
                                .u8(protocol)
                                .u8(0)
                                .u32(0x0104_0000L)
                                .u16(0)
                                .put(payload)
                                .toArray())
                : Frames.ethernet(IPV4, ipv4(protocol, 7, 0, ROUTER, ROUTER + 1, payload));
    }

    private static byte[] ipv4(
            int protocol, int identification, int fragment, int source, int destination, byte[] payload) {
        return new ByteWriter()
                .u16(0x4500)
                .u16(20 + payload.length)
                .u16(identification)
                .u16(fragment)
                .u8(64)
                .u8(protocol)
                .u16(0)
                .u32(source)
                .u32(destination)
                .put(payload)
                .toArray();
    }

    /** A TCP packet in fragments of {@value #FRAGMENT} bytes, as small as IP allows for the first to hold the flags. */
    private static List<RawFrame> fragments(RawFrame p, boolean lastFirst, Map<Integer, Integer> ids) {
        FrameWalker walker = new FrameWalker();
        if (walker.walk(p.memory(), 0, p.bytes().length, p.linkType()) != FrameWalker.IP
                || walker.protocol() != 6
                || walker.payloadEnd() - walker.payloadOffset() < walker.payloadLength()) {
            return List.of(p);
        }
        byte[] payload = Arrays.copyOfRange(p.bytes(), walker.payloadOffset(), walker.payloadEnd());
        byte[] front = Arrays.copyOf(p.bytes(), walker.ipOffset());
        int content = Arrays.hashCode(payload) * 31 + walker.identification();
        int identification = ids.computeIfAbsent(content, c -> ids.size() + 1) & 0xffff;
        int piece = FRAGMENT * (1 + payload.length / 500);
        Map<Integer, RawFrame> pieces = new LinkedHashMap<>();
        for (int at = 0; at < payload.length; at += piece) {
            int end = Math.min(at + piece, payload.length);
            byte[] part = Arrays.copyOfRange(payload, at, end);
            boolean more = end < payload.length;
            byte[] ip = walker.isV4()
                    ? ipv4(
                            6,
                            identification,
                            (more ? MORE : 0) | at / 8,
                            (int) walker.sourceLow(),
                            (int) walker.destinationLow(),
                            part)
                    : v6Fragment(walker, at, more, identification, part);
            pieces.put(at, p.with(new ByteWriter().put(front).put(ip).toArray(), p.linkType()));
        }
        List<RawFrame> ordered = new ArrayList<>(pieces.values());
        if (lastFirst) {
            Collections.reverse(ordered);
        }
        return ordered;
    }

    private static byte[] v6Fragment(FrameWalker walker, int at, boolean more, long identification, byte[] part) {
        return new ByteWriter()
                .u32(0x6000_0000L)
                .u16(part.length + 8)
                .u8(44)
                .u8(64)
                .u64(walker.sourceHigh())
                .u64(walker.sourceLow())
                .u64(walker.destinationHigh())
                .u64(walker.destinationLow())
                .u8(6)
                .u8(0)
                .u16(at | (more ? 1 : 0))
                .u32(identification)
                .put(part)
                .toArray();
    }

    /**
     * The outermost IP packet of each frame, whatever it carries, in fragments of {@code piece} bytes, a multiple of eight.
     * Each has an identification of its own. What is too short stays whole.
     */
    public static List<List<RawFrame>> cut(List<RawFrame> packets, int piece) {
        List<List<RawFrame>> cut = new ArrayList<>();
        for (RawFrame p : packets) {
            cut.add(cut(p, piece, cut.size() & 0xffff));
        }
        return cut;
    }

    private static List<RawFrame> cut(RawFrame p, int piece, int id) {
        byte[] bytes = p.bytes();
        int ip = outermost(p);
        boolean v4 = ip >= 0 && bytes[ip] >>> 4 == 4;
        int header = v4 ? 20 : 48; // IPv6 with the options in front
        if (ip < 0 || bytes.length - ip - header <= piece) {
            return List.of(p);
        }
        byte[] payload = Arrays.copyOfRange(bytes, ip + header, bytes.length);
        List<RawFrame> pieces = new ArrayList<>();
        for (int at = 0; at < payload.length; at += piece) {
            byte[] part = Arrays.copyOfRange(payload, at, Math.min(at + piece, payload.length));
            boolean more = at + piece < payload.length;
            ByteWriter out = new ByteWriter().put(Arrays.copyOf(bytes, ip));
            if (v4) {
                out.put(ipv4(bytes[ip + 9], id, (more ? MORE : 0) | at / 8, ROUTER, ROUTER + 1, part));
            } else {
                byte[] front = Arrays.copyOfRange(bytes, ip, ip + header);
                int protocol = front[40];
                front[4] = (byte) (part.length + 16 >> 8);
                front[5] = (byte) (part.length + 16);
                front[40] = 44;
                out.put(front)
                        .u8(protocol)
                        .u8(0)
                        .u16(at | (more ? 1 : 0))
                        .u32(id)
                        .put(part);
            }
            pieces.add(p.with(out.toArray(), p.linkType()));
        }
        return pieces;
    }

    /** Where the outermost IP header is behind tags; -1 where there is none. */
    private static int outermost(RawFrame p) {
        byte[] b = p.bytes();
        int type = p.linkType() == LinkType.LINUX_SLL ? 14 : 12;
        while (true) {
            int etherType = (b[type] & 0xff) << 8 | b[type + 1] & 0xff;
            if (etherType == IPV4 || etherType == IPV6) {
                return type + 2;
            }
            if (etherType != 0x8100 && etherType != 0x88a8) {
                return -1;
            }
            type += 4;
        }
    }
}
