package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/** ARP for IPv4 over Ethernet (RFC 826). */
public final class Arp {
    private static final int LENGTH = 28;
    private static final long ETHERNET_IPV4 = 0x0001_0800_0604L;
    private static final int SENDER_ADDRESS = 14;

    private Arp() {}

    static boolean check(ByteBuf m, int at, int end) {
        return end - at >= LENGTH && Bytes.i64(m, at) >>> 16 == ETHERNET_IPV4;
    }

    public static int senderAddress(ByteBuf m, int at) {
        return Bytes.i32(m, at + SENDER_ADDRESS);
    }
}
