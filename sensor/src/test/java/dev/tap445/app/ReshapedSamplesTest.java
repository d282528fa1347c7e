package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.ServerVerdict;
import dev.tap445.inventory.ServerView;
import dev.tap445.support.Packet;
import dev.tap445.support.Pcap;
import dev.tap445.support.Reshape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real sessions of real Samba, cut into other segments, out of order, with one direction alone, cut short. */
final class ReshapedSamplesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NAME = "reshaped.pcap";

    static Stream<String> samples() throws IOException {
        return Samples.all().keySet().stream();
    }

    private static List<Packet> packets(String sample) throws IOException {
        Path file = Samples.all().get(sample);
        if (file == null) {
            throw new IllegalArgumentException(sample);
        }
        return Pcap.read(file);
    }

    private static Replayed replay(List<Packet> packets) throws Exception {
        return Replayed.of(NAME, Pcap.bytes(packets), 1);
    }

    /** The report without what the number and order of segments changes. */
    private static String facts(List<Packet> packets) throws Exception {
        JsonNode report = JSON.readTree(replay(packets).json());
        ((ObjectNode) report).remove("capture");
        for (JsonNode client : report.get("clients")) {
            ((ObjectNode) client).remove("last_seen");
        }
        return report.toPrettyString();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void segmentsChangeNothing(String sample) throws Exception {
        List<Packet> packets = packets(sample);
        String expected = facts(packets);
        assertThat(facts(Reshape.segments(packets, 76))).as("76 bytes").isEqualTo(expected);
        if (!sample.equals("midstream")) { // a byte does not tell where a message begins
            assertThat(facts(Reshape.segments(packets, 1))).as("1 byte").isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @MethodSource("samples")
    void orderOfSegmentsChangesNoVerdict(String sample) throws Exception {
        List<Packet> packets = packets(sample);
        Replayed whole = replay(packets);
        Replayed mixed = replay(Reshape.outOfOrder(Reshape.segments(packets, 76)));
        assertThat(clients(mixed)).isEqualTo(clients(whole));
        assertThat(servers(mixed)).isEqualTo(servers(whole));
    }

    @ParameterizedTest
    @MethodSource("samples")
    void lessToSeeNeverMeansMoreToSay(String sample) throws Exception {
        List<Packet> packets = packets(sample);
        Replayed whole = replay(packets);
        neverSaysMore("client alone", whole, replay(Reshape.direction(packets, false)));
        neverSaysMore("server alone", whole, replay(Reshape.direction(packets, true)));
        neverSaysMore("snap length 64", whole, replay(Reshape.cut(packets, 64)));
        neverSaysMore("snap length 96", whole, replay(Reshape.cut(packets, 96)));
        neverSaysMore("snap length 128", whole, replay(Reshape.cut(packets, 128)));
        neverSaysMore("second half", whole, replay(packets.subList(packets.size() / 2, packets.size())));
    }

    private static Map<String, ClientVerdict> clients(Replayed replayed) {
        return verdicts(replayed.inventory().clients(), c -> c.address().toString(), ClientView::verdict);
    }

    private static Map<String, ServerVerdict> servers(Replayed replayed) {
        return verdicts(replayed.inventory().servers(), s -> s.address().toString(), ServerView::verdict);
    }

    private static <T, V> Map<String, V> verdicts(List<T> hosts, Function<T, String> name, Function<T, V> verdict) {
        return hosts.stream().collect(Collectors.toMap(name, verdict));
    }

    private static void neverSaysMore(String how, Replayed whole, Replayed part) {
        Map<String, ClientVerdict> truth = clients(whole);
        for (ClientView client : part.inventory().clients()) {
            ClientVerdict all = truth.getOrDefault(client.address().toString(), ClientVerdict.UNKNOWN);
            assertThat(allowed(all)).as(how + " " + client.address()).contains(client.verdict());
        }
        Map<String, ServerVerdict> servers = servers(whole);
        for (ServerView server : part.inventory().servers()) {
            ServerVerdict all = servers.getOrDefault(server.address().toString(), ServerVerdict.UNKNOWN);
            assertThat(allowed(all)).as(how + " " + server.address()).contains(server.verdict());
        }
    }

    private static List<ClientVerdict> allowed(ClientVerdict whole) {
        return switch (whole) {
            case SMB1_ONLY -> List.of(whole, ClientVerdict.SMB1_IN_USE, ClientVerdict.UNKNOWN);
            case MIXED -> List.of(ClientVerdict.values()); // one half of it may be all that is seen
            case SMB1_IN_USE, SMB1_OFFERED, SMB2_ONLY, UNKNOWN -> List.of(whole, ClientVerdict.UNKNOWN);
        };
    }

    private static List<ServerVerdict> allowed(ServerVerdict whole) {
        return switch (whole) {
            case SMB1_ONLY -> List.of(whole, ServerVerdict.SMB1_ENABLED, ServerVerdict.UNKNOWN);
            case SMB1_ENABLED, SMB1_DISABLED -> List.of(whole, ServerVerdict.SMB2, ServerVerdict.UNKNOWN);
            case SMB2, UNKNOWN -> List.of(whole, ServerVerdict.UNKNOWN);
        };
    }
}
