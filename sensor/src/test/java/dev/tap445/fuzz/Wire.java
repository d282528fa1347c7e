package dev.tap445.fuzz;

import dev.tap445.support.ByteWriter;
import dev.tap445.support.Frames;
import dev.tap445.support.RawFrame;
import dev.tap445.wire.LinkType;
import java.util.ArrayList;
import java.util.List;

/**
 * Plays a {@link Script} as packets: split anywhere, neighbours swapped, sent again, mirrored twice, and, where {@link
 * #lossy} says so, lost or cut.
 */
final class Wire {
    static final long SECOND = 1_000_000_000L;
    private static final int CLIENT = 0xc612_0001;
    private static final int SERVER = 0xc612_0002;
    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int ACK = 16;
    private static final int PUSH_ACK = 24;
    private static final int FIN_ACK = 17;

    final List<RawFrame> packets = new ArrayList<>();
    final int clientPort;
    private final Choices c;
    private final int port;
    private final boolean chaos;
    private final int clientIsn;
    private final int serverIsn;
    private int clientNext;
    private int serverNext;
    private int identification;
    private long time;

    /** {@code chaos}: whether segments are split, swapped, sent again and mirrored twice. */
    Wire(Script script, Choices c, long start, int clientPort, boolean chaos) {
        this.c = c;
        this.chaos = chaos;
        this.port = script.port;
        this.clientPort = clientPort;
        this.time = start;
        clientIsn = c.below(4) * 0x4000_0000 - 5;
        serverIsn = c.below(4) * 0x4000_0000 - 3;
        clientNext = clientIsn + 1;
        serverNext = serverIsn + 1;
        handshake(script);
        if (script.handshake == Script.Handshake.ANSWERED) {
            script.messages.forEach(this::say);
            end(script.end);
        }
    }

    private void handshake(Script script) {
        for (int i = 0; i < script.syns; i++) {
            send(false, SYN, clientIsn, 0, new byte[0]);
            time += SECOND;
        }
        time -= SECOND - 50_000;
        switch (script.handshake) {
            case ANSWERED -> {
                send(true, SYN | ACK, serverIsn, clientNext, new byte[0]);
                send(false, ACK, clientNext, serverNext, new byte[0]);
            }
            case REFUSED -> send(true, RST | ACK, 0, clientNext, new byte[0]);
            case UNREACHABLE -> packets.add(unreachable());
            case ABORTED -> send(false, RST, clientNext, 0, new byte[0]);
            case UNANSWERED -> {}
        }
    }

