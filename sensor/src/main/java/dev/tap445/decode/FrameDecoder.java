package dev.tap445.decode;

import dev.tap445.wire.Arp;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.FrameWalker;
import dev.tap445.wire.Icmp;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.IpProtocol;
import dev.tap445.wire.LinkType;
import dev.tap445.wire.Tcp;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Turns frames into segments, signs of life and unreachable messages. One per worker; allocates nothing per frame;
 * hostile bytes end in {@link FrameHandler#onFailure}.
 */
public final class FrameDecoder {
    private final FrameWalker frame = new FrameWalker();
    private final FrameWalker quoted = new FrameWalker();
    private final Segment segment = new Segment();
    private final FrameHandler handler;

    public FrameDecoder(FrameHandler handler) {
        this.handler = handler;
    }

    /**
     * Decodes one frame.
     *
     * @param captured bytes at {@code offset} that may be read
     * @param timeNanos nanoseconds since the epoch
     */
    public void decode(MemorySegment m, long offset, int captured, int linkType, long timeNanos) {
        switch (frame.walk(m, offset, captured, linkType)) {
            case FrameWalker.IP -> ip(m, timeNanos);
            case FrameWalker.ARP -> {
                long low = IpAddress.mappedLow(Arp.senderAddress(m, frame.arpOffset()));
                life(0, low, timeNanos);
            }
            case FrameWalker.FAILED -> handler.onFailure(Objects.requireNonNull(frame.failure()));
            default -> {}
        }
    }

    private void ip(MemorySegment m, long timeNanos) {
        if (frame.fragmentOffset() == 0) {
            int protocol = frame.protocol();
            if (protocol == IpProtocol.TCP) {
                tcp(m, timeNanos);
                return;
            }
            if (protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6) {
                icmp(m, protocol == IpProtocol.ICMP, timeNanos);
            }
        }
        life(frame.sourceHigh(), frame.sourceLow(), timeNanos);
    }

    private void tcp(MemorySegment m, long timeNanos) {
        long header = frame.payloadOffset();
        long captured = frame.payloadEnd() - header;
        if (captured < Tcp.MIN_HEADER_LENGTH) {
            handler.onFailure(frame.moreFragments() ? DecodeFailure.IP_FRAGMENT_INVALID : DecodeFailure.TCP_TRUNCATED);
            return;
        }
        int length = Tcp.headerLength(m, header);
        if (length < Tcp.MIN_HEADER_LENGTH || length > frame.payloadLength()) {
            handler.onFailure(DecodeFailure.TCP_DATA_OFFSET);
            return;
        }
        if (!WatchedPorts.contains(Tcp.sourcePort(m, header))
                && !WatchedPorts.contains(Tcp.destinationPort(m, header))) {
            life(frame.sourceHigh(), frame.sourceLow(), timeNanos);
            return;
        }
        if (length > captured) {
            length = (int) captured & -4; // options cut by the snap length: the fixed header still counts
        }
        segment.set(m, frame, header, length, timeNanos);
        handler.onSegment(segment);
    }

    private void icmp(MemorySegment m, boolean v4, long timeNanos) {
        long at = frame.payloadOffset();
        long captured = frame.payloadEnd() - at;
        if (captured < Icmp.HEADER_LENGTH || !Icmp.isUnreachable(m, at, v4)) {
            return;
        }
        long quote = at + Icmp.HEADER_LENGTH;
        int found = quoted.walk(m, quote, (int) (frame.payloadEnd() - quote), LinkType.RAW);
        if (found == FrameWalker.FAILED) {
            handler.onFailure(DecodeFailure.ICMP_TRUNCATED);
            return;
        }
        if (found != FrameWalker.IP || quoted.protocol() != IpProtocol.TCP || quoted.fragmentOffset() > 0) {
            return;
        }
        long tcp = quoted.payloadOffset();
        if (quoted.payloadEnd() - tcp < Icmp.QUOTED_PAYLOAD) {
            handler.onFailure(DecodeFailure.ICMP_TRUNCATED);
            return;
        }
        int port = Tcp.destinationPort(m, tcp);
        if (WatchedPorts.contains(port)) {
            handler.onUnreachable(
                    quoted.sourceHigh(),
                    quoted.sourceLow(),
                    Tcp.sourcePort(m, tcp),
                    quoted.destinationHigh(),
                    quoted.destinationLow(),
                    port,
                    Tcp.sequence(m, tcp),
                    timeNanos);
        }
    }

    private void life(long high, long low, long timeNanos) {
        if (IpAddress.isHost(high, low)) {
            handler.onLife(high, low, timeNanos);
        }
    }
}
