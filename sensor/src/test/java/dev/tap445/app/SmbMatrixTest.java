package dev.tap445.app;

import static dev.tap445.support.Smb.NT_LM;
import static dev.tap445.support.Smb.SESSION_SETUP;
import static dev.tap445.support.Smb.SMB2_002;
import static dev.tap445.support.Smb.SMB2_ANY;
import static dev.tap445.support.Smb.TREE_CONNECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.capture.CaptureException;
import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.ServerVerdict;
import dev.tap445.inventory.ServerView;
import dev.tap445.support.Conversation;
import dev.tap445.support.Packet;
import dev.tap445.support.Pcap;
import dev.tap445.support.Reshape;
import dev.tap445.support.Smb;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of client with every kind of server, port and IP version, seen in every way: a verdict is right where all
 * was seen, and says too little, never too much, where something was missing.
 */
final class SmbMatrixTest {
    enum Client {
        SMB1,
        BOTH,
        SMB2
    }

    enum Server {
        SMB1,
        BOTH,
        SMB2
    }

    enum Sight {
        WHOLE,
        SEGMENTS_76,
        SEGMENTS_1,
        OUT_OF_ORDER,
        CLIENT_ALONE,
        SERVER_ALONE,
        MIDSTREAM,
        SNAP_64,
        SNAP_96,
        SNAP_128
    }

    record Case(Client client, Server server, int port, boolean v6, Sight sight) {
        boolean usesSmb1() {
            return client != Client.SMB2 && server == Server.SMB1 || client == Client.SMB1 && server == Server.BOTH;
        }

        boolean seesAll() {
            return sight.ordinal() <= Sight.OUT_OF_ORDER.ordinal();
        }

        ClientVerdict clientTruth() {
            return switch (client) {
                case SMB1 -> ClientVerdict.SMB1_ONLY;
                case BOTH -> server == Server.SMB1 ? ClientVerdict.SMB1_IN_USE : ClientVerdict.SMB1_OFFERED;
                case SMB2 -> ClientVerdict.SMB2_ONLY;
            };
        }