    private void say(Script.Message message) {
        byte[] bytes = message.bytes();
        List<RawFrame> segments = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            // no choice left: large ones, or a short input would become thousands of packets
            int most = !chaos ? 1400 : c.oneIn(3) ? 1 + c.below(8) : 400 - c.below(400);
            int end = Math.min(bytes.length, at + most);
            int from = chaos && at > 0 && c.oneIn(8) ? Math.max(0, at - 5) : at; // overlaps what was sent before
            segments.add(segment(message.fromServer(), from, java.util.Arrays.copyOfRange(bytes, from, end)));
            at = end;
        }
        if (chaos) {
            for (int i = 1; i < segments.size(); i++) {
                if (c.oneIn(6)) {
                    swap(segments, i - 1, i);
                }
            }
        }
        for (RawFrame segment : segments) {
            packets.add(segment);
            if (chaos && c.oneIn(10)) {
                packets.add(at(segment, 40_000)); // the other port of the mirror
            }
            if (chaos && c.oneIn(10)) {
                packets.add(at(again(segment), 300_000)); // sent again: another identification
            }
        }
        if (message.fromServer()) {
            serverNext += bytes.length;
        } else {
            clientNext += bytes.length;
        }
        if (c.oneIn(2)) {
            boolean fromClient = message.fromServer();
            send(
                    !fromClient,
                    ACK,
                    fromClient ? clientNext : serverNext,
                    fromClient ? serverNext : clientNext,
                    new byte[0]);
        }
    }

    private static void swap(List<RawFrame> segments, int i, int j) {
        RawFrame a = segments.get(i);
        RawFrame b = segments.get(j);
        segments.set(i, new RawFrame(b.bytes(), b.linkType(), a.timeNanos()));
        segments.set(j, new RawFrame(a.bytes(), a.linkType(), b.timeNanos()));
    }

    private RawFrame at(RawFrame p, long later) {
        time += later;
        return new RawFrame(p.bytes(), p.linkType(), time);
    }

    private RawFrame again(RawFrame p) {
        byte[] bytes = p.bytes().clone();
        identification++;
        bytes[18] = (byte) (identification >>> 8);
        bytes[19] = (byte) identification;
        return new RawFrame(bytes, p.linkType(), p.timeNanos());
    }

    private RawFrame segment(boolean fromServer, int offset, byte[] payload) {
        return fromServer
                ? packet(true, PUSH_ACK, serverNext + offset, clientNext, payload)
                : packet(false, PUSH_ACK, clientNext + offset, serverNext, payload);
    }

    private void end(Script.End end) {
        switch (end) {
            case OPEN -> {}
            case SERVER_FIN -> send(true, FIN_ACK, serverNext, clientNext, new byte[0]);
            case SERVER_RESET -> send(true, RST | ACK, serverNext, clientNext, new byte[0]);
            case CLIENT_FIN -> send(false, FIN_ACK, clientNext, serverNext, new byte[0]);
            case BOTH_FIN -> {
                send(true, FIN_ACK, serverNext, clientNext, new byte[0]);
                send(false, FIN_ACK, clientNext, serverNext + 1, new byte[0]);
            }
        }
    }

    private void send(boolean fromServer, int flags, int sequence, int acknowledgement, byte[] payload) {
        packets.add(packet(fromServer, flags, sequence, acknowledgement, payload));
    }

    private RawFrame packet(boolean fromServer, int flags, int sequence, int acknowledgement, byte[] payload) {
        time += 1000 + c.u8();
        byte[] tcp = new ByteWriter()
                .u16(fromServer ? port : clientPort)
                .u16(fromServer ? clientPort : port)
                .u32(sequence)
                .u32(acknowledgement)
                .u8(5 << 4)
                .u8(flags)
                .u16(64240)
                .u32(0)
                .put(payload)
                .toArray();
        return new RawFrame(
                Frames.ethernet(0x0800, ip(6, fromServer ? SERVER : CLIENT, fromServer ? CLIENT : SERVER, tcp)),
                LinkType.ETHERNET,
                time);
    }

    private byte[] ip(int protocol, int source, int destination, byte[] payload) {
        identification++;
        return new ByteWriter()
                .u16(0x4500)
                .u16(20 + payload.length)
                .u16(identification)
                .u16(0)
                .u8(64)
                .u8(protocol)
                .u16(0)
                .u32(source)
                .u32(destination)
                .put(payload)
                .toArray();
    }

    private RawFrame unreachable() {
        time += 1000;
        byte[] quoted = ip(
                6,
                CLIENT,
                SERVER,
                new ByteWriter().u16(clientPort).u16(port).u32(clientIsn).toArray());
        byte[] icmp = new ByteWriter().u16(0x0303).u16(0).u32(0).put(quoted).toArray();
        return new RawFrame(Frames.ethernet(0x0800, ip(1, SERVER, CLIENT, icmp)), LinkType.ETHERNET, time);
    }

    /** What a mirror under load lets through: packets missing, packets cut by a snap length. */
    static List<RawFrame> lossy(List<RawFrame> packets, Choices c) {
        List<RawFrame> left = new ArrayList<>();
        int snapLength = c.oneIn(3) ? 34 + c.below(200) : Integer.MAX_VALUE;
        int keep = 2 + c.below(20);
        for (RawFrame p : packets) {
            if (!c.oneIn(keep)) {
                int length = Math.min(p.bytes().length, snapLength);
                left.add(p.with(java.util.Arrays.copyOf(p.bytes(), length), p.linkType()));
            }
        }
        return left;
    }
}
