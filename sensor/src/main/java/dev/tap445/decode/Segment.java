package dev.tap445.decode;

import dev.tap445.wire.Bytes;
import dev.tap445.wire.Ethernet;
import dev.tap445.wire.FragmentedPacket;
import dev.tap445.wire.FrameWalker;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Tcp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * A TCP segment in place: addresses, header fields and where its payload lies. Reused for the next packet: valid during
 * the call alone.
 */
public final class Segment {
    private static final long MIX = 0x9e37_79b9_7f4a_7c15L;
    /** How much of each end of the payload goes into the fingerprint. */
    private static final int FINGERPRINT_PAYLOAD = 16;

    private ByteBuf memory = Unpooled.EMPTY_BUFFER;
    private long time;
    private long sourceHigh;
    private long sourceLow;
    private long destinationHigh;
    private long destinationLow;
    private long first; // ports and sequence number
    private long second; // acknowledgement, data offset, flags, window
    private int headerOffset;
    private int headerLength;
    private int payloadCaptured;
    private int payloadLength;
    private int identification;
    private int ethernetOffset;
    private int vlan;
    private int tunnel;
    private int zone;

    /**
     * The TCP header at {@code header}, of this length, was checked; {@code portsAndSequence} are its first eight bytes. Where
     * its options were cut by the snap length its fixed part still counts.
     */
    void set(ByteBuf m, FrameWalker frame, int header, int length, long portsAndSequence, long timeNanos) {
        memory = m;
        time = timeNanos;
        sourceHigh = frame.sourceHigh();
        sourceLow = frame.sourceLow();
        destinationHigh = frame.destinationHigh();
        destinationLow = frame.destinationLow();
        first = portsAndSequence;
        second = Tcp.acknowledgementAndFlags(m, header);
        headerOffset = header;
        headerLength = Math.min(length, frame.payloadEnd() - header & -4);
        payloadLength = Math.max(0, frame.payloadLength() - length);
        payloadCaptured = Math.min(payloadLength, Math.max(0, frame.payloadEnd() - header - length));
        identification = frame.isV4() ? frame.identification() : 0;
        ethernetOffset = frame.ethernetOffset();
        vlan = frame.vlan();
        tunnel = frame.tunnel();
    }

    /** Says how the packet came, where its fragments were put together elsewhere than in a frame. */
    void cameBy(FragmentedPacket packet) {
        ethernetOffset = packet.frontLength() > 0 ? packet.front() : -1;
        vlan = packet.vlan();
        tunnel = packet.tunnel();
    }

    void zone(int vantage) {
        zone = vantage;
    }

    /**
     * Equal for the same packet mirrored twice, whatever became of its TTL, MAC and VLAN: IPv4 identification, TCP header
     * and payload (its length and both its ends; the checksum in the header stands for the rest).
     */
    public int fingerprint() {
        ByteBuf m = memory;
        long h = (Integer.toUnsignedLong(identification) << 32 | payloadLength) * MIX;
        int at = headerOffset;
        h = (h ^ h >>> 29 ^ first) * MIX;
        h = (h ^ h >>> 29 ^ second) * MIX;
        h = (h ^ h >>> 29 ^ Bytes.i32(m, at + 16)) * MIX;
        for (int i = Tcp.MIN_HEADER_LENGTH; i < headerLength; i += 4) {
            h = (h ^ h >>> 29 ^ Bytes.i32(m, at + i)) * MIX;
        }
        if (payloadCaptured >= 2 * FINGERPRINT_PAYLOAD) {
            int payload = payloadOffset();
            int tail = payload + payloadCaptured - FINGERPRINT_PAYLOAD;
            h = (h ^ h >>> 29 ^ Bytes.i64(m, payload) ^ Long.rotateLeft(Bytes.i64(m, payload + 8), 17)) * MIX;
            h = (h ^ h >>> 29 ^ Bytes.i64(m, tail) ^ Long.rotateLeft(Bytes.i64(m, tail + 8), 17)) * MIX;
        } else {
            for (int i = 0; i < payloadCaptured; i++) {
                h = (h ^ Bytes.u8(m, payloadOffset() + i)) * MIX;
            }
        }
        return (int) (h ^ h >>> 32);
    }

    /**
     * Whether the same bytes again are the same packet again. A bare acknowledgement without an IP identification (IPv6, or
     * IPv4 where DF leaves it zero) is sent in equal copies by receivers too (RFC 5681 section 3.2).
     */
    public boolean isDistinct() {
        return identification != 0 || payloadLength > 0 || (flags() & (Tcp.SYN | Tcp.FIN | Tcp.RST)) != 0;
    }

    public ByteBuf memory() {
        return memory;
    }

    /** Nanoseconds since the epoch. */
    public long time() {
        return time;
    }

    public long sourceHigh() {
        return sourceHigh;
    }

    public long sourceLow() {
        return sourceLow;
    }

    public long destinationHigh() {
        return destinationHigh;
    }

    public long destinationLow() {
        return destinationLow;
    }

    public int sourcePort() {
        return (int) (first >>> 48);
    }

    public int destinationPort() {
        return (int) (first >>> 32) & 0xffff;
    }

    public int sequence() {
        return (int) first;
    }

    public int acknowledgement() {
        return (int) (second >>> 32);
    }

    private int flags() {
        return (int) (second >>> 16) & 0xff;
    }

    public boolean has(int flag) {
        return (flags() & flag) != 0;
    }

    /** SYN without ACK, RST: a connection attempt. */
    public boolean isSyn() {
        return (flags() & (Tcp.SYN | Tcp.ACK | Tcp.RST)) == Tcp.SYN;
    }

    public boolean isSynAck() {
        return (flags() & (Tcp.SYN | Tcp.ACK | Tcp.RST)) == (Tcp.SYN | Tcp.ACK);
    }

    public int payloadOffset() {
        return headerOffset + headerLength;
    }

    /** Payload bytes that were captured. */
    public int payloadCaptured() {
        return payloadCaptured;
    }

    /** Payload bytes on the wire. */
    public int payloadLength() {
        return payloadLength;
    }

    /** Sequence space it takes: payload, and one for each of SYN and FIN (RFC 9293 section 3.4). */
    public int sequenceLength() {
        return payloadLength + (has(Tcp.SYN) ? 1 : 0) + (has(Tcp.FIN) ? 1 : 0);
    }

    /** Source MAC in the low 48 bits, or -1 where the frame has none. */
    public long sourceMac() {
        return ethernetOffset < 0 ? -1 : Ethernet.source(memory, ethernetOffset);
    }

    /** Outermost VLAN id of the frame; 0 where there is none. */
    public int vlan() {
        return vlan;
    }

    /** VNI or ERSPAN session as a {@link dev.tap445.wire.Vantage}; 0 where there is none. */
    public int tunnel() {
        return tunnel;
    }

    /** What both addresses are told from equal ones by; 0 where by nothing. */
    public int zone() {
        return zone;
    }

    @Override
    public String toString() {
        return new IpAddress(sourceHigh, sourceLow, zone) + ":" + sourcePort() + " > "
                + new IpAddress(destinationHigh, destinationLow, zone) + ":" + destinationPort() + " flags " + flags()
                + " seq " + Integer.toUnsignedString(sequence()) + " ack "
                + Integer.toUnsignedString(acknowledgement()) + " len " + payloadLength;
    }
}
