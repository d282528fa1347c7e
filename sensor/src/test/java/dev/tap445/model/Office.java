package dev.tap445.model;

import dev.tap445.inventory.PortState;
import dev.tap445.model.Sent.Mark;
import dev.tap445.model.Truth.Kind;
import dev.tap445.support.Conversation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Clients and servers of every kind, and two minutes of what they do, all of it following from a seed. Who is
 * 198.18.0.N is N here.
 */
final class Office {
    /** What a server speaks. */
    enum Speaks {
        SMB1,
        BOTH,
        SMB2
    }

    /** What happens to a SYN. */
    enum Port {
        OPEN,
        REFUSING,
        /** The host is alive, and the port drops what comes. */
        SILENT,
        DEAD
    }

    private static final int FIRST_SERVER = 100;
    static final long SECOND = 1_000_000_000L;
    /** When the last host showed life, from the beginning. */
    static final long END = 150 * SECOND;

    final Truth truth = new Truth();
    final List<Sent> packets = new ArrayList<>();
    private final SplittableRandom random;
    private int connections;

    Office(long seed) {
        random = new SplittableRandom(seed);
        int clients = 2 + random.nextInt(4);
        int servers = 2 + random.nextInt(4);
        List<Kind> kinds = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            kinds.add(pick(Kind.values()));
        }
        for (int i = 0; i < servers; i++) {
            server(FIRST_SERVER + i, kinds);
        }
        life(FIRST_SERVER - 1); // somebody is there to the end
        packets.sort(Comparator.comparingLong(Sent::time));
    }

    private void server(int server, List<Kind> clients) {
        Speaks speaks = pick(Speaks.values());
        Port port445 = chance(60) ? Port.OPEN : pick(Port.values());
        Port port139 = port445 == Port.DEAD ? Port.DEAD : chance(40) ? Port.OPEN : Port.REFUSING;
        for (int i = 0; i < clients.size(); i++) {
            int meetings = random.nextInt(3);
            for (int k = 0; k < meetings; k++) {
                int client = i + 1;
                Kind kind = chance(95) ? clients.get(i) : pick(Kind.values()); // some are two stacks behind one address
                boolean netbios = chance(25);
                int clientPort = chance(25) ? 50_000 + client : 40_000 + random.nextInt(9_000);
                int times = chance(20) ? 2 : 1; // the 4-tuple again
                long start = random.nextInt(60) * SECOND;
                for (int n = 0; n < times; n++) {
                    Meeting meeting = new Meeting(
                            this, client, clientPort + server, server, netbios ? 139 : 445, start + n * 40L * SECOND);
                    meeting.play(kind, speaks, netbios ? port139 : port445);
                }
            }
        }
        if (port445 != Port.DEAD) {
            life(server);
        }
    }

    /** A web server runs there too. */
    private void life(int server) {
        Conversation web =
                new Conversation(false, 1, 39_000, server, 80).pause(END).open();
        int connection = nextConnection();
        web.packets()
                .forEach(p -> packets.add(
                        new Sent(p, connection, server, 80, p == web.packets().get(1), Mark.LIFE)));
    }

    void tried(int server, int port, Port how) {
        truth.port(
                server,
                port,
                switch (how) {
                    case OPEN -> PortState.ANSWERING;
                    case REFUSING -> PortState.REFUSING;
                    case SILENT -> PortState.SILENT;
                    case DEAD -> PortState.DARK;
                });
    }

    int nextConnection() {
        return connections++;
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    long sequence() {
        return random.nextLong() & 0xffff_ffffL;
    }

    <T> T pick(T[] from) {
        return from[random.nextInt(from.length)];
    }
}
