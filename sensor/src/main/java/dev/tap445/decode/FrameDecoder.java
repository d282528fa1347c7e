package dev.tap445.decode;

import dev.tap445.wire.Arp;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.FrameWalker;
import dev.tap445.wire.Icmp;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.IpProtocol;
import dev.tap445.wire.Ipv6;
import dev.tap445.wire.LinkType;
import dev.tap445.wire.Tcp;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns frames into segments, signs of life and unreachable messages; puts fragmented TCP packets together. One per
 * worker; allocates nothing per frame; hostile bytes end in {@link FrameHandler#onFailure}.
 */
public final class FrameDecoder {
    private final FrameWalker frame = new FrameWalker();
    private final FrameWalker quoted = new FrameWalker();
    private final FrameWalker rebuilt = new FrameWalker();
    private final Defragmenter defragmenter = new Defragmenter(new Rebuilt());
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
        advance(timeNanos);
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

    /** Gives up the fragments that have waited long enough at this time; each frame does so by its own. */
    public void advance(long timeNanos) {
        if (timeNanos >= defragmenter.nextDeadline()) {
            defragmenter.expire(timeNanos);
        }
    }

    /** No frame will follow: hands over what fragments there are of packets that did not become whole. */
    public void finish() {
        defragmenter.finish();
    }

    private void ip(MemorySegment m, long timeNanos) {
        int protocol = frame.protocol();
        if (frame.isFragment()) {
            fragment(m, protocol, timeNanos);
        } else if (protocol == IpProtocol.TCP) {
            tcp(m, frame, null, timeNanos);
            return;
        } else if (protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6) {
            icmp(m, protocol == IpProtocol.ICMP, timeNanos);
        }
        life(frame.sourceHigh(), frame.sourceLow(), timeNanos);
    }

    private void fragment(MemorySegment m, int protocol, long timeNanos) {
        if (protocol == IpProtocol.TCP || !frame.isV4() && Ipv6.isExtension(protocol)) {
            defragmenter.add(m, frame, timeNanos);
        } else if (frame.startsTunnelFragment(m)) {
            handler.onFailure(DecodeFailure.TUNNEL_FRAGMENTED);
        } else if (frame.fragmentOffset() == 0 && (protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6)) {
            icmp(m, protocol == IpProtocol.ICMP, timeNanos);
        }
    }

    /** Packets out of fragments; those that came to nothing are counted, whatever was in them. */
    private final class Rebuilt implements Defragmenter.Sink {
        @Override
        public void onPacket(FragmentedPacket packet, long header, int captured, long timeNanos) {
            MemorySegment m = packet.memory();
            int found = rebuilt.walk(m, header, captured, LinkType.RAW);
            if (found == FrameWalker.FAILED) {
                handler.onFailure(Objects.requireNonNull(rebuilt.failure()));
            } else if (found == FrameWalker.IP && rebuilt.isFragment()) {
                handler.onFailure(DecodeFailure.IP_FRAGMENT_INVALID); // fragments inside fragments
            } else if (found == FrameWalker.IP && rebuilt.protocol() == IpProtocol.TCP) {
                tcp(m, rebuilt, packet, timeNanos);
            }
        }

        @Override
        public void onFailure(DecodeFailure reason) {
            handler.onFailure(reason);
        }
    }

    /** {@code packet}: where the segment was put together, if it came in fragments. */
    private void tcp(MemorySegment m, FrameWalker ip, @Nullable FragmentedPacket packet, long timeNanos) {
        long header = ip.payloadOffset();
        long captured = ip.payloadEnd() - header;
        if (captured < Tcp.MIN_HEADER_LENGTH) {
            handler.onFailure(DecodeFailure.TCP_TRUNCATED);
            return;
        }
        int length = Tcp.headerLength(m, header);
        if (length < Tcp.MIN_HEADER_LENGTH || length > ip.payloadLength()) {
            handler.onFailure(DecodeFailure.TCP_DATA_OFFSET);
            return;
        }
        long portsAndSequence = Tcp.portsAndSequence(m, header);
        if (!WatchedPorts.contains((int) (portsAndSequence >>> 48))
                && !WatchedPorts.contains((int) (portsAndSequence >>> 32) & 0xffff)) {
            life(ip.sourceHigh(), ip.sourceLow(), timeNanos);
            return;
        }
        if (length > captured) {
            length = (int) captured & -4; // options cut by the snap length: the fixed header still counts
        }
        segment.set(m, ip, header, length, portsAndSequence, timeNanos);
        if (packet != null) {
            segment.cameBy(packet.ethernetOffset(), packet.vlan(), packet.tunnelId());
        }
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
