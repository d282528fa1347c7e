package dev.tap445.inventory;

import dev.tap445.decode.Offer;
import dev.tap445.track.Outcome;
import dev.tap445.wire.Vantage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches over one connection, each in one transaction: all of it, or nothing. Rows are merged by minimum and
 * maximum, so that a batch may be written twice. The store's thread only.
 */
final class StoreWriter implements AutoCloseable {
    private final Connection connection;
    private final Row host;
    private final Row identity;
    private final Row client;
    private final Row offer;
    private final Row dialect;
    private final Row server;
    private final Row sighting;
    private final Row answer;
    private final Row pair;
    private final Row port;
    private final Row noUnanswered;
    private final Row unanswered;
    private final Row announcement;
    private final Row event;
    private final Row sent;
    private final Row meta;

    StoreWriter(Connection connection) throws SQLException {
        this.connection = connection;
        host = row(Upsert.into("hosts", "address")
                .greatest("worth")
                .earliest("first_seen")
                .greatest("last_seen", "last_life")
                .known("mac")
                .greatest("mac_seen", "signing", "guest_sessions"));
        identity =
                row(Upsert.into("identities", "address", "field").latest("text").earliest("first_seen"));
        sighting = row(Upsert.into("sightings", "address", "vantage").earliest("first_seen"));
        client = row(Upsert.into("clients", "address")
                .latest("verdict")
                .earliest("first_seen")
                .greatest("last_seen")
                .earliest("smb1_first_seen")
                .greatest("smb1_last_seen", "smb1_sessions", "smb1_messages", "smb1_bytes", "smb1_refused")
                .greatest("unanswered_syns", "smb2_proven", "scanner"));
        offer = row(Upsert.into("offers", "client", "offer").greatest("count"));
        dialect = row(Upsert.into("dialects", "client", "dialect"));
        server = row(Upsert.into("servers", "address")
                .latest("verdict")
                .earliest("first_seen")
                .greatest("last_seen")
                .earliest("smb1_first_seen")
                .greatest("smb1_last_seen", "smb1_sessions"));
        answer = row(Upsert.into("answers", "server", "dialect", "offer").greatest("count"));
        pair = row(Upsert.into("pairs", "client", "server")
                .earliest("smb1_first_seen")
                .greatest("smb1_last_seen", "sessions_smb1_only", "sessions_smb1_and_smb2", "sessions_smb2_only")
                .greatest("sessions_incomplete", "sessions_unseen", "smb1_messages", "smb1_bytes", "smb1_refused"));
        port = row(Upsert.into("ports", "server", "port")
                .latest("state", "silent_since")
                .greatest("last_answer", "last_refused", "last_unreachable", "last_one_way")
                .greatest("answered", "refused", "unreachable", "unanswered", "one_way", "aborted", "pending")
                .greatest("unanswered_syns", "syn_retransmissions", "wrong_acknowledgements"));
        noUnanswered = new Row(connection.prepareStatement("DELETE FROM unanswered WHERE server = ? AND port = ?"));
        unanswered = row(Upsert.into("unanswered", "server", "port", "client", "first_syn")
                .greatest("last_syn", "syns"));
        announcement =
                row(Upsert.into("announcements", "address", "kind", "port").greatest("time"));
        event = row(Upsert.into("events", "id").latest("time", "action", "address", "document", "sent"));
        sent = new Row(connection.prepareStatement("UPDATE events SET sent = 1 WHERE id = ?"));
        meta = row(Upsert.into("meta", "key").latest("value"));
    }

    private Row row(Upsert upsert) throws SQLException {
        return new Row(connection.prepareStatement(upsert.sql()));
    }

    /** A statement whose values are given in order; queued, and run by {@link #run}. */
    private static final class Row {
        private final PreparedStatement statement;
        private int at;
        private boolean queued;

        Row(PreparedStatement statement) {
            this.statement = statement;
        }

        Row put(long... values) throws SQLException {
            for (long value : values) {
                statement.setLong(++at, value);
            }
            return this;
        }

        Row put(@Nullable String value) throws SQLException {
            statement.setString(++at, value);
            return this;
        }

        void add() throws SQLException {
            statement.addBatch();
            at = 0;
            queued = true;
        }

        void run() throws SQLException {
            if (queued) {
                queued = false;
                statement.executeBatch();
            }
        }

        void forget() throws SQLException {
            at = 0;
            queued = false;
            statement.clearBatch();
        }
    }

    private List<Row> rows() {
        return List.of(
                host,
                identity,
                sighting,
                client,
                offer,
                dialect,
                server,
                answer,
                pair,
                port,
                noUnanswered,
                unanswered,
                announcement,
                event,
                sent,
                meta);
    }

