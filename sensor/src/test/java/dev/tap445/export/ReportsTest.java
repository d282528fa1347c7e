package dev.tap445.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.InventorySnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ReportsTest {
    private static final Findings NOTHING = new Findings(
            InventorySnapshot.EMPTY,
            new FeedView(List.of(), 0, 0, 0, 0, 0, Map.of(), List.of(), List.of(), List.of(), ""),
            0);

    private static String write(ReportFormat format, TextStyle style, Findings findings) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        format.report(style).write(findings, out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String write(ReportFormat format) throws IOException {
        return write(format, TextStyle.PLAIN, Estate.findings());
    }

    @ParameterizedTest
    @EnumSource
    void writesTheWholeReport(ReportFormat format) throws IOException {
        Golden.check("report." + format.label(), write(format));
    }

    @ParameterizedTest
    @EnumSource
    void writesNothingSeenWithoutFailing(ReportFormat format) throws IOException {
        Golden.check("nothing." + format.label(), write(format, TextStyle.PLAIN, NOTHING));
    }

    @ParameterizedTest
    @EnumSource
    void letsNoControlCharacterOfAHostileNameThrough(ReportFormat format) throws IOException {
        String report = write(format);
        assertThat(report.replace("\r\n", "\n").chars().filter(c -> (c < ' ' && c != '\n') || c == 0x7f))
                .isEmpty();
        if (format != ReportFormat.JSON) {
            assertThat(report).doesNotContain("\u202e").contains("\\u202e");
        }
    }

    @Test
    void jsonHasTheKeysOfTheContractFirstAndInOrder() throws IOException {
        JsonNode report = new ObjectMapper().readTree(write(ReportFormat.JSON));
        assertThat(keys(report)).startsWith("capture", "clients", "servers");
        assertThat(keys(report.get("capture")))
                .startsWith(
                        "files",
                        "packets",
                        "bytes",
                        "first",
                        "last",
                        "truncated",
                        "duplicates",
                        "decode_failures",
                        "elapsed_seconds",
                        "packets_per_second");
        JsonNode client = report.get("clients").get(0);
        assertThat(keys(client))
                .startsWith(
                        "address",
                        "verdict",
                        "offers",
                        "dialects",
                        "smb1_sessions",
                        "smb1_messages",
                        "smb1_refused",
                        "hostname",
                        "native_os",
                        "native_lanman",
                        "mac",
                        "first_seen",
                        "last_seen",
                        "scanner",
                        "servers");
        assertThat(keys(client.get("offers"))).containsExactly("smb1_only", "smb1_and_smb2", "smb2_only", "incomplete");
        JsonNode server = report.get("servers").get(0);
        assertThat(keys(server)).startsWith("address", "verdict", "answers", "dependent_clients", "ports");
        JsonNode port = server.get("ports").get(0);
        assertThat(keys(port)).startsWith("port", "state", "handshakes", "syn_retransmissions", "last_answer");
        assertThat(keys(port.get("handshakes")))
                .containsExactly("answered", "refused", "unreachable", "unanswered", "one_way", "aborted", "pending");
    }

    @Test
    void jsonAddsAnswersOverOffersAndSaysNullForNoTime() throws IOException {
        JsonNode report = new ObjectMapper().readTree(write(ReportFormat.JSON));
        JsonNode nas = report.get("servers").get(0);
        assertThat(nas.get("answers").get("NT LM 0.12").asLong()).isEqualTo(14);
        JsonNode nobody = report.get("servers").get(3);
        assertThat(nobody.get("ports").get(0).get("last_answer").isNull()).isTrue();
        assertThat(nobody.get("ports").get(0).get("state_suppressed").asText()).isEqualTo("sensor_drops");
        JsonNode rogue = report.get("clients").get(1);
        assertThat(rogue.get("hostname").asText()).isEqualTo(Estate.HOSTILE);
        assertThat(rogue.get("mac").isNull()).isTrue();
        assertThat(rogue.get("smb1_first_seen").asText()).isEqualTo("2026-03-02T09:00:00.000000005Z");
        assertThat(report.get("capture").get("first").asText()).isEqualTo("2026-03-02T09:00:00Z");
        assertThat(report.get("capture").get("packets_per_second").asLong()).isEqualTo(2_469_134);
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 80, 100, 132})
    void textFitsTheTerminal(int width) throws IOException {
        String report = write(ReportFormat.TEXT, new TextStyle(width, false), Estate.findings());
        assertThat(report.lines())
                .allSatisfy(line -> assertThat(Printable.columns(line)).isLessThanOrEqualTo(width));
    }

    @Test
    void colourChangesNothingButColour() throws IOException {
        String coloured = write(ReportFormat.TEXT, new TextStyle(100, true), Estate.findings());
        assertThat(coloured).contains("\u001b[31m");
        assertThat(coloured.replaceAll("\u001b\\[[0-9]+m", "")).isEqualTo(write(ReportFormat.TEXT));
    }

    @Test
    void csvRowsHaveAsManyCellsAsTheHeaderAndNoFormula() throws IOException {
        List<List<String>> rows = parse(write(ReportFormat.CSV));
        int columns = rows.getFirst().size();
        assertThat(rows).allSatisfy(row -> assertThat(row).hasSize(columns));
        assertThat(rows.stream().flatMap(List::stream)).noneMatch(cell -> cell.matches("(?s)[=+@-].*"));
        List<String> rogue = rows.stream()
                .filter(row -> row.get(1).equals("192.0.2.9"))
                .findFirst()
                .orElseThrow();
        assertThat(rogue.get(rows.getFirst().indexOf("hostname")))
                .startsWith("'=cmd|")
                .contains("\\x1b");
    }

    /** RFC 4180, as a reader that knows nothing of the writer sees it. */
    private static List<List<String>> parse(String csv) {
        List<List<String>> rows = new ArrayList<>();
        List<String> row = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < csv.length(); i++) {
            char c = csv.charAt(i);
            if (quoted && c == '"' && i + 1 < csv.length() && csv.charAt(i + 1) == '"') {
                cell.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (quoted || (c != ',' && c != '\r' && c != '\n')) {
                cell.append(c);
            } else if (c != '\r') {
                row.add(cell.toString());
                cell.setLength(0);
                if (c == '\n') {
                    rows.add(row);
                    row = new ArrayList<>();
                }
            }
        }
        return rows;
    }

    @Test
    void htmlCarriesNoScriptAndLoadsNothing() throws IOException {
        String page = write(ReportFormat.HTML);
        assertThat(page).doesNotContainIgnoringCase("<script").contains("&lt;script&gt;");
        assertThat(page).doesNotContain("src=").doesNotContain("url(").doesNotContain("@import");
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
