package dev.tap445.track;

import dev.tap445.decode.WatchedPorts;
import dev.tap445.wire.Ethernet;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Ipv4;
import dev.tap445.wire.LinkType;
import dev.tap445.wire.Tcp;
import io.netty.buffer.ByteBuf;

/**
 * Fetches the flows of packets that come soon, all at once: with more flows than the caches hold, each packet waits for
 * memory two or three times, and waiting for many at the same time takes no longer than for one. Knows plain TCP over
 * IPv4, with or without one VLAN tag, and keys without zones; others do without. A hint that changes nothing.
 */
final class Lookahead {
    /** Packets looked at together. */
    static final int PACKETS = 16;

    private static final int SAMPLE = 4096;

    /** As many flows stay in the caches by themselves. */
    private static final int NEAR = 1 << 13;

    private final FlowTable flows;
    private final int[] hashes = new int[PACKETS];
    private final long[] glances = new long[PACKETS];
    private int count;
    private int packets;
    private int strays;
    private boolean scattered;
    /** Of no meaning: keeps the reads from being optimised away. */
    @SuppressWarnings("UnusedVariable")
    private long fetched;

    Lookahead(FlowTable flows) {
        this.flows = flows;
    }

    /** Whether packets mostly are of flows that have not been looked at for a while, and there are many of those. */
    boolean isWorthwhile() {
        return scattered && flows.size() > NEAR && !flows.isZoned();
    }

    /** A packet of a flow was seen that had one in the same tick of the clock, or ({@code stray}) did not. */
    void seen(boolean stray) {
        strays += stray ? 1 : 0;
        if (++packets == SAMPLE) {
            scattered = strays > SAMPLE / 3;
            packets = 0;
            strays = 0;
        }
    }

    /** Notes where to look for the flow of this frame. */
    void note(ByteBuf m, int offset, int captured, int linkType) {
        int ip = linkType == LinkType.ETHERNET ? Ethernet.plainTcp(m, offset, captured) : -1;
        if (ip < 0 || count == PACKETS) {
            return;
        }
        long source = IpAddress.mappedLow(Ipv4.source(m, ip));
        long destination = IpAddress.mappedLow(Ipv4.destination(m, ip));
        int tcp = ip + Ipv4.MIN_HEADER_LENGTH;
        int sourcePort = Tcp.sourcePort(m, tcp);
        int destinationPort = Tcp.destinationPort(m, tcp);
        hashes[count++] = WatchedPorts.contains(destinationPort)
                ? flows.hash(0, source, 0, destination, FlowTable.ports(sourcePort, destinationPort, 0))
                : flows.hash(0, destination, 0, source, FlowTable.ports(destinationPort, sourcePort, 0));
    }

    /**
     * Looks where the flows are, and fetches them. Each in a loop that does nothing else: a processor goes on to the next
     * while it waits for memory, but no farther than some hundred instructions.
     */
    void fetch() {
        for (int i = 0; i < count; i++) {
            glances[i] = flows.glance(hashes[i]);
        }
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += flows.touch(hashes[i], glances[i]);
        }
        count = 0;
        fetched = sum;
    }
}
