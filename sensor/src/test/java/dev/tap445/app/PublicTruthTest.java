package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.capture.CaptureException;
import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.HandshakeCounts;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PortView;
import dev.tap445.inventory.ServerVerdict;
import dev.tap445.support.CaptureFile;
import dev.tap445.support.Recording;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The pipeline against what tshark and Zeek say of every public capture. Where ours differs, {@code differences.tsv}
 * says who is right and why; a difference that is not listed fails, and so does a listed one that is none (any more).
 */
final class PublicTruthTest {
    private static final TreeSet<ClientVerdict> SPEAKS_SMB1 = new TreeSet<>(List.of(
            ClientVerdict.SMB1_ONLY, ClientVerdict.MIXED, ClientVerdict.SMB1_IN_USE, ClientVerdict.SMB1_OFFERED));
    private static final TreeSet<ServerVerdict> SMB1_SERVER =
            new TreeSet<>(List.of(ServerVerdict.SMB1_ONLY, ServerVerdict.SMB1_ENABLED, ServerVerdict.SMB1_DISABLED));

    private static Map<String, Map<String, String>> truth = Map.of();
    private static Path captures = Path.of("");

    @BeforeAll
    static void readTruth() throws IOException {
        captures = CaptureFile.sharedCaptures();
        truth = PublicTruth.read(captures);
    }

    @Test
    void agreesWithTheTruthOrSaysWhyNot() throws Exception {
        assertThat(truth).hasSizeGreaterThan(100);
        Differences differences = new Differences();
        for (Map.Entry<String, Map<String, String>> row : truth.entrySet()) {
            differences.compare(row.getKey(), row.getValue(), ours(row.getKey()));
        }
        differences.check("differences.tsv");
    }

    @Test
    void givesNoSmb1VerdictWhereThereIsNoSmb1() throws Exception {
        for (Map.Entry<String, Map<String, String>> entry : truth.entrySet()) {
            if ("yes".equals(entry.getValue().get("has_smb1"))) {
                continue;
            }
            InventorySnapshot seen;
            try {
                seen = Replayed.of(file(entry.getKey()), 1).inventory();
            } catch (CaptureException e) {
                continue;
            }
            assertThat(seen.clients()).as(entry.getKey()).noneMatch(c -> SPEAKS_SMB1.contains(c.verdict()));
            assertThat(seen.servers()).as(entry.getKey()).noneMatch(s -> SMB1_SERVER.contains(s.verdict()));
        }
    }

    private static Path file(String name) {
        return captures.resolve("files").resolve(name);
    }

    private static Map<String, String> ours(String name) throws IOException {
        Replayed replayed;
        Recording recording;
        try {
            replayed = Replayed.of(file(name), 2);
            recording = Replayed.observed(name, Replayed.bytes(file(name)));
        } catch (CaptureException e) {
            return Map.of("packets", "refused");
        }
        Map<String, String> row = new HashMap<>();
        row.put("packets", Long.toString(replayed.feed().packets()));
        negotiates(recording, row);
        handshakes(replayed.inventory(), row);
        return row;
    }

    private static void negotiates(Recording seen, Map<String, String> row) {
        List<String> smb1Offered = new ArrayList<>();
        List<String> smb2Offered = new ArrayList<>();
        TreeSet<String> clients = new TreeSet<>();
        for (Recording.Offered offer : seen.offers) {
            (offer.isSmb2Header() ? smb2Offered : smb1Offered).add(offer.client() + " " + offer.dialects());
            if (!offer.isSmb2Header()) {
                clients.add(offer.client());
            }
        }
        List<String> smb1Selected = new ArrayList<>();
        List<String> smb2Selected = new ArrayList<>();
        for (Recording.Answered answer : seen.answers) {
            if (answer.family().equals("smb1")) {
                smb1Selected.add(answer.server() + " " + answer.dialect());
            } else if (!answer.family().equals("none")) {
                smb2Selected.add(answer.server() + " [" + answer.dialect() + "]");
            }
        }
        row.put("n_smb1_negreq_445_139", Integer.toString(smb1Offered.size()));
        row.put("smb1_neg_clients", String.join(",", clients));
        row.put("smb1_offered", PublicTruth.multiset(smb1Offered));
        row.put("smb2_offered", PublicTruth.multiset(smb2Offered));
        row.put("smb1_selected", PublicTruth.multiset(smb1Selected));
        row.put("smb2_selected", PublicTruth.multiset(smb2Selected));
        row.put(
                "smb1_clients_beyond_negotiate",
                seen.traffic.stream()
                        .map(Recording.Traffic::client)
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(",")));
        row.put("smb1_messages", Integer.toString(seen.smb1Messages()));
    }

    private static void handshakes(InventorySnapshot seen, Map<String, String> row) {
        long answered = 0;
        long refused = 0;
        long unreachable = 0;
        long none = 0;
        long retransmissions = 0;
        for (PortView port :
                seen.servers().stream().flatMap(s -> s.ports().stream()).toList()) {
            HandshakeCounts counts = port.handshakes();
            answered += counts.answered();
            refused += counts.refused();
            unreachable += counts.unreachable();
            none += counts.unanswered() + counts.oneWay() + counts.aborted() + counts.pending();
            retransmissions += port.synRetransmissions();
        }
        row.put("attempts", Long.toString(answered + refused + unreachable + none));
        row.put("att_answered", Long.toString(answered));
        row.put("att_refused", Long.toString(refused));
        row.put("att_none", Long.toString(none));
        row.put("syn_retrans", Long.toString(retransmissions));
        row.put("syn_4tuples_icmp_unreach", Long.toString(unreachable));
        row.put("zeek_s0", Long.toString(none));
        row.put("zeek_rej", Long.toString(refused));
    }
}