    /** Returns when everything of the batch is on the disk. */
    void write(Batch batch, List<String> sentEvents) throws SQLException {
        try {
            for (String id : sentEvents) {
                sent.put(id).add();
            }
            add(batch);
            connection.commit();
        } catch (SQLException e) {
            abandon(e);
            throw e;
        }
    }

    /** Adds to the transaction. */
    void add(Batch batch) throws SQLException {
        for (HostRecord record : batch.hosts()) {
            add(record);
        }
        for (EventLine line : batch.events()) {
            event.put(line.id()).put(line.time()).put(line.action()).put(line.address());
            event.put(line.document()).put(0L).add();
        }
        for (Map.Entry<String, Long> entry : batch.meta().entrySet()) {
            meta.put(entry.getKey()).put(entry.getValue()).add();
        }
        for (Row row : rows()) {
            row.run();
        }
    }

    void commit() throws SQLException {
        connection.commit();
    }

    private void abandon(SQLException cause) {
        try {
            for (Row row : rows()) {
                row.forget();
            }
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private void add(HostRecord record) throws SQLException {
        String address = record.address().toString();
        HostRecord.Device device = record.device();
        host.put(address).put(record.worth(), record.firstSeen(), record.lastSeen(), record.lastLife());
        host.put(device.mac() < 0 ? null : MacTable.text(device.mac()));
        host.put(device.macSeen(), device.signing(), device.guestSessions()).add();
        for (HostRecord.Text text : device.texts()) {
            identity.put(address)
                    .put(text.field().name().toLowerCase(Locale.ROOT))
                    .put(text.text())
                    .put(text.seen());
            identity.add();
        }
        for (HostRecord.Sighting seen : device.seenIn()) {
            sighting.put(address)
                    .put(Vantage.text(seen.vantage()))
                    .put(seen.seen())
                    .add();
        }
        HostRecord.Client asClient = record.client();
        if (asClient != null) {
            add(address, asClient);
        }
        HostRecord.Server asServer = record.server();
        if (asServer != null) {
            add(address, asServer);
        }
        for (HostRecord.Said said : record.said()) {
            announcement
                    .put(address)
                    .put(said.kind().action())
                    .put(said.port(), said.time())
                    .add();
        }
    }

    private void add(String address, HostRecord.Client c) throws SQLException {
        client.put(address).put(c.verdict()).put(c.firstSeen(), c.lastSeen(), c.smb1First(), c.smb1Last());
        client.put(c.sessions(), c.messages(), c.bytes(), c.refused(), c.unansweredSyns());
        client.put(c.smb2Proven() ? 1L : 0L, c.scanner() ? 1L : 0L).add();
        add(address, Offer.SMB1_ONLY, c.offers().smb1Only());
        add(address, Offer.SMB1_AND_SMB2, c.offers().smb1AndSmb2());
        add(address, Offer.SMB2_ONLY, c.offers().smb2Only());
        add(address, Offer.INCOMPLETE, c.offers().incomplete());
        for (String name : c.dialects()) {
            dialect.put(address).put(name).add();
        }
        for (HostRecord.PairRecord p : c.pairs()) {
            pair.put(address).put(p.server().toString()).put(p.first(), p.last());
            for (Offer kind : Offer.values()) {
                pair.put(p.sessions().getOrDefault(kind.label(), 0L).longValue());
            }
            pair.put(p.messages(), p.bytes(), p.refused()).add();
        }
    }

    private void add(String address, Offer kind, long count) throws SQLException {
        if (count > 0) {
            offer.put(address).put(kind.label()).put(count).add();
        }
    }

    private void add(String address, HostRecord.Server s) throws SQLException {
        server.put(address).put(s.verdict()).put(s.firstSeen(), s.lastSeen(), s.smb1First(), s.smb1Last());
        server.put(s.smb1Sessions()).add();
        for (AnswerCount a : s.answers()) {
            answer.put(address).put(a.dialect()).put(a.offer()).put(a.count()).add();
        }
        for (HostRecord.PortRecord p : s.ports()) {
            port.put(address).put(p.port()).put(p.state()).put(p.silentSince(), p.lastAnswer());
            port.put(p.lastRefused(), p.lastUnreachable(), p.lastOneWay());
            for (Outcome outcome : Outcome.values()) {
                port.put(p.outcomes().getOrDefault(outcome, 0L).longValue());
            }
            port.put(p.unansweredSyns(), p.synRetransmissions(), p.wrongAcknowledgements())
                    .add();
            noUnanswered.put(address).put(p.port()).add();
            for (HostRecord.Attempt attempt : p.unanswered()) {
                unanswered.put(address).put(p.port()).put(attempt.client().toString());
                unanswered
                        .put(attempt.firstSyn(), attempt.lastSyn(), attempt.syns())
                        .add();
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
