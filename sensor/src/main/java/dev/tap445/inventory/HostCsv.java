package dev.tap445.inventory;

import dev.tap445.decode.IdentityField;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Vantage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A host as a row for spreadsheets: what a baseline needs, without pairs and ports. */
final class HostCsv {
    static final List<String> COLUMNS = List.of(
            "address",
            "first_seen",
            "last_seen",
            "ntlm_hostname",
            "netbios_name",
            "ntlm_domain",
            "smb1_domain",
            "native_os",
            "native_lanman",
            "mac",
            "seen_in",
            "client_verdict",
            "smb1_client_first_seen",
            "smb1_client_last_seen",
            "smb1_sessions",
            "smb1_refused",
            "offers_smb1_only",
            "offers_smb1_and_smb2",
            "offers_smb2_only",
            "offers_incomplete",
            "dialects",
            "server_verdict",
            "smb1_server_first_seen",
            "smb1_server_last_seen");
    private static final String LIST = "; ";

    private HostCsv() {}

    static List<String> row(HostRecord host) {
        Map<String, String> cells = new LinkedHashMap<>();
        COLUMNS.forEach(column -> cells.put(column, ""));
        cells.put("address", host.address().toString());
        cells.put("first_seen", Instants.text(host.firstSeen()));
        cells.put("last_seen", Instants.text(host.lastSeen()));
        for (HostRecord.Text text : host.device().texts()) {
            cells.put(text.field().name().toLowerCase(Locale.ROOT), text.text());
        }
        cells.put(
                "mac",
                host.device().mac() < 0 ? "" : MacTable.text(host.device().mac()));
        cells.put(
                "seen_in",
                host.device().seenIn().reversed().stream()
                        .map(sighting -> Vantage.text(sighting.vantage()))
                        .collect(Collectors.joining(LIST)));
        HostRecord.Client client = host.client();
        if (client != null) {
            cells.put("client_verdict", client.verdict());
            cells.put("smb1_client_first_seen", Instants.text(client.smb1First()));
            cells.put("smb1_client_last_seen", Instants.text(client.smb1Last()));
            cells.put("smb1_sessions", Long.toString(client.sessions()));
            cells.put("smb1_refused", Long.toString(client.refused()));
            cells.put("offers_smb1_only", Long.toString(client.offers().smb1Only()));
            cells.put("offers_smb1_and_smb2", Long.toString(client.offers().smb1AndSmb2()));
            cells.put("offers_smb2_only", Long.toString(client.offers().smb2Only()));
            cells.put("offers_incomplete", Long.toString(client.offers().incomplete()));
            cells.put("dialects", String.join(LIST, client.dialects()));
        }
        HostRecord.Server server = host.server();
        if (server != null) {
            cells.put("server_verdict", server.verdict());
            cells.put("smb1_server_first_seen", Instants.text(server.smb1First()));
            cells.put("smb1_server_last_seen", Instants.text(server.smb1Last()));
        }
        return List.copyOf(cells.values());
    }

    /** The reverse of {@link #row}, from any of the columns; verdicts follow from the rest and are not read. */
    static HostRecord host(Map<String, String> cells) {
        String address = cells.getOrDefault("address", "").strip();
        IpAddress ip = IpAddress.parse(address)
                .orElseThrow(() -> new IllegalArgumentException("'" + address + "' is no address"));
        long first = time(cells, "first_seen");
        long last = Math.max(first, time(cells, "last_seen"));
        List<HostRecord.Text> texts = new ArrayList<>(2);
        for (IdentityField field : IdentityField.values()) {
            String text = cells.getOrDefault(field.name().toLowerCase(Locale.ROOT), "");
            if (!text.isEmpty()) {
                texts.add(new HostRecord.Text(field, text, first));
            }
        }
        HostRecord.Device device = new HostRecord.Device(
                MacTable.parse(cells.getOrDefault("mac", "")),
                first,
                -1,
                0,
                texts,
                seenIn(cells.getOrDefault("seen_in", ""), first));
        HostRecord.Client client = client(cells, first, last);
        HostRecord.Server server = server(cells, first, last);
        boolean smb1 = client != null && client.smb1First() != 0 || server != null && server.smb1First() != 0;
        int worth = smb1 ? 4 : client != null && client.offers().total() > 0 ? 3 : 2;
        return new HostRecord(ip, worth, first, last, 0, device, client, server, List.of());
    }

    /** The latest first, as {@link #row} writes them; their order is kept. */
    private static List<HostRecord.Sighting> seenIn(String text, long first) {
        List<HostRecord.Sighting> seenIn = new ArrayList<>(2);
        for (String each :
                text.isEmpty() ? List.<String>of() : List.of(text.split(LIST)).reversed()) {
            int vantage = Vantage.parse(each.strip())
                    .orElseThrow(() -> new IllegalArgumentException(
                            "seen_in: '" + each.strip() + "' is not of the form vlan20, vni5001 or erspan7"));
            seenIn.add(new HostRecord.Sighting(vantage, first + seenIn.size()));
        }
        return seenIn;
    }

    private static HostRecord.@Nullable Client client(Map<String, String> cells, long first, long last) {
        OfferCounts offers = new OfferCounts(
                count(cells, "offers_smb1_only"),
                count(cells, "offers_smb1_and_smb2"),
                count(cells, "offers_smb2_only"),
                count(cells, "offers_incomplete"));
        long smb1First = time(cells, "smb1_client_first_seen");
        long smb1Last = time(cells, "smb1_client_last_seen");
        long sessions = count(cells, "smb1_sessions");
        long refused = count(cells, "smb1_refused");
        if (offers.total() == 0 && smb1First == 0) {
            return null;
        }
        String dialects = cells.getOrDefault("dialects", "");
        return new HostRecord.Client(
                first == 0 ? smb1First : first,
                Math.max(last, smb1First),
                smb1First,
                Math.max(smb1First, smb1Last),
                sessions,
                0,
                0,
                refused,
                0,
                false,
                false,
                "unknown",
                offers,
                dialects.isEmpty() ? List.of() : List.of(dialects.split(LIST)),
                List.of());
    }

    private static HostRecord.@Nullable Server server(Map<String, String> cells, long first, long last) {
        long smb1First = time(cells, "smb1_server_first_seen");
        return smb1First == 0
                ? null
                : new HostRecord.Server(
                        first == 0 ? smb1First : first,
                        Math.max(last, smb1First),
                        smb1First,
                        Math.max(smb1First, time(cells, "smb1_server_last_seen")),
                        0,
                        "unknown",
                        List.of(),
                        List.of());
    }

    private static long time(Map<String, String> cells, String column) {
        try {
            return Instants.parse(cells.getOrDefault(column, "").strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(column + ": " + e.getMessage(), e);
        }
    }

    private static long count(Map<String, String> cells, String column) {
        String text = cells.getOrDefault(column, "").strip();
        if (text.isEmpty()) {
            return 0;
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw new IllegalArgumentException(column + ": '" + text + "' is no count");
        }
        return Long.parseLong(text);
    }
}
