package dev.tap445.export;

import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.HandshakeCounts;
import dev.tap445.inventory.Identity;
import dev.tap445.inventory.PairView;
import dev.tap445.inventory.PortView;
import dev.tap445.inventory.ServerView;
import dev.tap445.wire.Vantage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The report as one table for spreadsheets (RFC 4180): the column {@code kind} says whether a row is the
 * {@code capture}, a {@code client}, a {@code server}, a {@code port} of a server or a {@code pair}. Lists are joined
 * with "; ".
 */
public final class CsvReport implements Report {
    private static final String LIST = "; ";

    @Override
    public void write(Findings findings, OutputStream out) throws IOException {
        Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
        CsvRow.header(text);
        capture(findings).write(text);
        for (ClientView client : findings.inventory().clients()) {
            client(client).write(text);
        }
        for (ServerView server : findings.inventory().servers()) {
            server(server).write(text);
            for (PortView port : server.ports()) {
                port(server, port).write(text);
            }
        }
        for (PairView pair : findings.inventory().pairs()) {
            pair(pair).write(text);
        }
        text.flush();
    }

    private static CsvRow capture(Findings findings) {
        FeedView feed = findings.feed();
        return new CsvRow("capture", String.join(LIST, feed.files()))
                .put("packets", feed.packets())
                .put("filter", feed.filter())
                .put("bytes", feed.bytes())
                .put("first_seen", Times.rfc3339(feed.first()))
                .put("last_seen", Times.rfc3339(feed.last()))
                .put("truncated", feed.truncated())
                .put("duplicates", findings.inventory().duplicates())
                .put("decode_failures", counts(feed.decodeFailures()));
    }

    private static CsvRow client(ClientView client) {
        CsvRow row = new CsvRow("client", client.address().toString())
                .put("verdict", client.verdict().label())
                .put("reason", client.reason())
                .put("first_seen", Times.rfc3339(client.firstSeen()))
                .put("last_seen", Times.rfc3339(client.lastSeen()))
                .put("smb1_first_seen", Times.rfc3339(client.smb1FirstSeen()))
                .put("smb1_last_seen", Times.rfc3339(client.smb1LastSeen()))
                .put("offers_smb1_only", client.offers().smb1Only())
                .put("offers_smb1_and_smb2", client.offers().smb1AndSmb2())
                .put("offers_smb2_only", client.offers().smb2Only())
                .put("offers_incomplete", client.offers().incomplete())
                .put("dialects", String.join(LIST, client.dialects()))
                .put("smb1_sessions", client.smb1Sessions())
                .put("smb1_messages", client.smb1Messages())
                .put("smb1_bytes", client.smb1Bytes())
                .put("smb1_refused", client.smb1Refused())
                .put("scanner", Boolean.toString(client.scanner()))
                .put("scanner_allowed", Boolean.toString(client.scannerAllowed()))
                .put("servers", list(client.servers()));
        return identity(row, client.identity());
    }

    private static CsvRow server(ServerView server) {
        CsvRow row = new CsvRow("server", server.address().toString())
                .put("verdict", server.verdict().label())
                .put("reason", server.reason())
                .put("first_seen", Times.rfc3339(server.firstSeen()))
                .put("last_seen", Times.rfc3339(server.lastSeen()))
                .put("smb1_first_seen", Times.rfc3339(server.smb1FirstSeen()))
                .put("smb1_last_seen", Times.rfc3339(server.smb1LastSeen()))
                .put("answers", counts(JsonHosts.answers(server)))
                .put("readiness", Readiness.of(server).label())
                .put("dependent_clients", list(server.dependentClients()));
        return identity(row, server.identity());
    }

    private static CsvRow identity(CsvRow row, Identity identity) {
        return row.put("hostname", identity.hostname())
                .put("domain", identity.domain())
                .put("native_os", identity.nativeOs())
                .put("native_lanman", identity.nativeLanman())
                .put("mac", identity.mac())
                .put("mac_addresses", identity.macAddresses())
                .put("signing", identity.signing().label())
                .put("guest_sessions", identity.guestSessions())
                .put("vlan", id(identity, Vantage.VLAN))
                .put("vni", id(identity, Vantage.VNI))
                .put("erspan_session", id(identity, Vantage.ERSPAN))
                .put("seen_in", list(identity.seenInTexts()));
    }

    private static String id(Identity identity, int kind) {
        int id = identity.lastIn(kind);
        return id < 0 ? "" : Integer.toString(id);
    }

    private static CsvRow port(ServerView server, PortView port) {
        HandshakeCounts handshakes = port.handshakes();
        return new CsvRow("port", server.address().toString())
                .put("port", port.port())
                .put("state", port.state().label())
                .put("state_suppressed", port.suppressed())
                .put("answered", handshakes.answered())
                .put("refused", handshakes.refused())
                .put("unreachable", handshakes.unreachable())
                .put("unanswered", handshakes.unanswered())
                .put("one_way", handshakes.oneWay())
                .put("aborted", handshakes.aborted())
                .put("pending", handshakes.pending())
                .put("syn_retransmissions", port.synRetransmissions())
                .put("unanswered_syns", port.unansweredSyns())
                .put("last_answer", Times.rfc3339(port.lastAnswer()))
                .put("silent_since", Times.rfc3339(port.silentSince()))
                .put("went_dark", Boolean.toString(port.wentDark()));
    }

    private static CsvRow pair(PairView pair) {
        return new CsvRow("pair", pair.client().toString())
                .put("servers", pair.server().toString())
                .put("first_seen", Times.rfc3339(pair.firstSeen()))
                .put("last_seen", Times.rfc3339(pair.lastSeen()))
                .put("smb1_sessions", pair.sessions())
                .put("smb1_messages", pair.messages())
                .put("smb1_bytes", pair.bytes())
                .put("smb1_refused", pair.refused());
    }

    private static String list(List<?> values) {
        return values.stream().map(Object::toString).collect(Collectors.joining(LIST));
    }

    private static String counts(Map<String, Long> counts) {
        return new TreeMap<>(counts)
                .entrySet().stream()
                        .map(count -> count.getKey() + "=" + count.getValue())
                        .collect(Collectors.joining(LIST));
    }
}
