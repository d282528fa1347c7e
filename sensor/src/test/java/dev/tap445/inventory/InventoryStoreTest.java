package dev.tap445.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tap445.decode.Dialects;
import dev.tap445.decode.Offer;
import dev.tap445.track.Endpoints;
import dev.tap445.wire.IpAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InventoryStoreTest {
    private static final ChronicleOptions OPTIONS =
            new ChronicleOptions(AcceptedDevices.NONE, 0, 30 * 86_400 * Lives.SECOND, 3600 * Lives.SECOND);
    private static final IpAddress PRINTER = Lives.address("192.0.2.7");
    private static final IpAddress LAPTOP = Lives.address("192.0.2.8");
    private static final IpAddress NAS = Lives.address("192.0.2.9");
    private static final IpAddress V6 = Lives.address("2001:db8::7");

    @TempDir
    Path directory;

    private long now;

    @BeforeEach
    void readClock() {
        now = System.currentTimeMillis() / 1000 - 100;
    }

    private void oneRun() throws StoreException {
        Remembering run = new Remembering(directory, OPTIONS);
        run.lives.smb1(PRINTER, NAS, now);
        run.lives.smb1(V6, NAS, now);
        run.lives.refused(PRINTER, NAS, now + 1);
        run.lives.smb2(LAPTOP, NAS, now + 2);
        run.end(now + 10);
    }

    @Test
    void knowsAfterARestartWhatItKnewBefore() throws StoreException {
        Remembering before = new Remembering(directory, OPTIONS);
        before.lives.smb1(PRINTER, NAS, now);
        before.lives.smb1(V6, NAS, now);
        before.lives.refused(PRINTER, NAS, now + 1);
        before.lives.smb2(LAPTOP, NAS, now + 2);
        before.end(now + 10);
        InventorySnapshot known = before.inventory.snapshot();
        try (Remembering after = new Remembering(directory, OPTIONS)) {
            after.lives.now(now + 10);
            InventorySnapshot restored = after.inventory.snapshot();
            assertThat(restored.clients())
                    .hasSize(3)
                    .map(InventoryStoreTest::comparable)
                    .isEqualTo(known.clients().stream()
                            .map(InventoryStoreTest::comparable)
                            .toList());
            assertThat(restored.servers()).isEqualTo(known.servers());
            assertThat(restored.pairs()).isEqualTo(known.pairs());
        }
    }

    /** Without what lies within the scanner window alone. */
    private static String comparable(ClientView client) {
        return client.toString().replaceAll("destinations=\\d+", "");
    }

    @Test
    void countsSinceTheStartBeginAtZero() throws StoreException {
        oneRun();
        try (Remembering after = new Remembering(directory, OPTIONS)) {
            SinceStart since = new SinceStart(after.inventory);
            InventorySnapshot quiet = since.of(after.inventory.snapshot());
            assertThat(quiet.pairs()).isEmpty();
            assertThat(quiet.clients())
                    .allSatisfy(client -> assertThat(client.offers()).isEqualTo(OfferCounts.NONE));
            assertThat(quiet.servers())
                    .allSatisfy(server -> assertThat(server.answers()).isEmpty());
            assertThat(quiet.clients())
                    .filteredOn(client -> client.address().equals(PRINTER))
                    .singleElement()
                    .satisfies(client -> assertThat(client.verdict()).isEqualTo(ClientVerdict.SMB1_ONLY))
                    .satisfies(client -> assertThat(client.smb1FirstSeen()).isEqualTo(now * Lives.SECOND));
            after.lives.smb1(PRINTER, NAS, now + 20);
            InventorySnapshot busy = since.of(after.inventory.snapshot());
            assertThat(busy.pairs())
                    .singleElement()
                    .satisfies(pair -> assertThat(pair.sessions()).isEqualTo(1));
            assertThat(after.inventory.snapshot().pairs())
                    .filteredOn(pair -> pair.client().equals(PRINTER))
                    .singleElement()
                    .satisfies(pair -> assertThat(pair.sessions()).isEqualTo(2));
        }
    }

    @Test
    void firstSeenNeverGetsLaterAndLastSeenNeverEarlier() throws StoreException {
        oneRun();
        Remembering clockSetBack = new Remembering(directory, OPTIONS);
        clockSetBack.lives.smb1(PRINTER, NAS, now - 86_400);
        clockSetBack.end(now - 86_390);
        try (Remembering after = new Remembering(directory, OPTIONS)) {
            assertThat(after.restored.clients())
                    .filteredOn(client -> client.address().equals(PRINTER))
                    .singleElement()
                    .satisfies(client -> assertThat(client.smb1FirstSeen()).isEqualTo((now - 86_400) * Lives.SECOND))
                    .satisfies(client -> assertThat(client.smb1LastSeen()).isEqualTo((now + 1) * Lives.SECOND));
        }
    }

    @Test
    void timesAheadOfTheClockAreTakenForNow() throws StoreException {
        Remembering future = new Remembering(directory, OPTIONS);
        future.lives.smb1(PRINTER, NAS, now + 10 * 365 * 86_400L);
        future.end(now + 10 * 365 * 86_400L);
        try (Remembering after = new Remembering(directory, OPTIONS)) {
            long clock = System.currentTimeMillis() * 1_000_000L;
            assertThat(after.restored.time()).isLessThanOrEqualTo(clock);
            assertThat(after.restored.clients().getFirst().smb1LastSeen()).isLessThanOrEqualTo(clock);
        }
    }

    @Test
    void refusesTheStoreOfANewerSensor() throws Exception {
        oneRun();
        sql("PRAGMA user_version = 99");
        assertThatThrownBy(() -> new Remembering(directory, OPTIONS))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.NEWER))
                .hasMessageContaining("version 99");
        assertThat(files("corrupt")).isEmpty();
    }

    @Test
    void refusesAStoreThatAnotherSensorUses() throws StoreException {
        try (Remembering first = new Remembering(directory, OPTIONS)) {
            assertThat(first.store.failures()).isZero();
            assertThatThrownBy(() -> new Remembering(directory, OPTIONS))
                    .isInstanceOfSatisfying(
                            StoreException.class, e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.IN_USE));
        }
    }

    @Test
    void readinessIsOfTheWindowThatWasAskedFor() throws StoreException {
        long day = 86_400;
        Remembering run = new Remembering(directory, OPTIONS);
        run.lives.smb1(PRINTER, NAS, now - 40 * day);
        run.lives.smb2(LAPTOP, NAS, now);
        run.end(now + 1);
        assertThat(StoreReader.read(directory).snapshot().servers())
                .allSatisfy(s -> assertThat(s.ready()).isTrue());
        assertThat(StoreReader.read(directory, written -> 60 * day * Lives.SECOND)
                        .snapshot()
                        .servers())
                .singleElement()
                .satisfies(s -> {
                    assertThat(s.ready()).isFalse();
                    assertThat(s.dependentClients()).containsExactly(PRINTER);
                });
    }

    @Test
    void knowsAfterARestartThatAServerChoseSmb1WhoseAnswerWasNotSeen() throws StoreException {
        Endpoints ends = new Endpoints();
        ends.set(LAPTOP.high(), LAPTOP.low(), NAS.high(), NAS.low(), 445);
        Remembering before = new Remembering(directory, OPTIONS);
        before.lives.answered(LAPTOP, NAS, now);
        before.inventory.smb1Session(ends, Offer.SMB1_AND_SMB2, now * Lives.SECOND);
        before.end(now + 1);
        assertThat(StoreReader.read(directory).snapshot().servers())
                .singleElement()
                .satisfies(s -> {
                    assertThat(s.verdict()).isEqualTo(ServerVerdict.SMB1_ONLY);
                    assertThat(s.ready()).isFalse();
                });
    }

    @Test
    void setsABrokenStoreAsideAndGoesOn() throws Exception {
        oneRun();
        try (FileChannel file = FileChannel.open(StoreFile.in(directory), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(4096), 0);
        }
        Remembering after = new Remembering(directory, OPTIONS);
        assertThat(after.restored.clients()).isEmpty();
        assertThat(after.store.failures()).isEqualTo(1);
        assertThat(files("corrupt")).hasSize(1);
        after.lives.smb1(PRINTER, NAS, now);
        after.end(now + 1);
        assertThat(StoreReader.read(directory).snapshot().clients()).hasSize(1);
    }

    @Test
    void aStoreThatIsNoDatabaseIsSetAside() throws Exception {
        Files.writeString(StoreFile.in(directory), "these are not the bytes you are looking for".repeat(100));
        Remembering run = new Remembering(directory, OPTIONS);
        run.lives.smb1(PRINTER, NAS, now);
        run.end(now + 1);
        assertThat(files("corrupt")).hasSize(1);
        assertThat(StoreReader.read(directory).snapshot().clients()).hasSize(1);
    }

    @Test
    void eventsThatWereCommittedAndNotSentAreSentAfterTheRestart() throws Exception {
        Remembering before = new Remembering(directory, OPTIONS);
        before.lives.smb1(PRINTER, NAS, now);
        before.end(now + 1);
        assertThat(before.committed).hasSize(1);
        try (Remembering after = new Remembering(directory, OPTIONS)) {
            after.look(now + 2);
            after.end(now + 3);
            assertThat(after.committed)
                    .extracting(EventLine::id)
                    .containsExactly(before.committed.getFirst().id());
            after.store.sent(List.of());
        }
    }

    @Test
    void eventsThatWereSentAreNotSentAgain() throws Exception {
        Remembering before = new Remembering(directory, OPTIONS);
        before.lives.smb1(PRINTER, NAS, now);
        before.look(now + 1);
        while (before.committed.isEmpty()) {
            Thread.sleep(5);
        }
        before.store.sent(List.of(before.committed.getFirst().id()));
        before.lives.smb2(LAPTOP, NAS, now + 2);
        before.end(now + 3);
        try (Remembering after = new Remembering(directory, OPTIONS)) {
            after.end(now + 4);
            assertThat(after.committed).isEmpty();
        }
    }

    @Test
    void anOlderStoreIsTakenToThisVersion() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + StoreFile.in(directory))) {
            StoreSchema.migrate(connection, StoreSchema.MIGRATIONS.subList(0, 1));
            assertThat(StoreSchema.version(connection)).isEqualTo(1);
        }
        oneRun();
        assertThat(query("PRAGMA user_version")).isEqualTo(Integer.toString(StoreSchema.MIGRATIONS.size()));
        assertThat(query("SELECT hostname FROM smb1_clients WHERE address = '192.0.2.7'"))
                .isEqualTo("OLD-519");
    }

    @Test
    void aMigrationThatFailsLeavesTheStoreAsItWas() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + StoreFile.in(directory))) {
            List<List<String>> broken =
                    List.of(List.of("CREATE TABLE a(x)"), List.of("CREATE TABLE b(x)", "CREATE TABLE a(x)"));
            assertThatThrownBy(() -> StoreSchema.migrate(connection, broken)).isInstanceOf(SQLException.class);
            assertThat(StoreSchema.version(connection)).isEqualTo(1);
        }
        assertThat(query("SELECT count(*) FROM sqlite_master")).isEqualTo("1");
    }

    /** One client showed that the server takes SMB1 though SMB2 is offered; of the other's offer too little was seen. */
    @Test
    void aServerThatChoosesSmb1IsNotCalledReadyWhenTheClientThatShowedItIsForgotten() throws Exception {
        Remembering before = new Remembering(directory, OPTIONS);
        session(before.inventory, PRINTER, Offer.SMB1_AND_SMB2);
        session(before.inventory, LAPTOP, Offer.INCOMPLETE);
        before.end(now + 10);
        assertThat(query("SELECT verdict FROM servers")).isEqualTo("smb1_only");
        sql("UPDATE hosts SET last_seen = " + (now - 500L * 86_400) * Lives.SECOND + " WHERE address = '" + PRINTER
                + "'");
        try (Connection connection = StoreFile.open(directory)) {
            StoreRetention.DEFAULT.apply(connection, now * Lives.SECOND);
        }
        assertThat(query("SELECT group_concat(client) FROM pairs")).isEqualTo(LAPTOP.toString());
        for (int restart = 0; restart < 2; restart++) {
            Remembering after = new Remembering(directory, OPTIONS);
            assertThat(after.restored.servers()).singleElement().satisfies(server -> {
                assertThat(server.verdict()).isEqualTo(ServerVerdict.SMB1_ONLY);
                assertThat(server.dependentClients()).containsExactly(LAPTOP);
                assertThat(server.ready()).isFalse();
            });
            after.lives.smb2(V6, NAS, now + 20 + restart);
            after.end(now + 30 + restart);
        }
    }

    private void session(Inventory inventory, IpAddress client, Offer offer) {
        Endpoints ends = new Endpoints();
        ends.set(client.high(), client.low(), NAS.high(), NAS.low(), 445);
        inventory.offer(ends, offer, new int[] {Dialects.NT_LM_0_12}, 1, false, now * Lives.SECOND);
        inventory.smb1Session(ends, offer, now * Lives.SECOND);
    }

    @Test
    void oldRowsGoByKind() throws Exception {
        oneRun();
        long old = (now - 30L * 86_400) * Lives.SECOND;
        sql("UPDATE hosts SET last_seen = " + old);
        try (Connection connection = StoreFile.open(directory)) {
            StoreRetention.DEFAULT.apply(connection, now * Lives.SECOND);
        }
        assertThat(query("SELECT count(*) FROM hosts")).isEqualTo("4");
        try (Connection connection = StoreFile.open(directory)) {
            new StoreRetention(400, 20, 7, 90).apply(connection, now * Lives.SECOND);
        }
        assertThat(query("SELECT group_concat(address) FROM clients")).doesNotContain("192.0.2.8");
        assertThat(query("SELECT count(*) FROM dialects WHERE client = '192.0.2.8'"))
                .isEqualTo("0");
        try (Connection connection = StoreFile.open(directory)) {
            new StoreRetention(20, 20, 7, 90).apply(connection, now * Lives.SECOND);
        }
        assertThat(query("SELECT count(*) FROM hosts")).isEqualTo("0");
        assertThat(query("SELECT count(*) FROM pairs")).isEqualTo("0");
    }

    @Test
    void theSqliteInsideIsRecentEnough() throws Exception {
        String[] version = query("SELECT sqlite_version()").split("\\.");
        int number = Integer.parseInt(version[0]) * 1_000_000
                + Integer.parseInt(version[1]) * 1000
                + Integer.parseInt(version[2]);
        assertThat(number).isGreaterThanOrEqualTo(3_051_003); // earlier ones can corrupt a WAL
    }

    private List<Path> files(String part) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().contains(part))
                    .toList();
        }
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + StoreFile.in(directory));
                Statement s = connection.createStatement()) {
            s.executeUpdate(statement);
        }
    }

    private String query(String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + StoreFile.in(directory));
                Statement s = connection.createStatement();
                ResultSet row = s.executeQuery(query)) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        }
    }
}