        ServerVerdict serverTruth() {
            return switch (client) {
                case SMB1 -> server == Server.SMB2 ? ServerVerdict.SMB1_DISABLED : ServerVerdict.SMB1_ENABLED;
                case BOTH -> server == Server.SMB1 ? ServerVerdict.SMB1_ONLY : ServerVerdict.SMB2;
                case SMB2 -> server == Server.SMB1 ? ServerVerdict.UNKNOWN : ServerVerdict.SMB2;
            };
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Client client : Client.values()) {
            for (Server server : Server.values()) {
                for (Sight sight : Sight.values()) {
                    cases.add(new Case(client, server, 445, false, sight));
                    cases.add(new Case(client, server, 445, true, sight));
                    cases.add(new Case(client, server, 139, false, sight));
                    cases.add(new Case(client, server, 139, true, sight));
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void saysWhatIsTrueAndNoMore(Case c) throws CaptureException {
        Replayed replayed = Replayed.of("matrix.pcap", Pcap.bytes(packets(c)), 1);
        ClientView client = replayed.inventory().clients().stream().findFirst().orElseThrow();
        ServerView server = replayed.inventory().servers().stream().findFirst().orElseThrow();
        assertThat(c.usesSmb1() && server.ready()).as("ready").isFalse();
        if (c.seesAll()) {
            all(c, client, server);
        } else {
            assertThat(allowed(c)).contains(client.verdict());
            assertThat(allowedServer(c)).contains(server.verdict());
            part(c, client, server);
        }
    }

    private static void all(Case c, ClientView client, ServerView server) {
        assertThat(client.verdict()).isEqualTo(c.clientTruth());
        assertThat(server.verdict()).isEqualTo(c.serverTruth());
        assertThat(client.offers().total()).isEqualTo(1);
        assertThat(client.offers().incomplete()).isZero();
        assertThat(client.smb1Sessions()).isEqualTo(c.usesSmb1() ? 1 : 0);
        assertThat(client.smb1Messages()).isEqualTo(c.usesSmb1() ? 4 : 0);
        assertThat(client.smb1Refused()).isEqualTo(c.client == Client.SMB1 && c.server == Server.SMB2 ? 1 : 0);
        assertThat(server.answers()).hasSize(1);
        assertThat(server.dependentClients()).hasSize(c.usesSmb1() ? 1 : 0);
        assertThat(server.ports().getFirst().handshakes().answered()).isEqualTo(1);
    }

    /** What may be said of the client when something is missing. */
    private static List<ClientVerdict> allowed(Case c) {
        return switch (c.sight) {
            case CLIENT_ALONE -> List.of(c.clientTruth()); // it shows its offer, and how it went on
            case SERVER_ALONE, MIDSTREAM -> List.of(c.usesSmb1() ? ClientVerdict.SMB1_IN_USE : ClientVerdict.UNKNOWN);
            default ->
                c.usesSmb1()
                        ? List.of(c.clientTruth(), ClientVerdict.SMB1_IN_USE, ClientVerdict.UNKNOWN)
                        : List.of(c.clientTruth(), ClientVerdict.UNKNOWN);
        };
    }

    private static List<ServerVerdict> allowedServer(Case c) {
        return switch (c.sight) {
            case CLIENT_ALONE -> List.of(c.usesSmb1() ? c.serverTruth() : ServerVerdict.UNKNOWN);
            case MIDSTREAM -> List.of(c.usesSmb1() ? ServerVerdict.SMB1_ENABLED : ServerVerdict.UNKNOWN);
            case SERVER_ALONE ->
                List.of(
                        c.usesSmb1()
                                ? ServerVerdict.SMB1_ENABLED
                                : c.serverTruth() == ServerVerdict.SMB2 ? ServerVerdict.SMB2 : ServerVerdict.UNKNOWN);
            default ->
                c.usesSmb1()
                        ? List.of(c.serverTruth(), ServerVerdict.SMB1_ENABLED, ServerVerdict.UNKNOWN)
                        : List.of(c.serverTruth(), ServerVerdict.UNKNOWN);
        };
    }

    private static void part(Case c, ClientView client, ServerView server) {
        if (c.sight == Sight.CLIENT_ALONE) {
            assertThat(client.smb1Refused())
                    .as("no answer was seen, so none was a refusal")
                    .isZero();
            assertThat(server.answers()).isEmpty();
            assertThat(server.ports().getFirst().handshakes().oneWay()).isEqualTo(1);
        }
        if (c.sight == Sight.SERVER_ALONE || c.sight == Sight.MIDSTREAM) {
            assertThat(client.offers().smb1Only()).isZero();
            assertThat(client.offers().smb1AndSmb2()).isZero();
        }
        boolean cutBeforeDialects = c.sight == Sight.SNAP_64 || c.sight == Sight.SNAP_96;
        if (cutBeforeDialects) {
            assertThat(client.offers().smb1Only()).isZero();
            assertThat(client.smb1Refused()).isZero();
            assertThat(server.verdict()).isNotEqualTo(ServerVerdict.SMB1_DISABLED);
        }
    }

    private static List<Packet> packets(Case c) {
        Conversation talk = new Conversation(c.v6, 1, 49152, 2, c.port);
        talk.open();
        if (c.port == 139) {
            talk.client(Smb.sessionRequest()).server(Smb.sessionGranted());
        }
        switch (c.client) {
            case SMB1 -> talk.client(Smb.smb1Negotiate("PC NETWORK PROGRAM 1.0", "LANMAN2.1", NT_LM));
            case BOTH -> talk.client(Smb.smb1Negotiate("LANMAN2.1", NT_LM, SMB2_002, SMB2_ANY));
            case SMB2 -> talk.client(Smb.smb2Negotiate(0, 0x202, 0x210, 0x300, 0x302, 0x311));
        }
        int begin = answer(c, talk);
        List<Packet> whole = talk.packets();
        return switch (c.sight) {
            case WHOLE -> whole;
            case SEGMENTS_76 -> Reshape.segments(whole, 76);
            case SEGMENTS_1 -> Reshape.segments(whole, 1);
            case OUT_OF_ORDER -> Reshape.outOfOrder(Reshape.segments(whole, 40));
            case CLIENT_ALONE -> Reshape.direction(whole, false);
            case SERVER_ALONE -> Reshape.direction(whole, true);
            case MIDSTREAM -> whole.subList(begin, whole.size());
            case SNAP_64 -> Reshape.cut(whole, c.v6 ? 84 : 64);
            case SNAP_96 -> Reshape.cut(whole, c.v6 ? 116 : 96);
            case SNAP_128 -> Reshape.cut(whole, 128);
        };
    }

    /** The rest of the conversation; returns how many packets the negotiation took. */
    private static int answer(Case c, Conversation talk) {
        if (c.usesSmb1()) {
            talk.server(Smb.smb1Answer(c.client == Client.SMB1 ? 2 : 1));
            int begin = talk.packets().size();
            talk.client(Smb.smb1(SESSION_SETUP, false)).server(Smb.smb1(SESSION_SETUP, true));
            talk.client(Smb.smb1(TREE_CONNECT, false)).server(Smb.smb1(TREE_CONNECT, true));
            talk.close();
            return begin;
        }
        if (c.client == Client.SMB1) {
            talk.server(Smb.smb1Refusal());
            int begin = talk.packets().size();
            talk.close();
            return begin;
        }
        if (c.server == Server.SMB1) {
            int begin = talk.packets().size();
            talk.serverFin().clientFin();
            return begin;
        }
        if (c.client == Client.BOTH) {
            talk.server(Smb.smb2Answer(0, 0x2ff)).client(Smb.smb2Negotiate(1, 0x202, 0x210, 0x300, 0x302, 0x311));
        }
        long id = c.client == Client.BOTH ? 1 : 0;
        talk.server(Smb.smb2Answer(id, 0x311));
        int begin = talk.packets().size();
        talk.client(Smb.smb2(3, false, id + 1)).server(Smb.smb2(3, true, id + 1));
        talk.close();
        return begin;
    }
}
