package dev.tap445.support;

import dev.tap445.wire.Bytes;
import dev.tap445.wire.FrameWalker;
import dev.tap445.wire.Icmp;
import dev.tap445.wire.IpProtocol;
import dev.tap445.wire.LinkType;
import dev.tap445.wire.Tcp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Gives the same conversations another shape on the wire, or in the file. */
public final class Reshape {
    private static final int FIN_OR_RST = 0x05;

    private Reshape() {}

    /** Where things lie in a TCP packet; null for another packet. */
    private record Layout(int ip, boolean v4, int tcp, int payload, int end, boolean fromServer, String connection) {}

    private static boolean watched(int port) {
        return port == 445 || port == 139;
    }

    private static @org.jspecify.annotations.Nullable Layout layout(Packet packet) {
        ByteBuf m = Unpooled.wrappedBuffer(packet.frame());
        FrameWalker walker = new FrameWalker();
        boolean found = walker.walk(m, 0, packet.frame().length, LinkType.ETHERNET) == FrameWalker.IP;
        return !found || walker.protocol() != IpProtocol.TCP || walker.isFragment() || isCut(packet, walker)
                ? null
                : layout(m, walker);
    }

    /** Whether the TCP header is not all there, or claims to be what it cannot be. */
    private static boolean isCut(Packet packet, FrameWalker walker) {
        int room = Math.min(walker.payloadEnd(), packet.frame().length) - walker.payloadOffset();
        return room < Tcp.MIN_HEADER_LENGTH
                || room < Tcp.headerLength(Unpooled.wrappedBuffer(packet.frame()), walker.payloadOffset());
    }

    private static Layout layout(ByteBuf m, FrameWalker walker) {
        int tcp = walker.payloadOffset();
        return new Layout(
                walker.ipOffset(),
                walker.isV4(),
                tcp,
                tcp + Tcp.headerLength(m, tcp),
                walker.payloadEnd(),
                watched(Tcp.sourcePort(m, tcp)) && !watched(Tcp.destinationPort(m, tcp)),
                connection(m, walker));
    }

    /** The ports alone are read: an ICMP error may quote no more. */
    private static String connection(ByteBuf m, FrameWalker walker) {
        int tcp = walker.payloadOffset();
        String a = walker.sourceHigh() + "." + walker.sourceLow() + ":" + Tcp.sourcePort(m, tcp);
        String b = walker.destinationHigh() + "." + walker.destinationLow() + ":" + Tcp.destinationPort(m, tcp);
        return a.compareTo(b) < 0 ? a + " " + b : b + " " + a;
    }

    /** The connection that a packet belongs to: its own, or that of the packet which an ICMP error quotes. */
    private static String connection(Packet packet) {
        Layout own = layout(packet);
        if (own != null) {
            return own.connection;
        }
        ByteBuf m = Unpooled.wrappedBuffer(packet.frame());
        FrameWalker walker = new FrameWalker();
        if (walker.walk(m, 0, packet.frame().length, LinkType.ETHERNET) == FrameWalker.IP
                && (walker.protocol() == IpProtocol.ICMP || walker.protocol() == IpProtocol.ICMPV6)) {
            int quote = walker.payloadOffset() + Icmp.HEADER_LENGTH;
            FrameWalker quoted = new FrameWalker();
            int length = walker.payloadEnd() - quote;
            if (Icmp.isUnreachable(m, walker.payloadOffset(), walker.isV4())
                    && quoted.walk(m, quote, length, LinkType.RAW) == FrameWalker.IP
                    && quoted.protocol() == IpProtocol.TCP) {
                return connection(m, quoted);
            }
        }
        return "other";
    }

    /** TCP payload in segments of at most {@code bytes}. */
    public static List<Packet> segments(List<Packet> packets, int bytes) {
        List<Packet> result = new ArrayList<>();
        for (Packet packet : packets) {
            Layout at = layout(packet);
            if (at == null || at.end - at.payload <= bytes) {
                result.add(packet);
                continue;
            }
            for (int from = at.payload; from < at.end; from += bytes) {
                result.add(part(packet, at, from, Math.min(at.end, from + bytes)));
            }
        }
        return result;
    }

    private static Packet part(Packet packet, Layout at, int from, int to) {
        byte[] frame = Arrays.copyOf(packet.frame(), at.payload + to - from);
        System.arraycopy(packet.frame(), from, frame, at.payload, to - from);
        ByteBuf m = Unpooled.wrappedBuffer(frame);
        put32(frame, at.tcp + 4, Bytes.i32(m, at.tcp + 4) + from - at.payload);
        if (to < at.end) {
            frame[at.tcp + 13] &= ~FIN_OR_RST;
        }
        if (at.v4) {
            put16(frame, at.ip + 2, frame.length - at.ip);
            put16(frame, at.ip + 4, Bytes.u16(m, at.ip + 4) + from - at.payload); // another packet, another id
        } else {
            put16(frame, at.ip + 4, frame.length - at.ip - 40);
        }
        return new Packet(packet.timeNanos(), frame);
    }

