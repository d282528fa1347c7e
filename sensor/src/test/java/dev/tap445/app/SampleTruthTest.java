package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tap445.support.Recording;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The report on every sample against {@code truth.json}, which tshark found, and {@code expect.tsv}, written by hand. */
final class SampleTruthTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NONE = "-";
    /** Of a client, as the report and the truth both name them. */
    private static final List<String> CLIENT_FACTS = List.of(
            "verdict",
            "offers",
            "dialects",
            "smb1_sessions",
            "smb1_refused",
            "hostname",
            "native_os",
            "native_lanman",
            "scanner");

    private static final List<String> SERVER_FACTS = List.of("verdict", "answers", "dependent_clients");
    private static final List<String> PORT_FACTS = List.of("state", "handshakes", "syn_retransmissions");

    @Test
    void agreesWithTheTruthOrSaysWhyNot() throws Exception {
        JsonNode truth = JSON.readTree(Files.readString(Samples.DIRECTORY.resolve("truth.json")));
        Differences differences = new Differences();
        int compared = 0;
        for (Map.Entry<String, Path> sample : Samples.all().entrySet()) {
            JsonNode expected = truth.get(sample.getKey());
            assertThat(expected).as(sample.getKey() + " in truth.json").isNotNull();
            Map<String, String> theirs = facts(expected);
            Map<String, String> ours = facts(report(sample.getValue()));
            messages(expected, sample.getValue(), theirs, ours);
            theirs.keySet().forEach(fact -> ours.putIfAbsent(fact, NONE));
            differences.compare(sample.getKey(), theirs, ours);
            differences.compare(sample.getKey(), onlyHosts(ours), withDefault(theirs, ours));
            compared += theirs.size();
        }
        assertThat(compared).isGreaterThan(1000);
        differences.check("sample-differences.tsv");
    }

    @Test
    void showsWhatEachSampleWasMadeFor() throws Exception {
        int checked = 0;
        for (String line : Files.readAllLines(Samples.DIRECTORY.resolve("expect.tsv"))) {
            if (line.startsWith("#")) {
                continue;
            }
            String[] cells = line.split("\t");
            Path file = Samples.all().get(cells[0]);
            assertThat(file).as(cells[0]).isNotNull();
            if (file == null) {
                continue;
            }
            String fact = cells[1] + " " + cells[2] + (cells[1].equals("port") ? " state" : " verdict");
            assertThat(facts(report(file)).get(fact)).as(line).isEqualTo('"' + cells[3] + '"');
            checked++;
        }
        assertThat(checked).isGreaterThan(40);
    }

    private static JsonNode report(Path sample) throws Exception {
        return JSON.readTree(Replayed.of(sample, 1).json());
    }

    /** Host facts that the truth has nothing of are compared too: a host too many is a difference. */
    private static Map<String, String> onlyHosts(Map<String, String> ours) {
        Map<String, String> hosts = new HashMap<>();
        ours.forEach((fact, value) -> {
            if (fact.endsWith(" verdict") || fact.endsWith(" state")) {
                hosts.put(fact, NONE);
            }
        });
        return hosts;
    }

    private static Map<String, String> withDefault(Map<String, String> theirs, Map<String, String> ours) {
        Map<String, String> missing = new HashMap<>();
        ours.forEach((fact, value) -> {
            if (!theirs.containsKey(fact)) {
                missing.put(fact, value);
            }
        });
        return missing;
    }

    /** Facts of a report or of the truth, under names such as {@code client 198.18.1.20 verdict}. */
    private static Map<String, String> facts(JsonNode report) {
        Map<String, String> facts = new HashMap<>();
        JsonNode capture = report.has("capture") ? report.get("capture") : report;
        facts.put("packets", capture.get("packets").toString());
        facts.put("duplicates", capture.get("duplicates").toString());
        for (JsonNode client : report.get("clients")) {
            String name = "client " + client.get("address").asText() + " ";
            CLIENT_FACTS.forEach(fact -> facts.put(name + fact, client.get(fact).toString()));
        }
        for (JsonNode server : report.get("servers")) {
            String address = server.get("address").asText();
            SERVER_FACTS.forEach(fact ->
                    facts.put("server " + address + " " + fact, server.get(fact).toString()));
            for (JsonNode port : server.get("ports")) {
                String name = "port " + address + " " + port.get("port").asText() + " ";
                PORT_FACTS.forEach(fact -> facts.put(name + fact, port.get(fact).toString()));
            }
        }
        return facts;
    }

    /** The truth counts NEGOTIATEs among SMB1 messages; ours does not, so they are added here. */
    private static void messages(JsonNode truth, Path sample, Map<String, String> theirs, Map<String, String> ours)
            throws Exception {
        Recording seen = Replayed.observed(sample.toString(), Replayed.bytes(sample));
        TreeSet<String> clients = new TreeSet<>();
        for (JsonNode client : truth.get("clients")) {
            String address = client.get("address").asText();
            clients.add(address);
            theirs.put(
                    "client " + address + " smb1_messages",
                    client.get("smb1_messages").toString());
        }
        for (String address : clients) {
            long negotiates = seen.offers.stream()
                            .filter(o -> o.client().equals(address) && !o.isSmb2Header())
                            .count()
                    + seen.answers.stream()
                            .filter(a -> a.client().equals(address) && answersInSmb1(a))
                            .count();
            int messages = seen.traffic.stream()
                    .filter(t -> t.client().equals(address))
                    .mapToInt(Recording.Traffic::messages)
                    .sum();
            ours.put("client " + address + " smb1_messages", Long.toString(messages + negotiates));
        }
    }

    private static boolean answersInSmb1(Recording.Answered answer) {
        return switch (answer.refusal()) {
            case NONE -> answer.family().equals("smb1");
            case NO_DIALECT, ERROR_STATUS -> true;
            case CLOSED, RESET, SILENCE -> false;
        };
    }
}
