package dev.tap445.support;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/**
 * Writes captures of made-up SMB traffic for measurements, the same bytes for the same arguments; addresses of
 * 198.18.0.0/15, the flood's sources of 240.0.0.0/4, newcomers of 10.0.0.0/8. Depends on the JDK alone, so that it runs from its source:
 * {@code java Traffic.java KIND PACKETS FILE} prints what it wrote.
 */
@SuppressWarnings("ByteBufferBackingArray") // all of them are allocated here
public final class Traffic {
    /** What the traffic is made of. */
    public enum Kind {
        /** Short connections: handshake, NEGOTIATE, sometimes SMB1, end; some refused, some never answered. */
        SMALL,
        /** The same with forty-eight READs of 4 KiB each in three full segments. */
        BULK,
        /** A connection for every eight packets, all kept open, small packets among them in turn. */
        FLOWS,
        /** The same with a thousand connections. */
        FEW,
        /** SYNs alone, each of a source that is never seen again. */
        FLOOD,
        /** Eleven packets for each client, each with an SMB1 session, none seen before; up to 16 million. */
        NEWCOMERS
    }

    private static final int SYN = 2;
    private static final int RST = 4;
    private static final int FIN = 1;
    private static final int ACK = 16;
    private static final int DATA = 24;
    private static final int SEGMENT = 1460;
    private static final int SERVERS = 250;
    private static final int CLIENTS = 10_000;
    private static final int FEW_FLOWS = 1000;
    private static final int BULK_ROUNDS = 48;
    private static final long NANOS_A_PACKET = 2_000;
    private static final long NANOS_A_CONNECTION = 100_000;
    private static final byte[] NOTHING = {};
    private static final byte[] MACS = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0};
    private static final byte[] SMB1_NEGOTIATE = smb1(0x72, 0x18, dialects("NT LM 0.12"));
    private static final byte[] BOTH_NEGOTIATE = smb1(0x72, 0x18, dialects("NT LM 0.12", "SMB 2.002", "SMB 2.???"));
    private static final byte[] SMB1_ANSWER = smb1(0x72, 0x98, negotiated());
    private static final byte[] SMB1_READ = smb1(0x2e, 0x18, new byte[40]);
    private static final byte[] SMB1_READ_ANSWER = smb1(0x2e, 0x98, new byte[40]);
    private static final byte[] SMB2_NEGOTIATE = smb2(0, 0, offer());
    private static final byte[] SMB2_ANSWER = smb2(0, 1, answer(0x302));
    private static final byte[] SMB2_WILDCARD = smb2(0, 1, answer(0x2ff));
    private static final byte[] READ = smb2(8, 0, new byte[49]);
    private static final byte[] READ_ANSWER = smb2(8, 1, new byte[16 + 4096]);

    private final SplittableRandom random = new SplittableRandom(7);
    private final ByteBuffer out = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
    private final OutputStream stream;
    private final long wanted;
    private long time = 1_700_000_000_000_000_000L;
    private long packets;
    private long bytes;
    private long syns;
    private long negotiates;

    private Traffic(OutputStream stream, long wanted) {
        this.stream = stream;
        this.wanted = wanted;
    }

    /** What was written; {@code negotiates}: SMB1 NEGOTIATE requests. */
    public record Written(long packets, long bytes, long syns, long negotiates) {}

    /** Writes at least {@code packets} packets, ending with a whole connection. */
    public static Written write(Kind kind, long packets, Path file) throws IOException {
        return write(kind, packets, kind == Kind.FEW ? Math.min(FEW_FLOWS, packets / 8) : packets / 8, file);
    }

    /** {@code flows}: connections that are opened before anything else, for the kinds where they stay open. */
    private static Written write(Kind kind, long packets, long flows, Path file) throws IOException {
        try (OutputStream stream = Files.newOutputStream(file)) {
            Traffic traffic = new Traffic(stream, packets);
            traffic.header();
            switch (kind) {
                case SMALL -> traffic.connections(0);
                case BULK -> traffic.connections(BULK_ROUNDS);
                case FLOWS, FEW -> traffic.open((int) flows);
                case FLOOD -> traffic.flood();
                case NEWCOMERS -> traffic.newcomers();
            }
            traffic.drain();
            return new Written(traffic.packets, traffic.bytes, traffic.syns, traffic.negotiates);
        }
    }

    public static void main(String[] args) throws IOException {
        Kind kind = Kind.valueOf(args[0]);
        long packets = Long.parseLong(args[1]);
        Path file = Path.of(args[2]);
        System.out.println(
                args.length == 3 ? write(kind, packets, file) : write(kind, packets, Long.parseLong(args[3]), file));
    }

    private void connections(int rounds) throws IOException {
        while (packets < wanted) {
            time += NANOS_A_CONNECTION;
            connection(
                    new Connection(random.nextInt(CLIENTS), random.nextInt(SERVERS), random.nextInt(16_000)), rounds);
        }
    }

    private void connection(Connection c, int rounds) throws IOException {
        int kind = random.nextInt(100);
        c.client(SYN, NOTHING);
        if (kind < 15) {
            return;
        }
        if (kind < 20) {
            c.server(RST | ACK, NOTHING);
            return;
        }
        c.server(SYN | ACK, NOTHING);
        c.client(ACK, NOTHING);
        if (kind < 30) {
            exchange(c, SMB1_NEGOTIATE, SMB1_ANSWER);
            for (int i = 0; i < 10; i++) {
                exchange(c, SMB1_READ, SMB1_READ_ANSWER);
            }
        } else if (kind < 60) {
            exchange(c, BOTH_NEGOTIATE, SMB2_WILDCARD);
            exchange(c, SMB2_NEGOTIATE, SMB2_ANSWER);
        } else {
            exchange(c, SMB2_NEGOTIATE, SMB2_ANSWER);
        }
        negotiates += kind < 60 ? 1 : 0;
        for (int i = 0; i < rounds; i++) {
            exchange(c, READ, READ_ANSWER);
            c.client(ACK, NOTHING);
        }
        c.client(FIN | ACK, NOTHING);
        c.server(FIN | ACK, NOTHING);
        c.client(ACK, NOTHING);
    }

    private static void exchange(Connection c, byte[] request, byte[] response) throws IOException {
        c.client(DATA, request);
        c.server(DATA, response);
    }

    private void open(int count) throws IOException {
        Connection[] all = new Connection[count];
        for (int i = 0; i < count; i++) {
            all[i] = new Connection(i % CLIENTS, i / CLIENTS % SERVERS, i / CLIENTS / SERVERS);
            all[i].client(SYN, NOTHING);
            all[i].server(SYN | ACK, NOTHING);
            exchange(all[i], SMB2_NEGOTIATE, SMB2_ANSWER);
        }
        for (int i = 0; packets < wanted; i++) {
            all[(int) ((i & 0x7fff_ffffL) * 2_654_435_761L % count)].client(DATA, READ);
        }
    }

    private void newcomers() throws IOException {
        for (int i = 0; packets < wanted; i++) {
            Connection c = new Connection(0, i % SERVERS, 0);
            c.client = 0x0a00_0001 + i;
            c.client(SYN, NOTHING);
            c.server(SYN | ACK, NOTHING);
            c.client(ACK, NOTHING);
            exchange(c, SMB1_NEGOTIATE, SMB1_ANSWER);
            exchange(c, SMB1_READ, SMB1_READ_ANSWER);
            exchange(c, SMB1_READ, SMB1_READ_ANSWER);
            c.client(FIN | ACK, NOTHING);
            c.server(FIN | ACK, NOTHING);
            negotiates++;
        }
    }

    private void flood() throws IOException {
        for (int i = 0; packets < wanted; i++) {
            Connection c = new Connection(0, i % SERVERS, i & 0x3fff);
            c.client = 0xf000_0000 | i * 0x9e37_79b1 >>> 4;
            c.client(SYN, NOTHING);
        }
    }

    private final class Connection {
        private int client;
        private final int server;
        private final int port;
        private int sent = random.nextInt();
        private int answered = random.nextInt();

        Connection(int client, int server, int port) {
            this.client = 0xc612_0000 + (client / 250 << 8) + 1 + client % 250;
            this.server = 0xc613_0001 + server;
            this.port = 49_152 + port;
        }

        void client(int flags, byte[] payload) throws IOException {
            sent = send(client, server, port, 445, sent, answered, flags, payload);
        }

        void server(int flags, byte[] payload) throws IOException {
            answered = send(server, client, 445, port, answered, sent, flags, payload);
        }
    }

    /** Sends the payload in full segments and returns the next sequence number. */
    private int send(int from, int to, int fromPort, int toPort, int sequence, int ack, int flags, byte[] payload)
            throws IOException {
        int at = 0;
        do {
            int length = Math.min(SEGMENT, payload.length - at);
            boolean last = at + length == payload.length;
            record(54 + length);
            out.put(MACS);
            out.order(ByteOrder.BIG_ENDIAN);
            out.putShort((short) 0x4500).putShort((short) (40 + length)).putShort((short) packets);
            out.putShort((short) 0x4000)
                    .put((byte) 64)
                    .put((byte) 6)
                    .putShort((short) 0)
                    .putInt(from)
                    .putInt(to);
            out.putShort((short) fromPort).putShort((short) toPort).putInt(sequence + at);
            out.putInt((flags & ACK) == 0 ? 0 : ack);
            out.put((byte) 0x50)
                    .put((byte) (last ? flags : ACK))
                    .putShort((short) 8192)
                    .putInt(0);
            out.put(payload, at, length);
            out.order(ByteOrder.LITTLE_ENDIAN);
            at += length;
        } while (at < payload.length);
        syns += (flags & (SYN | ACK)) == SYN ? 1 : 0;
        return sequence + payload.length + ((flags & (SYN | FIN)) == 0 ? 0 : 1);
    }

    private void header() {
        out.putInt(0xa1b2_3c4d)
                .putShort((short) 2)
                .putShort((short) 4)
                .putLong(0)
                .putInt(262_144)
                .putInt(1);
    }

    private void record(int length) throws IOException {
        if (out.remaining() < 16 + length) {
            drain();
        }
        time += NANOS_A_PACKET;
        out.putInt((int) (time / 1_000_000_000L)).putInt((int) (time % 1_000_000_000L));
        out.putInt(length).putInt(length);
        packets++;
        bytes += length;
    }

    private void drain() throws IOException {
        stream.write(out.array(), 0, out.position());
        out.clear();
    }

    private static ByteBuffer message(int length) {
        return ByteBuffer.allocate(4 + length).putInt(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** MS-CIFS 2.2.3.1. */
    private static byte[] smb1(int command, int flags, byte[] body) {
        ByteBuffer m = message(32 + body.length);
        m.putInt(0x424d_53ff).put((byte) command).putInt(0).put((byte) flags).putShort((short) 0xc853);
        return m.position(36).put(body).array();
    }

    private static byte[] dialects(String... names) {
        byte[] list = ("\u0002" + String.join("\0\u0002", names) + "\0").getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(3 + list.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0)
                .putShort((short) list.length)
                .put(list)
                .array();
    }

    /** MS-CIFS 2.2.4.52.2: 17 words, index 0. */
    private static byte[] negotiated() {
        byte[] body = new byte[1 + 34 + 2];
        body[0] = 17;
        return body;
    }

    /** MS-SMB2 2.2.1.2. */
    private static byte[] smb2(int command, int flags, byte[] body) {
        ByteBuffer m = message(64 + body.length);
        m.putInt(0x424d_53fe)
                .putShort((short) 64)
                .position(4 + 12)
                .putShort((short) command)
                .putShort((short) 1);
        m.putInt(flags);
        return m.position(68).put(body).array();
    }

    /** MS-SMB2 2.2.3: 2.0.2, 2.1, 3.0, 3.0.2. */
    private static byte[] offer() {
        ByteBuffer b = ByteBuffer.allocate(36 + 8).order(ByteOrder.LITTLE_ENDIAN);
        b.putShort((short) 36).putShort((short) 4).position(36);
        return b.putShort((short) 0x202)
                .putShort((short) 0x210)
                .putShort((short) 0x300)
                .putShort((short) 0x302)
                .array();
    }

    /** MS-SMB2 2.2.4. */
    private static byte[] answer(int dialect) {
        ByteBuffer b = ByteBuffer.allocate(65).order(ByteOrder.LITTLE_ENDIAN);
        return b.putShort((short) 65)
                .putShort((short) 1)
                .putShort((short) dialect)
                .array();
    }
}
