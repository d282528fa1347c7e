package dev.tap445.wire;

/** Symmetric hash of an address pair: both directions of a conversation give the same value. */
public final class FlowHash {
    private static final long MIX_1 = 0x9e37_79b9_7f4a_7c15L;
    private static final long MIX_2 = 0xd6e8_feb8_6659_fd93L;

    private FlowHash() {}

    /** Hash of an IPv4 pair, equal to {@link #ofPair(long, long, long, long)} of the mapped forms. */
    public static int ofV4Pair(int a, int b) {
        return ofPair(0, IpAddress.mappedLow(a), 0, IpAddress.mappedLow(b));
    }

    public static int ofPair(long aHigh, long aLow, long bHigh, long bLow) {
        long a = (aHigh ^ Long.rotateLeft(aLow, 23)) * MIX_1;
        long b = (bHigh ^ Long.rotateLeft(bLow, 23)) * MIX_1;
        long h = (a ^ a >>> 32) + (b ^ b >>> 32);
        h *= MIX_2;
        return (int) (h >>> 32);
    }
}
