package dev.tap445.wire;

import io.netty.buffer.ByteBuf;

/**
 * What all fragments of a packet have in common: addresses, identification, protocol (RFC 791 section 3.2; IPv6 has it in
 * the first alone, RFC 8200 section 4.5), and the way they came. Set anew for each packet; allocates nothing.
 */
public final class FragmentKey {
    private boolean v4;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private int identification;
    private int protocol;
    private int vlan;
    private int tunnelId;

    /** Takes on what the fragment has. */
    public void set(FrameWalker fragment) {
        v4 = fragment.isV4();
        sourceHigh = fragment.sourceHigh();
        sourceLow = fragment.sourceLow();
        destinationHigh = fragment.destinationHigh();
        destinationLow = fragment.destinationLow();
        identification = fragment.identification();
        protocol = fragment.protocol();
        vlan = fragment.vlan();
        tunnelId = fragment.tunnelId();
    }

    /** Whether {@code fragment} is of the same packet. */
    public boolean is(FrameWalker fragment) {
        return identification == fragment.identification()
                && sourceLow == fragment.sourceLow()
                && destinationLow == fragment.destinationLow()
                && sourceHigh == fragment.sourceHigh()
                && destinationHigh == fragment.destinationHigh()
                && v4 == fragment.isV4()
                && (!v4 || protocol == fragment.protocol())
                && vlan == fragment.vlan()
                && tunnelId == fragment.tunnelId();
    }

    /** The same number for all fragments of a packet; others may have it too. */
    public static int mark(FrameWalker fragment) {
        long pair = fragment.sourceLow() * 31 + fragment.destinationLow();
        return (int) (pair ^ pair >>> 32) * 31 + fragment.identification();
    }

    /** Length of the header that {@link #writeHeader} writes. */
    int headerLength() {
        return v4 ? Ipv4.MIN_HEADER_LENGTH : Ipv6.HEADER_LENGTH;
    }

    /** Writes the header of the whole packet. */
    void writeHeader(ByteBuf m, int at, int payloadLength, int next) {
        if (v4) {
            int packet = Ipv4.MIN_HEADER_LENGTH + payloadLength;
            Ipv4.write(m, at, packet, identification, next, (int) sourceLow, (int) destinationLow);
        } else {
            Ipv6.write(m, at, payloadLength, next, sourceHigh, sourceLow, destinationHigh, destinationLow);
        }
    }

    int vlan() {
        return vlan;
    }
}
