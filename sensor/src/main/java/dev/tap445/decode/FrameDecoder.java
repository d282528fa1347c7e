package dev.tap445.decode;

import dev.tap445.wire.Arp;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.FragmentedPacket;
import dev.tap445.wire.FrameWalker;
import dev.tap445.wire.Icmp;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.IpProtocol;
import dev.tap445.wire.LinkType;
import dev.tap445.wire.Tcp;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns frames into segments, signs of life and unreachable messages; puts fragmented TCP packets together. A fragment
 * of anything else, such as a tunnel's packet, is a sign of life alone: what it is a part of comes whole, from the capture
 * stage. One per worker; allocates nothing per frame; hostile bytes end in {@link FrameHandler#onFailure}.
 */
public final class FrameDecoder implements AutoCloseable {
    private final FrameWalker frame = new FrameWalker();
    private final FrameWalker quoted = new FrameWalker();
    private final FrameWalker rebuilt = new FrameWalker();
    private final Defragmenter defragmenter = new Defragmenter(new Rebuilt());
    private final Segment segment = new Segment();
    private final FrameHandler handler;
    private final Distinguish distinguish;

    public FrameDecoder(FrameHandler handler) {
        this(handler, Distinguish.NONE);
    }

    public FrameDecoder(FrameHandler handler, Distinguish distinguish) {
        this.handler = handler;
        this.distinguish = distinguish;
    }

    /**
     * Decodes one frame; returns what it was.
     *
     * @param captured bytes at {@code offset} that may be read
     * @param timeNanos nanoseconds since the epoch
     */
    public PacketClass decode(ByteBuf m, int offset, int captured, int linkType, long timeNanos) {
        advance(timeNanos);
        return switch (frame.walk(m, offset, captured, linkType)) {
            case FrameWalker.IP -> ip(m, timeNanos);
            case FrameWalker.ARP ->
                life(
                        0,
                        IpAddress.mappedLow(Arp.senderAddress(m, frame.arpOffset())),
                        distinguish.zone(frame),
                        false,
                        timeNanos);
            case FrameWalker.FAILED -> fail(Objects.requireNonNull(frame.failure()));
            default -> PacketClass.IGNORED;
        };
    }

    private PacketClass fail(DecodeFailure reason) {
        handler.onFailure(reason);
        return PacketClass.FAILED;
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

    /** Gives back the memory of fragments; nothing is handed over. */
    @Override
    public void close() {
        defragmenter.close();
    }

    private PacketClass ip(ByteBuf m, long timeNanos) {
        int protocol = frame.protocol();
        boolean fragment = frame.isFragment();
        if (!fragment && protocol == IpProtocol.TCP) {
            return tcp(m, frame, null, timeNanos);
        }
        PacketClass found = PacketClass.LIFE;
        if (fragment) {
            found = fragment(m, protocol, timeNanos);
        } else if (protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6) {
            found = icmp(m, protocol == IpProtocol.ICMP, timeNanos);
        }
        PacketClass alive = life(frame.sourceHigh(), frame.sourceLow(), distinguish.zone(frame), false, timeNanos);
        return found == PacketClass.LIFE ? alive : found;
    }

    private PacketClass fragment(ByteBuf m, int protocol, long timeNanos) {
        if (protocol == IpProtocol.TCP) {
            defragmenter.add(m, frame, timeNanos);
        } else if (frame.fragmentOffset() == 0 && (protocol == IpProtocol.ICMP || protocol == IpProtocol.ICMPV6)) {
            icmp(m, protocol == IpProtocol.ICMP, timeNanos);
        }
        return PacketClass.FRAGMENT;
    }

    /** Packets out of fragments; those that came to nothing are counted. */
    private final class Rebuilt implements Defragmenter.Sink {
        @Override
        public void onPacket(FragmentedPacket packet, int header, int captured, long timeNanos) {
            ByteBuf m = packet.memory();
            if (rebuilt.walk(m, header, captured, LinkType.RAW) == FrameWalker.IP
                    && rebuilt.protocol() == IpProtocol.TCP) {
                tcp(m, rebuilt, packet, timeNanos);
            }
        }

        @Override
        public void onFailure(DecodeFailure reason) {
            handler.onFailure(reason);
        }
    }

    /** {@code packet}: where the segment was put together, if it came in fragments. */
    private PacketClass tcp(ByteBuf m, FrameWalker ip, @Nullable FragmentedPacket packet, long timeNanos) {
        int header = ip.payloadOffset();
        int captured = ip.payloadEnd() - header;
        if (captured < Tcp.MIN_HEADER_LENGTH) {
            return fail(DecodeFailure.TCP_TRUNCATED);
        }
        int length = Tcp.headerLength(m, header);
        if (length < Tcp.MIN_HEADER_LENGTH || length > ip.payloadLength()) {
            return fail(DecodeFailure.TCP_DATA_OFFSET);
        }
        int zone = packet == null ? distinguish.zone(ip) : distinguish.zone(packet.vlan(), packet.tunnel());
        long portsAndSequence = Tcp.portsAndSequence(m, header);
        if (!WatchedPorts.contains((int) (portsAndSequence >>> 48))
                && !WatchedPorts.contains((int) (portsAndSequence >>> 32) & 0xffff)) {
            return life(ip.sourceHigh(), ip.sourceLow(), zone, Tcp.isOpening(m, header), timeNanos);
        }
        segment.set(m, ip, header, length, portsAndSequence, timeNanos);
        if (packet != null) {
            segment.cameBy(packet);
        }
        segment.zone(zone);
        return handler.onSegment(segment);
    }

    private PacketClass icmp(ByteBuf m, boolean v4, long timeNanos) {
        int at = frame.payloadOffset();
        int captured = frame.payloadEnd() - at;
        if (captured < Icmp.HEADER_LENGTH || !Icmp.isUnreachable(m, at, v4)) {
            return PacketClass.LIFE;
        }
        int quote = at + Icmp.HEADER_LENGTH;
        int found = quoted.walk(m, quote, frame.payloadEnd() - quote, LinkType.RAW);
        if (found == FrameWalker.FAILED) {
            return fail(DecodeFailure.ICMP_TRUNCATED);
        }
        if (found != FrameWalker.IP || quoted.protocol() != IpProtocol.TCP || quoted.fragmentOffset() > 0) {
            return PacketClass.LIFE;
        }
        int tcp = quoted.payloadOffset();
        if (quoted.payloadEnd() - tcp < Icmp.QUOTED_PAYLOAD) {
            return fail(DecodeFailure.ICMP_TRUNCATED);
        }
        int port = Tcp.destinationPort(m, tcp);
        if (!WatchedPorts.contains(port)) {
            return PacketClass.LIFE;
        }
        handler.onUnreachable(
                quoted.sourceHigh(),
                quoted.sourceLow(),
                Tcp.sourcePort(m, tcp),
                quoted.destinationHigh(),
                quoted.destinationLow(),
                port,
                distinguish.zone(frame),
                Tcp.sequence(m, tcp),
                timeNanos);
        return PacketClass.UNREACHABLE;
    }

    private PacketClass life(long high, long low, int zone, boolean opening, long timeNanos) {
        if (!IpAddress.isHost(high, low)) {
            return PacketClass.IGNORED;
        }
        handler.onLife(high, low, zone, opening, timeNanos);
        return PacketClass.LIFE;
    }
}
