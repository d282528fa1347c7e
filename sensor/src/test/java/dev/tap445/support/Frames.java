package dev.tap445.support;

/** Packets from the inside out: each method puts one header in front of what it is given. */
public final class Frames {
    public static final long CLIENT_MAC = 0x0200_0000_0001L;
    public static final long SERVER_MAC = 0x0200_0000_0002L;
    public static final int CLIENT = 0xc612_0001; // 198.18.0.1
    public static final int SERVER = 0xc612_0002;
    public static final long V6_HIGH = 0xfd00_0000_0000_0000L;
    public static final long V6_CLIENT = 1;
    public static final long V6_SERVER = 2;
    public static final int CLIENT_PORT = 49152;
    public static final int SYN = 0x02;
    public static final int PUSH_ACK = 0x18;

    private Frames() {}

    private static byte[] join(ByteWriter header, byte[] payload) {
        return header.put(payload).toArray();
    }

    /** From the client to port 445. */
    public static byte[] tcp(int flags, long sequence, byte[] payload) {
        return tcp(CLIENT_PORT, 445, flags, sequence, payload);
    }

    public static byte[] tcp(int source, int destination, int flags, long sequence, byte[] payload) {
        return join(
                new ByteWriter()
                        .u16(source)
                        .u16(destination)
                        .u32(sequence)
                        .u32(0)
                        .u8(5 << 4)
                        .u8(flags)
                        .u16(64240)
                        .u32(0),
                payload);
    }

    public static byte[] ipv4(int protocol, byte[] payload) {
        return ipv4(protocol, 7, 0, 64, payload);
    }

    /** @param fragment the 16 bits of flags and offset */
    public static byte[] ipv4(int protocol, int identification, int fragment, int ttl, byte[] payload) {
        return join(
                new ByteWriter()
                        .u16(0x4500)
                        .u16(20 + payload.length)
                        .u16(identification)
                        .u16(fragment)
                        .u8(ttl)
                        .u8(protocol)
                        .u16(0)
                        .u32(CLIENT)
                        .u32(SERVER),
                payload);
    }

    public static byte[] ipv6(int next, byte[] payload) {
        return join(
                new ByteWriter()
                        .u32(0x6000_0000L)
                        .u16(payload.length)
                        .u8(next)
                        .u8(64)
                        .u64(V6_HIGH)
                        .u64(V6_CLIENT)
                        .u64(V6_HIGH)
                        .u64(V6_SERVER),
                payload);
    }

    public static byte[] ipv6Fragment(int next, int offset, boolean more, long identification, byte[] payload) {
        return ipv6(
                44,
                join(
                        new ByteWriter()
                                .u8(next)
                                .u8(0)
                                .u16(offset | (more ? 1 : 0))
                                .u32(identification),
                        payload));
    }

    public static byte[] ethernet(int type, byte[] payload) {
        return join(new ByteWriter().u16(0x0200).u32(2).u16(0x0200).u32(1).u16(type), payload);
    }

    /** An 802.1Q tag behind its type. */
    public static byte[] tag(int id, int type, byte[] payload) {
        return join(new ByteWriter().u16(id).u16(type), payload);
    }

    public static byte[] mpls(int labels, byte[] payload) {
        ByteWriter out = new ByteWriter();
        for (int i = labels; i > 0; i--) {
            out.u16(i).u8(i == 1 ? 1 : 0).u8(64);
        }
        return join(out, payload);
    }

    public static byte[] pppoe(int protocol, byte[] payload) {
        return join(new ByteWriter().u16(0x1100).u16(5).u16(payload.length + 2).u16(protocol), payload);
    }

    /** @param flags with which optional words follow, in this order: checksum, key, sequence */
    public static byte[] gre(int flags, int type, byte[] payload) {
        int words = Integer.bitCount(flags & 0xb000);
        return join(new ByteWriter().u16(flags).u16(type).fill(0, 4 * words), payload);
    }

    public static byte[] udp(int port, byte[] payload) {
        return join(
                new ByteWriter().u16(50000).u16(port).u16(8 + payload.length).u16(0), payload);
    }

    public static byte[] vxlan(int vni, byte[] ethernet) {
        return udp(4789, join(new ByteWriter().u32(0x0800_0000L).u32((long) vni << 8), ethernet));
    }

    public static byte[] geneve(int vni, int optionWords, int type, byte[] payload) {
        return udp(
                6081,
                join(
                        new ByteWriter()
                                .u8(optionWords)
                                .u8(0)
                                .u16(type)
                                .u32((long) vni << 8)
                                .zeros(4 * optionWords),
                        payload));
    }

    public static byte[] gtpU(long teid, byte[] ip) {
        return udp(2152, join(new ByteWriter().u8(0x30).u8(0xff).u16(ip.length).u32(teid), ip));
    }

    public static byte[] erspan2(int session, byte[] ethernet) {
        return gre(
                0x1000, 0x88be, join(new ByteWriter().u16(0x1000).u16(session).u32(0), ethernet));
    }

    public static byte[] erspan3(int session, boolean subheader, byte[] ethernet) {
        ByteWriter header =
                new ByteWriter().u16(0x2000).u16(session).u32(0).u16(0).u16(subheader ? 1 : 0);
        return gre(0x1000, 0x22eb, join(header.zeros(subheader ? 8 : 0), ethernet));
    }
}
