package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tap445.decode.Dialects;
import dev.tap445.inventory.AnswerCount;
import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.OfferCounts;
import dev.tap445.inventory.ServerVerdict;
import dev.tap445.inventory.ServerView;
import dev.tap445.support.Packet;
import dev.tap445.support.Pcap;
import dev.tap445.support.RawFrame;
import dev.tap445.support.Replay;
import dev.tap445.support.Reshape;
import dev.tap445.wire.LinkType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of client with every kind of server as real Samba plays them, on both ports and both IP versions, seen in
 * every way. What must be said follows from how the laboratory set them up, and from what tshark found; what must not
 * be said, whatever is missing, is that something is safe, ready or refused that is not.
 */
final class RealMatrixTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path DIRECTORY = Samples.DIRECTORY.resolve("matrix");

    enum Client {
        LANMAN(ClientVerdict.SMB1_ONLY),
        SMB1(ClientVerdict.SMB1_ONLY),
        BOTH(ClientVerdict.SMB1_OFFERED),
        SMB2(ClientVerdict.SMB2_ONLY);

        final ClientVerdict unlessTheServerChoseSmb1;

        Client(ClientVerdict verdict) {
            unlessTheServerChoseSmb1 = verdict;
        }

        boolean hasSmb1Alone() {
            return this == LANMAN || this == SMB1;
        }
    }

    enum Server {
        SMB1,
        BOTH,
        SMB2
    }

    /** As {@code make-matrix} names it. */
    record Cell(Client client, Server server, int port, String family) {
        String name() {
            String both = (client + "-" + server).toLowerCase(Locale.ROOT);
            return both + "-" + port + "-" + family;
        }

        List<Packet> packets() {
            return Pcap.read(DIRECTORY.resolve(name() + ".pcap"));
        }

        boolean usesSmb1() {
            return client.hasSmb1Alone() && server != Server.SMB2 || client == Client.BOTH && server == Server.SMB1;
        }

        boolean refused() {
            return client.hasSmb1Alone() && server == Server.SMB2 || client == Client.SMB2 && server == Server.SMB1;
        }

        ClientVerdict clientVerdict() {
            return client == Client.BOTH && usesSmb1() ? ClientVerdict.SMB1_IN_USE : client.unlessTheServerChoseSmb1;
        }

        ServerVerdict serverVerdict() {
            if (usesSmb1()) {
                return client == Client.BOTH ? ServerVerdict.SMB1_ONLY : ServerVerdict.SMB1_ENABLED;
            }
            if (refused()) {
                return client == Client.SMB2 ? ServerVerdict.UNKNOWN : ServerVerdict.SMB1_DISABLED;
            }
            return ServerVerdict.SMB2;
        }

        String offers() {
            return switch (client) {
                case LANMAN, SMB1 -> "offers 1/0/0/0";
                case BOTH -> "offers 0/1/0/0";
                case SMB2 -> "offers 0/0/1/0";
            };
        }

        String answer() {
            if (refused()) {
                return "[refused]";
            }
            return usesSmb1() ? client == Client.LANMAN ? "[LANMAN2.1]" : "[NT LANMAN 1.0]" : "[3.1.1]";
        }

        int refusals() {
            return client.hasSmb1Alone() && refused() ? 1 : 0;
        }

        int sessions() {
            return usesSmb1() ? 1 : 0;
        }
    }

    static Stream<Cell> cells() {
        List<Cell> cells = new ArrayList<>();
        for (Client client : Client.values()) {
            for (Server server : Server.values()) {
                for (int port : new int[] {445, 139}) {
                    cells.add(new Cell(client, server, port, "v4"));
                    cells.add(new Cell(client, server, port, "v6"));
                }
            }
        }
        return cells.stream();
    }

    /** Each kind of client with each kind of server on each port. */
    static Stream<Cell> halfOfTheCells() {
        return cells().filter(c -> c.family.equals(c.port == 445 ? "v4" : "v6"));
    }

    private static InventorySnapshot seen(List<Packet> packets) {
        List<RawFrame> frames = packets.stream()
                .map(p -> new RawFrame(p.frame(), LinkType.ETHERNET, p.timeNanos()))
                .toList();
        return Replay.run(frames, 1).snapshot();
    }

    private static ClientView client(InventorySnapshot seen) {
        assertThat(seen.clients()).hasSize(1);
        return seen.clients().getFirst();
    }

    private static ServerView server(InventorySnapshot seen) {
        assertThat(seen.servers()).hasSize(1);
        return seen.servers().getFirst();
    }

    /** Everything that a verdict rests on, in a line for each end. */
    private static String facts(List<Packet> packets) {
        InventorySnapshot seen = seen(packets);
        ClientView client = client(seen);
        ServerView server = server(seen);
        OfferCounts o = client.offers();
        return lines(
                client.verdict(),
                "offers %d/%d/%d/%d".formatted(o.smb1Only(), o.smb1AndSmb2(), o.smb2Only(), o.incomplete()),
                client.smb1Sessions(),
                client.smb1Refused(),
                server.verdict(),
                answers(server),
                server.dependentClients().size(),
                server.ready());
    }

    private static String answers(ServerView server) {
        List<String> dialects = new ArrayList<>();
        for (AnswerCount answer : server.answers()) {
            for (long i = 0; i < answer.count(); i++) {
                dialects.add(answer.dialect());
            }
        }
        return dialects.toString();
    }

    private static String lines(
            ClientVerdict client,
            String offers,
            long sessions,
            long refused,
            ServerVerdict server,
            String answers,
            long dependents,
            boolean ready) {
        return "%s, %s, %d sessions, %d refused%n%s, %s, %d dependent, ready %s"
                .formatted(client, offers, sessions, refused, server, answers, dependents, ready);
    }

    private static String truth(Cell c) {
        boolean ready = !c.usesSmb1() && c.serverVerdict() != ServerVerdict.UNKNOWN;
        return lines(
                c.clientVerdict(),
                c.offers(),
                c.sessions(),
                c.refusals(),
                c.serverVerdict(),
                c.answer(),
                c.sessions(),
                ready);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void allOfItInAnySegmentsAndOrder(Cell c) {
        List<Packet> whole = c.packets();
        assertThat(facts(whole)).as("whole").isEqualTo(truth(c));
        List<Packet> small = Reshape.segments(whole, 76);
        assertThat(facts(small)).as("76 bytes").isEqualTo(truth(c));
        assertThat(facts(Reshape.segments(whole, 1))).as("1 byte").isEqualTo(truth(c));
        assertThat(facts(Reshape.outOfOrder(small))).as("out of order").isEqualTo(truth(c));
        List<Packet> tiny = Reshape.segments(whole, 20);
        assertThat(facts(Reshape.outOfOrder(tiny))).as("tiny and out of order").isEqualTo(truth(c));
        assertThat(facts(Reshape.backwards(small))).as("each run backwards").isEqualTo(truth(c));
    }

    /** Two witnesses beside the laboratory's plan: tshark dissects and reassembles without us. */
    @ParameterizedTest
    @MethodSource("cells")
    void agreesWithTshark(Cell c) throws IOException {
        JsonNode truth =
                JSON.readTree(Files.readString(DIRECTORY.resolve("truth.json"))).get(c.name());
        JsonNode theirs = truth.get("clients").get(0);
        InventorySnapshot seen = seen(c.packets());
        ClientView client = client(seen);
        ServerView server = server(seen);
        assertThat(client.address().toString()).isEqualTo(theirs.get("address").asText());
        assertThat(client.verdict().label()).isEqualTo(theirs.get("verdict").asText());
        assertThat(client.dialects()).isEqualTo(dialects(c, theirs));
        assertThat(client.smb1Sessions()).isEqualTo(theirs.get("smb1_sessions").asLong());
        int negotiates = c.client == Client.SMB2 ? 0 : c.usesSmb1() || c.refused() ? 2 : 1;
        assertThat(client.smb1Messages()).isEqualTo(theirs.get("smb1_messages").asLong() - negotiates);
        assertThat(client.smb1Refused()).isEqualTo(theirs.get("smb1_refused").asLong());
        assertThat(text(client.identity().hostname())).isEqualTo(theirs.get("hostname"));
        assertThat(text(client.identity().nativeOs())).isEqualTo(theirs.get("native_os"));
        assertThat(text(client.identity().nativeLanman())).isEqualTo(theirs.get("native_lanman"));
        JsonNode other = truth.get("servers").get(0);
        assertThat(server.verdict().label()).isEqualTo(other.get("verdict").asText());
        assertThat(server.dependentClients())
                .hasSize(other.get("dependent_clients").size());
        assertThat(server.answers())
                .allSatisfy(answer -> assertThat(
                                other.get("answers").get(answer.dialect()).asLong())
                        .isEqualTo(answer.count()));
        JsonNode port = other.get("ports").get(0);
        assertThat(server.ports()).singleElement().satisfies(p -> {
            assertThat(p.port()).isEqualTo(c.port);
            assertThat(p.state().label()).isEqualTo(port.get("state").asText());
            assertThat(p.handshakes().answered()).isEqualTo(1);
            assertThat(p.handshakes().total()).isEqualTo(1);
        });
    }

    /** The truth has the dialects of the first NEGOTIATE; ours also the revisions of the SMB2 one that followed it. */
    private static List<String> dialects(Cell c, JsonNode theirs) {
        TreeSet<String> dialects = new TreeSet<>();
        theirs.get("dialects").forEach(name -> dialects.add(name.asText()));
        if (c.client == Client.BOTH && !c.usesSmb1()) {
            dialects.addAll(List.of("2.0.2", "2.1", "3.0", "3.0.2", "3.1.1"));
        }
        return List.copyOf(dialects);
    }

    private static JsonNode text(@org.jspecify.annotations.Nullable String text) {
        return JSON.valueToTree(text);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void theClientAlone(Cell c) {
        ServerVerdict server = c.usesSmb1() ? c.serverVerdict() : ServerVerdict.UNKNOWN;
        String expected = lines(c.clientVerdict(), c.offers(), c.sessions(), 0, server, "[]", c.sessions(), false);
        List<Packet> half = Reshape.direction(c.packets(), false);
        assertThat(facts(half)).isEqualTo(expected);
        assertThat(facts(Reshape.segments(half, 76))).as("76 bytes").isEqualTo(expected);
        assertThat(server(seen(half)).ports().getFirst().state().label()).isEqualTo("one_way");
    }

    /** An answer of the NT kind to an offer that was not seen can be told from an older one by its form alone. */
    @ParameterizedTest
    @MethodSource("cells")
    void theServerAlone(Cell c) {
        boolean silentlyClosed = c.client == Client.SMB2 && c.refused();
        ServerVerdict server =
                c.usesSmb1() ? ServerVerdict.SMB1_ENABLED : c.refused() ? ServerVerdict.UNKNOWN : ServerVerdict.SMB2;
        String answer = silentlyClosed
                ? "[]"
                : c.usesSmb1()
                        ? "[" + Dialects.name(c.client == Client.LANMAN ? Dialects.UNKNOWN : Dialects.NT_LM_0_12) + "]"
                        : c.answer();
        String expected = lines(
                c.usesSmb1() ? ClientVerdict.SMB1_IN_USE : ClientVerdict.UNKNOWN,
                "offers 0/0/0/0",
                c.sessions(),
                0,
                server,
                answer,
                c.sessions(),
                server == ServerVerdict.SMB2);
        List<Packet> half = Reshape.direction(c.packets(), true);
        assertThat(facts(half)).isEqualTo(expected);
        assertThat(facts(Reshape.segments(half, 76))).as("76 bytes").isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void startedMidStream(Cell c) {
        List<Packet> whole = c.packets();
        String expected = lines(
                c.usesSmb1() ? ClientVerdict.SMB1_IN_USE : ClientVerdict.UNKNOWN,
                "offers 0/0/0/0",
                c.sessions(),
                0,
                c.usesSmb1() ? ServerVerdict.SMB1_ENABLED : ServerVerdict.UNKNOWN,
                "[]",
                c.sessions(),
                false);
        List<Packet> rest = whole.subList(lastNegotiate(whole) + 1, whole.size());
        assertThat(facts(rest)).isEqualTo(expected);
        assertThat(facts(Reshape.segments(rest, 76))).as("76 bytes").isEqualTo(expected);
        assertThat(facts(Reshape.outOfOrder(Reshape.segments(rest, 76))))
                .as("out of order")
                .isEqualTo(expected);
    }

    private static int lastNegotiate(List<Packet> packets) {
        int last = -1;
        for (int i = 0; i < packets.size(); i++) {
            byte[] payload = Reshape.payload(packets.get(i));
            if (payload.length > 17 && (isSmb1(payload) ? payload[8] == 0x72 : isSmb2(payload) && payload[16] == 0)) {
                last = i;
            }
        }
        assertThat(last).isPositive();
        return last;
    }

    private static boolean isSmb1(byte[] payload) {
        return payload.length > 8 && payload[4] == (byte) 0xff && payload[5] == 'S' && payload[6] == 'M';
    }

    private static boolean isSmb2(byte[] payload) {
        return payload[4] == (byte) 0xfe && payload[5] == 'S' && payload[6] == 'M';
    }

    /** Any one packet, any two in a row, everything before or after any of them: lost, or moved, or seen alone. */
    @ParameterizedTest
    @MethodSource("halfOfTheCells")
    void whateverIsMissingNothingIsSafeThatIsNot(Cell c) {
        List<Packet> whole = c.packets();
        int size = whole.size();
        for (int i = 0; i < size; i++) {
            neverSaysMore(c, "without " + i, without(whole, i, i + 1));
            neverSaysMore(c, "without two from " + i, without(whole, i, Math.min(size, i + 2)));
            neverSaysMore(c, "from " + i, whole.subList(i, size));
            neverSaysMore(c, "up to " + i, whole.subList(0, i + 1));
            List<Packet> late = without(whole, i, i + 1);
            late.add(Math.min(i + 3, late.size()), whole.get(i));
            neverSaysMore(c, "three packets late " + i, late);
        }
    }

    private static List<Packet> without(List<Packet> packets, int from, int to) {
        List<Packet> rest = new ArrayList<>(packets.subList(0, from));
        rest.addAll(packets.subList(to, packets.size()));
        return rest;
    }

    private static void neverSaysMore(Cell c, String how, List<Packet> part) {
        InventorySnapshot seen = seen(part);
        for (ClientView client : seen.clients()) {
            assertThat(client.smb1Refused()).as(how).isLessThanOrEqualTo(c.refusals());
            assertThat(client.smb1Sessions()).as(how).isLessThanOrEqualTo(c.sessions());
            assertThat(client.verdict()).as(how + ": " + client.reason()).isIn(clientVerdicts(c, client));
        }
        for (ServerView server : seen.servers()) {
            assertThat(server.verdict()).as(how + ": " + server.reason()).isIn(serverVerdicts(c));
            if (c.usesSmb1()) {
                assertThat(server.ready()).as(how + ": " + server.reason()).isFalse();
            }
            assertThat(server.dependentClients()).as(how).hasSizeLessThanOrEqualTo(c.sessions());
        }
    }

    private static List<ClientVerdict> clientVerdicts(Cell c, ClientView client) {
        List<ClientVerdict> allowed = new ArrayList<>(List.of(c.clientVerdict(), ClientVerdict.UNKNOWN));
        if (c.usesSmb1()) {
            allowed.add(ClientVerdict.SMB1_IN_USE);
            if (c.client == Client.BOTH && client.smb1Messages() == 0) {
                allowed.add(ClientVerdict.SMB1_OFFERED); // the capture ended with the offer
            }
        }
        return allowed;
    }

    private static List<ServerVerdict> serverVerdicts(Cell c) {
        return c.usesSmb1()
                ? List.of(c.serverVerdict(), ServerVerdict.SMB1_ENABLED, ServerVerdict.UNKNOWN)
                : List.of(c.serverVerdict(), ServerVerdict.UNKNOWN);
    }
}
