package dev.tap445.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is true of the public captures, as two other tools see them, by file and column; in the sensor's words. */
final class PublicTruth {
    /** Columns of the table that are taken as they are. */
    private static final List<String> TABLE = List.of(
            "packets",
            "n_smb1_negreq_445_139",
            "attempts",
            "att_answered",
            "att_refused",
            "att_none",
            "syn_retrans",
            "syn_4tuples_icmp_unreach");

    private static final Map<String, String> REVISIONS =
            Map.of("0x0202", "2.0.2", "0x0210", "2.1", "0x0300", "3.0", "0x0302", "3.0.2", "0x0311", "3.1.1");
    private static final String WILDCARD = "0x02ff";
    private static final ObjectMapper JSON = new ObjectMapper();

    private PublicTruth() {}

    /** By file, then column. */
    static Map<String, Map<String, String>> read(Path captures) throws IOException {
        Map<String, Map<String, String>> truth = new TreeMap<>();
        List<String> lines = Files.readAllLines(captures.resolve("truth.tsv"));
        List<String> header = List.of(lines.getFirst().split("\t", -1));
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split("\t", -1);
            Map<String, String> row = new HashMap<>();
            TABLE.forEach(column -> row.put(column, cells[header.indexOf(column)]));
            row.put("has_smb1", cells[header.indexOf("n_smb1_445_139")].equals("0") ? "no" : "yes");
            truth.put(cells[0], row);
        }
        for (String line : Files.readAllLines(captures.resolve("truth.jsonl"))) {
            JsonNode file = JSON.readTree(line);
            dialects(file, truth.computeIfAbsent(file.get("file").asText(), name -> new HashMap<>()));
        }
        for (String line : Files.readAllLines(captures.resolve("zeek.jsonl"))) {
            JsonNode file = JSON.readTree(line);
            zeek(file, truth.computeIfAbsent(file.get("file").asText(), name -> new HashMap<>()));
        }
        return truth;
    }

    private static void dialects(JsonNode file, Map<String, String> row) {
        List<String> smb1Offered = new ArrayList<>();
        List<String> smb2Offered = new ArrayList<>();
        List<String> smb1Selected = new ArrayList<>();
        List<String> smb2Selected = new ArrayList<>();
        TreeSet<String> clients = new TreeSet<>();
        for (JsonNode negotiate : file.get("negotiates")) {
            if (!negotiate.get("on445_139").asBoolean()
                    || negotiate.get("quoted").asBoolean()) {
                continue;
            }
            boolean smb1 = negotiate.get("v").asInt() == 1;
            String source = negotiate.get("src").asText();
            List<String> names = new ArrayList<>();
            negotiate.get("dialects").forEach(name -> names.add(REVISIONS.getOrDefault(name.asText(), name.asText())));
            if (!negotiate.get("resp").asBoolean()) {
                (smb1 ? smb1Offered : smb2Offered).add(source + " " + names);
                if (smb1) {
                    clients.add(source);
                }
            } else if (smb1) {
                smb1Selected.add(source + " " + negotiate.path("selected").asText("?"));
            } else if (!names.contains(WILDCARD)) {
                smb2Selected.add(source + " " + names);
            }
        }
        row.put("smb1_neg_clients", String.join(",", clients));
        row.put("smb1_offered", multiset(smb1Offered));
        row.put("smb2_offered", multiset(smb2Offered));
        row.put("smb1_selected", multiset(smb1Selected));
        row.put("smb2_selected", multiset(smb2Selected));
        TreeSet<String> users = new TreeSet<>();
        file.get("smb1_clients_beyond_negotiate").fieldNames().forEachRemaining(users::add);
        row.put("smb1_clients_beyond_negotiate", String.join(",", users));
        int messages = 0;
        for (Map.Entry<String, JsonNode> command : file.get("smb1_cmds").properties()) {
            messages +=
                    command.getKey().endsWith(" 0x72") ? 0 : command.getValue().asInt();
        }
        row.put("smb1_messages", Integer.toString(messages));
    }

    private static void zeek(JsonNode file, Map<String, String> row) {
        int unanswered = 0;
        int rejected = 0;
        for (JsonNode connection : file.get("conns")) {
            unanswered += connection.get("conn_state").asText().equals("S0") ? 1 : 0;
            rejected += connection.get("conn_state").asText().equals("REJ") ? 1 : 0;
        }
        row.put("zeek_s0", Integer.toString(unanswered));
        row.put("zeek_rej", Integer.toString(rejected));
    }

    /** Text of a multiset, in order: {@code 2x a ; 1x b}; {@code -} for none. */
    static String multiset(List<String> members) {
        Map<String, Integer> counts = new TreeMap<>();
        members.forEach(member -> counts.merge(member, 1, Integer::sum));
        List<String> parts = new ArrayList<>();
        counts.forEach((member, count) -> parts.add(count + "x " + member));
        return parts.isEmpty() ? "-" : String.join(" ; ", parts);
    }
}
