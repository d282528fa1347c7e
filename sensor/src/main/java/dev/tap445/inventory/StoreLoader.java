package dev.tap445.inventory;

import dev.tap445.decode.Dialects;
import dev.tap445.decode.IdentityField;
import dev.tap445.decode.Offer;
import dev.tap445.track.Outcome;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Vantage;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Puts what the store holds into an inventory that is not running yet: the hosts worth most where there is not room for
 * all. What a newer sensor or somebody's hand wrote and nobody here knows is passed over. Times that lie ahead of the clock (it was wrong once) are taken for now, so that no window waits for them.
 */
final class StoreLoader {
    private static final Map<String, Offer> OFFERS =
            Arrays.stream(Offer.values()).collect(Collectors.toMap(Offer::label, offer -> offer));
    private static final Map<String, IdentityField> FIELDS = Arrays.stream(IdentityField.values())
            .collect(Collectors.toMap(field -> field.name().toLowerCase(Locale.ROOT), field -> field));

    private final Connection connection;
    private final Inventory inventory;
    private final long now;
    private final BooleanSupplier stopped;
    private final Map<String, Host> hosts = new HashMap<>();
    private final Map<String, Long> meta = new HashMap<>();
    private byte[] latest = {};
    private @Nullable Host latestHost;

    /**
     * Over one connection, into one inventory.
     *
     * @param now the clock, nanoseconds since the epoch
     * @param stopped asked at each row whether to go on
     */
    StoreLoader(Connection connection, Inventory inventory, long now, BooleanSupplier stopped) {
        this.stopped = stopped;
        this.connection = connection;
        this.inventory = inventory;
        this.now = now;
    }

