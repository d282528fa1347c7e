package dev.tap445.support;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes the packets of one TCP connection, with sequence numbers as real stacks would have them; a millisecond apart.
 * Checksums are zero, as with offload.
 */
public final class Conversation {
    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int ACK = 0x10;
    private static final int PUSH_ACK = 0x18;
    private static final long MILLISECOND = 1_000_000L;
    /** 2026-03-02 08:00:00 UTC. */
    public static final long START = 1_772_438_400_000_000_000L;

    private final boolean v6;
    private final int clientHost;
    private final int clientPort;
    private final int serverHost;
    private final int serverPort;
    private final List<Packet> packets = new ArrayList<>();
    private long time = START;
    private int identification = 1;
    private long clientNext = 0xffff_ff00L; // wraps soon
    private long serverNext = 0x7fff_ff80L;
    private int segment = 1460;

    /** Between hosts 198.18.0.{@code client} and 198.18.0.{@code server}, or fd00:: the same. */
    public Conversation(boolean v6, int client, int clientPort, int server, int serverPort) {
        this.v6 = v6;
        this.clientHost = client;
        this.clientPort = clientPort;
        this.serverHost = server;
        this.serverPort = serverPort;
    }

    public static Conversation to(int serverPort) {
        return new Conversation(false, 1, 49152, 2, serverPort);
    }

    public List<Packet> packets() {
        return packets;
    }

    public String client() {
        return address(clientHost);
    }

    public String server() {
        return address(serverHost);
    }

    private String address(int host) {
        return (v6 ? "fd00::" : "198.18.0.") + host;
    }

    public long time() {
        return time;
    }

    public long clientNext() {
        return clientNext;
    }

    public long serverNext() {
        return serverNext;
    }

    public Conversation pause(long nanos) {
        time += nanos;
        return this;
    }

    public Conversation pauseSeconds(double seconds) {
        return pause((long) (seconds * 1e9));
    }

    /** Payload bytes per segment from now on. */
    public Conversation segments(int bytes) {
        segment = bytes;
        return this;
    }

    /** Moves the client's sequence numbers: the next SYN is another attempt. */
    public Conversation clientSequence(long next) {
        clientNext = next;
        return this;
    }

    /** The same for the server's. */
    public Conversation serverSequence(long next) {
        serverNext = next;
        return this;
    }

    public Conversation syn() {
        return send(true, SYN, clientNext, 0, new byte[0]);
    }

    public Conversation synAck() {
        return send(false, SYN | ACK, serverNext, clientNext + 1, new byte[0]);
    }

    /** Three packets, and the sequence numbers behind them. */
    public Conversation open() {
        syn().synAck();
        return opened().clientAck();
    }

    /** Moves on to the sequence numbers behind the handshake without a packet. */
    public Conversation opened() {
        clientNext++;
        serverNext++;
        return this;
    }

    public Conversation clientAck() {
        return send(true, ACK, clientNext, serverNext, new byte[0]);
    }

    public Conversation client(byte[] payload) {
        for (byte[] part : split(payload)) {
            send(true, PUSH_ACK, clientNext, serverNext, part);
            clientNext += part.length;
        }
        return this;
    }

    public Conversation server(byte[] payload) {
        for (byte[] part : split(payload)) {
            send(false, PUSH_ACK, serverNext, clientNext, part);
            serverNext += part.length;
        }
        return this;
    }

    /** As if the mirror had lost it. */
    public Conversation serverUnseen(byte[] payload) {
        serverNext += payload.length;
        return this;
    }

    public Conversation clientUnseen(byte[] payload) {
        clientNext += payload.length;
        return this;
    }

    private List<byte[]> split(byte[] payload) {
        List<byte[]> parts = new ArrayList<>();
        for (int from = 0; from < payload.length; from += segment) {
            parts.add(java.util.Arrays.copyOfRange(payload, from, Math.min(payload.length, from + segment)));
        }
        return parts;
    }

    public Conversation clientFin() {
        send(true, FIN | ACK, clientNext, serverNext, new byte[0]);
        clientNext++;
        return this;
    }

    public Conversation serverFin() {
        send(false, FIN | ACK, serverNext, clientNext, new byte[0]);
        serverNext++;
        return this;
    }

    public Conversation close() {
        return clientFin().serverFin().clientAck();
    }

    public Conversation clientReset() {
        return send(true, RST | ACK, clientNext, serverNext, new byte[0]);
    }

    public Conversation serverReset() {
        return send(false, RST | ACK, serverNext, clientNext, new byte[0]);
    }

    /** The answer of a closed port. */
    public Conversation refuse() {
        return send(false, RST | ACK, 0, clientNext + 1, new byte[0]);
    }

    /** The last packet once more, {@code nanos} later. */
    public Conversation again(long nanos) {
        packets.add(packets.getLast().at(packets.getLast().timeNanos() + nanos));
        return this;
    }

    public Conversation send(boolean fromClient, int flags, long sequence, long acknowledgement, byte[] payload) {
        packets.add(new Packet(time, frame(fromClient, flags, sequence, acknowledgement, payload)));
        time += MILLISECOND;
        return this;
    }

    /** ICMP or ICMPv6 port unreachable from the server, quoting a SYN with this sequence number. */
    public Conversation unreachable(long sequence) {
        byte[] quoted = ip(true, 6, tcp(true, SYN, sequence, 0, new byte[0]));
        byte[] message = new ByteWriter()
                .u8(v6 ? 1 : 3)
                .u8(v6 ? 4 : 3)
                .u16(0)
                .u32(0)
                .put(quoted)
                .toArray();
        packets.add(new Packet(time, ethernet(false, ip(false, v6 ? 58 : 1, message))));
        time += MILLISECOND;
        return this;
    }

    private byte[] frame(boolean fromClient, int flags, long sequence, long acknowledgement, byte[] payload) {
        return ethernet(fromClient, ip(fromClient, 6, tcp(fromClient, flags, sequence, acknowledgement, payload)));
    }

    private byte[] tcp(boolean fromClient, int flags, long sequence, long acknowledgement, byte[] payload) {
        return new ByteWriter()
                .u16(fromClient ? clientPort : serverPort)
                .u16(fromClient ? serverPort : clientPort)
                .u32(sequence)
                .u32((flags & ACK) != 0 ? acknowledgement : 0)
                .u8(5 << 4)
                .u8(flags)
                .u16(64240)
                .u32(0)
                .put(payload)
                .toArray();
    }

    private byte[] ip(boolean fromClient, int protocol, byte[] payload) {
        int source = fromClient ? clientHost : serverHost;
        int destination = fromClient ? serverHost : clientHost;
        ByteWriter out = new ByteWriter();
        if (v6) {
            out.u32(0x6000_0000L).u16(payload.length).u8(protocol).u8(64);
            out.u64(0xfd00L << 48).u64(source).u64(0xfd00L << 48).u64(destination);
        } else {
            out.u16(0x4500).u16(20 + payload.length).u16(identification++).u16(0x4000);
            out.u8(64).u8(protocol).u16(0).u32(0xc612_0000L | source).u32(0xc612_0000L | destination);
        }
        return out.put(payload).toArray();
    }

    private byte[] ethernet(boolean fromClient, byte[] payload) {
        return new ByteWriter()
                .u16(0x0200)
                .u32(fromClient ? serverHost : clientHost)
                .u16(0x0200)
                .u32(fromClient ? clientHost : serverHost)
                .u16(v6 ? 0x86dd : 0x0800)
                .put(payload)
                .toArray();
    }
}