    private static void put16(byte[] frame, int at, int value) {
        frame[at] = (byte) (value >>> 8);
        frame[at + 1] = (byte) value;
    }

    private static void put32(byte[] frame, int at, int value) {
        put16(frame, at, value >>> 16);
        put16(frame, at + 2, value);
    }

    /** Swaps each pair of data segments that follow one another in the same direction of a connection. */
    public static List<Packet> outOfOrder(List<Packet> packets) {
        List<Packet> result = new ArrayList<>(packets);
        for (int i = 0; i + 1 < result.size(); i++) {
            if (areNeighbours(result.get(i), result.get(i + 1))) {
                Packet swapped = result.get(i).at(result.get(i + 1).timeNanos());
                result.set(i, result.get(i + 1).at(result.get(i).timeNanos()));
                result.set(i + 1, swapped);
                i++;
            }
        }
        return result;
    }

    /** Turns around each run of data segments that follow one another in the same direction of a connection. */
    public static List<Packet> backwards(List<Packet> packets) {
        List<Packet> result = new ArrayList<>(packets);
        for (int from = 0; from < result.size(); ) {
            int to = from + 1;
            while (to < result.size() && areNeighbours(result.get(to - 1), result.get(to))) {
                to++;
            }
            List<Packet> run = List.copyOf(result.subList(from, to));
            for (int i = 0; i < run.size(); i++) {
                result.set(from + i, run.reversed().get(i).at(run.get(i).timeNanos()));
            }
            from = to;
        }
        return result;
    }

    private static boolean areNeighbours(Packet one, Packet other) {
        Layout first = layout(one);
        Layout second = layout(other);
        return first != null
                && second != null
                && first.connection.equals(second.connection)
                && first.fromServer == second.fromServer
                && first.end > first.payload
                && second.end > second.payload;
    }

    /** The TCP payload; empty where there is none. */
    public static byte[] payload(Packet packet) {
        Layout at = layout(packet);
        return at == null ? new byte[0] : Arrays.copyOfRange(packet.frame(), at.payload, at.end);
    }

    /** The packets of one direction, and what is not TCP on a watched port. */
    public static List<Packet> direction(List<Packet> packets, boolean fromServer) {
        return packets.stream()
                .filter(packet -> {
                    Layout at = layout(packet);
                    return at == null || at.fromServer == fromServer;
                })
                .toList();
    }

    public static List<Packet> cut(List<Packet> packets, int snapLength) {
        return packets.stream().map(packet -> packet.cut(snapLength)).toList();
    }

    /** Connections one after the other; what is not TCP counts as one more. */
    public static List<List<Packet>> connections(List<Packet> packets) {
        Map<String, List<Packet>> byConnection = new LinkedHashMap<>();
        for (Packet packet : packets) {
            byConnection
                    .computeIfAbsent(connection(packet), key -> new ArrayList<>())
                    .add(packet);
        }
        return new ArrayList<>(byConnection.values());
    }

    public static List<Packet> sequential(List<Packet> packets) {
        return connections(packets).stream().flatMap(List::stream).toList();
    }

    /** Whole connections, the last first. */
    public static List<Packet> reversed(List<Packet> packets) {
        return connections(packets).reversed().stream().flatMap(List::stream).toList();
    }

    /** One packet of each connection in turn. */
    public static List<Packet> interleaved(List<Packet> packets) {
        List<List<Packet>> connections = connections(packets);
        int longest = connections.stream().mapToInt(List::size).max().orElse(0);
        List<Packet> result = new ArrayList<>();
        for (int i = 0; i < longest; i++) {
            for (List<Packet> connection : connections) {
                if (i < connection.size()) {
                    result.add(connection.get(i));
                }
            }
        }
        return result;
    }

    /** Connections dealt into each other at random, each in its own order. */
    public static List<Packet> mixed(List<Packet> packets, long seed) {
        Random random = new Random(seed);
        List<List<Packet>> left = new ArrayList<>();
        connections(packets).forEach(connection -> left.add(new ArrayList<>(connection.reversed())));
        List<Packet> result = new ArrayList<>();
        while (!left.isEmpty()) {
            List<Packet> next = left.get(random.nextInt(left.size()));
            result.add(next.removeLast());
            if (next.isEmpty()) {
                left.remove(next);
            }
        }
        return result;
    }

    public static List<Packet> byTime(List<Packet> packets) {
        return packets.stream()
                .sorted(Comparator.comparingLong(Packet::timeNanos))
                .toList();
    }
}