    @FunctionalInterface
    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private void each(String sql, RowReader reader) throws SQLException, StoreException {
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                if (stopped.getAsBoolean()) {
                    throw new StoreException(StoreException.Reason.STOPPED, "stopped while it read the store");
                }
                reader.read(rows);
            }
        }
    }

    /** The values of {@code meta}. */
    Map<String, Long> load() throws SQLException, StoreException {
        each("SELECT key, value FROM meta", row -> meta.put(row.getString(1), row.getLong(2)));
        each("SELECT address, last_life, mac, mac_seen, signing, guest_sessions FROM hosts" + best(), this::host);
        each("SELECT address, field, text, first_seen FROM identities", this::identity);
        if (StoreSchema.version(connection) >= StoreSchema.WITH_SIGHTINGS) {
            each("SELECT address, vantage, first_seen FROM sightings", this::sighting);
        }
        each(
                "SELECT address, first_seen, last_seen, smb1_first_seen, smb1_last_seen, smb1_sessions, smb1_messages,"
                        + " smb1_bytes, smb1_refused, unanswered_syns, smb2_proven, scanner FROM clients",
                this::client);
        each("SELECT client, offer, count FROM offers", this::offer);
        each("SELECT client, dialect FROM dialects", this::dialect);
        each(
                "SELECT address, first_seen, last_seen, smb1_first_seen, smb1_last_seen, smb1_sessions, verdict"
                        + " FROM servers",
                this::server);
        each("SELECT server, dialect, offer, count FROM answers", this::answer);
        each("SELECT * FROM pairs", this::pair);
        each("SELECT * FROM ports", this::port);
        each("SELECT server, port, client, first_syn, last_syn, syns FROM unanswered", this::unanswered);
        each("SELECT address, kind, port, time FROM announcements", this::announcement);
        feed();
        for (Host host : hosts.values()) {
            ClientState client = host.client;
            if (client != null && (client.smb1Last != 0 || client.refused != 0)) {
                host.watched().smb1Last = client.smb1Last;
                host.watched().refused = client.refused;
            }
        }
        connection.rollback();
        return meta;
    }

    /** Which hosts, where there is not room for all; to sort them takes longer than to read them. */
    private String best() throws SQLException, StoreException {
        int room = inventory.options.maxHosts();
        long[] count = {0};
        each("SELECT count(*) FROM hosts", row -> count[0] = row.getLong(1));
        return count[0] <= room ? "" : " ORDER BY worth DESC, last_seen DESC LIMIT " + room;
    }

    /** What the sensor saw of its feed when it last wrote. */
    private void feed() {
        inventory.lastDrop = Math.max(inventory.lastDrop, time(meta.getOrDefault(FeedTimes.LAST_DROP, Long.MIN_VALUE)));
        inventory.lastReturn = Math.max(inventory.lastReturn, time(meta.getOrDefault(FeedTimes.LAST_RETURN, 0L)));
        inventory.lastWayBack = Math.max(inventory.lastWayBack, time(meta.getOrDefault(FeedTimes.LAST_WAY_BACK, 0L)));
        inventory.lastOneWay = Math.max(inventory.lastOneWay, time(meta.getOrDefault(FeedTimes.LAST_ONE_WAY, 0L)));
        inventory.latest = Math.max(inventory.latest, time(meta.getOrDefault(FeedTimes.LATEST, 0L)));
    }

    /** Events that were written and, as far as is known, not sent; the oldest first. */
    static List<EventLine> unsent(Connection connection) throws SQLException {
        List<EventLine> lines = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                        "SELECT id, action, time, address, document FROM events WHERE sent = 0 ORDER BY number");
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                lines.add(new EventLine(
                        row.getString(1), row.getString(2), row.getLong(3), row.getString(4), row.getString(5)));
            }
        }
        return lines;
    }

    private long time(long stored) {
        return Math.min(stored, now);
    }

    /** A text; its bytes are half as dear as the driver's string. */
    private static String text(ResultSet row, int column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    /** The host whose address is in the first column. Tables are in its order: mostly it is that of the row before. */
    private @Nullable Host known(ResultSet row) throws SQLException {
        byte[] address = row.getBytes(1);
        if (address != null && !Arrays.equals(address, latest)) {
            latest = address;
            latestHost = hosts.get(new String(address, StandardCharsets.UTF_8));
        }
        return address == null ? null : latestHost;
    }

    private void host(ResultSet row) throws SQLException {
        String text = text(row, 1);
        IpAddress address = IpAddress.parse(text).orElse(null);
        Host host = address == null ? null : inventory.hosts.admit(address.high(), address.low(), address.zone(), 0);
        if (host == null) {
            return;
        }
        hosts.put(text, host);
        host.lastLife = Math.max(host.lastLife, time(row.getLong(2)));
        long mac = MacTable.parse(text(row, 3));
        if (mac >= 0) {
            host.device.mac(mac, row.getLong(4));
            inventory.macs.add(mac, host.address);
        }
        host.device.signing = Math.max(host.device.signing, row.getInt(5));
        host.device.guestSessions = Math.max(host.device.guestSessions, row.getLong(6));
    }

    private void identity(ResultSet row) throws SQLException {
        Host host = known(row);
        IdentityField field = FIELDS.get(text(row, 2));
        if (host != null && field != null) {
            host.device.text(field, text(row, 3), row.getLong(4));
        }
    }

    private void sighting(ResultSet row) throws SQLException {
        Host host = known(row);
        OptionalInt vantage = Vantage.parse(row.getString(2));
        if (host != null && vantage.isPresent()) {
            host.device.seenIn(vantage.getAsInt(), row.getLong(3));
        }
    }

    private void client(ResultSet row) throws SQLException {
        Host host = known(row);
        if (host == null) {
            return;
        }
        ClientState client = host.asClient();
        client.seen(time(row.getLong(2)));
        client.seen(time(row.getLong(3)));
        if (row.getLong(4) != 0) {
            client.smb1At(time(row.getLong(4)));
            client.smb1At(time(row.getLong(5)));
        }
        client.sessions = row.getLong(6);
        client.messages = row.getLong(7);
        client.bytes = row.getLong(8);
        client.refused = row.getLong(9);
        client.unansweredSyns = row.getLong(10);
        client.smb2Proven = row.getInt(11) != 0;
        if (row.getInt(12) != 0) {
            client.scan.restoreScanner();
            client.suspicion = ClientState.Suspicion.TOLD;
        }
    }

    private void offer(ResultSet row) throws SQLException {
        Host host = known(row);
        Offer offer = OFFERS.get(text(row, 2));
        if (host != null && offer != null) {
            host.asClient().restore(offer, row.getLong(3));
        }
    }

    private void dialect(ResultSet row) throws SQLException {
        Host host = known(row);
        if (host != null) {
            host.asClient().dialects(new int[] {Dialects.ofName(text(row, 2))}, 1);
        }
    }

    private void server(ResultSet row) throws SQLException {
        Host host = known(row);
        if (host == null) {
            return;
        }
        ServerState server = host.asServer();
        server.seen(time(row.getLong(2)));
        server.seen(time(row.getLong(3)));
        if (row.getLong(4) != 0) {
            server.smb1At(time(row.getLong(4)));
            server.smb1At(time(row.getLong(5)));
        }
        server.smb1Sessions = row.getLong(6);
        // the pair that showed it may be gone: its client was not seen for long, or finds no room
        server.usedBesideSmb2 |=
                server.smb1Sessions > 0 && ServerVerdict.SMB1_ONLY.label().equals(row.getString(7));
    }

    private void answer(ResultSet row) throws SQLException {
        Host host = known(row);
        Offer offer = OFFERS.get(text(row, 3));
        if (host != null && offer != null) {
            host.asServer().restore(Dialects.ofName(text(row, 2)), offer, row.getLong(4));
        }
    }

    private void pair(ResultSet row) throws SQLException {
        Host client = known(row);
        Host server = hosts.get(text(row, 2));
        if (client == null || server == null) {
            return;
        }
        Pair pair = client.asClient().pair(server);
        if (row.getLong(3) != 0) {
            pair.smb1At(time(row.getLong(3)));
            pair.smb1At(time(row.getLong(4)));
        }
        int column = 5;
        for (Offer offer : Offer.values()) {
            pair.restore(offer, row.getLong(column++));
        }
        server.asServer().usedBesideSmb2 |= pair.sessions(Offer.SMB1_AND_SMB2) > 0;
        pair.messages = row.getLong(column++);
        pair.bytes = row.getLong(column++);
        pair.refused = row.getLong(column);
        pair.savedStamp = pair.stamp();
    }

    private void port(ResultSet row) throws SQLException {
        Host host = known(row);
        if (host == null) {
            return;
        }
        PortEvidence port = host.asServer().port(row.getInt(2));
        port.silentSince = time(row.getLong(4));
        port.lastAnswer = time(row.getLong(5));
        port.lastRefused = time(row.getLong(6));
        port.lastUnreachable = time(row.getLong(7));
        port.lastOneWay = time(row.getLong(8));
        int column = 9;
        for (Outcome outcome : Outcome.values()) {
            port.restore(outcome, row.getLong(column++));
        }
        port.unansweredSyns = row.getLong(column++);
        port.synRetransmissions = row.getLong(column++);
        port.wrongAcknowledgements = row.getLong(column);
        if (port.silentSince != 0) {
            inventory.watch.add(host, port);
        }
    }

    private void unanswered(ResultSet row) throws SQLException {
        Host server = known(row);
        Host client = hosts.get(text(row, 3));
        if (server != null && client != null) {
            PortEvidence port = server.asServer().port(row.getInt(2));
            port.addUnanswered(
                    new PortEvidence.Unanswered(client, time(row.getLong(4)), time(row.getLong(5)), row.getInt(6)));
            inventory.watch.add(server, port);
        }
    }

    private void announcement(ResultSet row) throws SQLException {
        Host host = known(row);
        EventKind kind = EventKind.ofAction(text(row, 2));
        if (host != null && kind != null) {
            host.watched().say(kind, row.getInt(3), row.getLong(4));
        }
    }
}
