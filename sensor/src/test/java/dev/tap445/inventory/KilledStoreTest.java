package dev.tap445.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} at random moments, while the store is opened, loaded and written: what was announced is there, and
 * stays as it was. {@code -Dtap445.kills=200} kills as often as a release is tested with.
 */
final class KilledStoreTest {
    private static final int KILLS = Integer.getInteger("tap445.kills", 3);
    private static final int LONGEST_LIFE_MILLIS = 700;
    /** Every so many kills the start is what is interrupted. */
    private static final int AT_START = 4;

    @TempDir
    Path directory;

    private final Random random = new Random(445);
    private final Map<String, Long> firstSeen = new HashMap<>();
    private final Map<String, Long> announcedAs = new HashMap<>();
    private long startMillis = 500;
    private int lines;

    @Test
    void nothingThatWasAnnouncedIsLostOrYoungerAfterAKill() throws Exception {
        Path state = directory.resolve("state");
        Path announced = directory.resolve("announced");
        Files.createFile(announced);
        for (int kill = 0; kill < KILLS; kill++) {
            boolean atStart = kill % AT_START == AT_START - 1;
            runAndKill(state, announced, atStart ? random.nextLong(2 * startMillis) : -1);
            verify(state, announced);
            System.out.printf(
                    "kill %d%s: %d clients, %d announced%n",
                    kill + 1, atStart ? " at the start" : "", firstSeen.size(), announcedAs.size());
        }
        Set<String> owed = events(state);
        runAndKill(state, announced, -1);
        verify(state, announced);
        assertThat(new HashSet<>(Files.readAllLines(announced)))
                .as("what was written and not sent before a kill is sent after it")
                .containsAll(owed);
        assertThat(announcedAs).hasSizeGreaterThan(KILLS * 20);
        try (Stream<Path> files = Files.list(state)) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.contains("corrupt"));
        }
    }

    /** {@code after}: milliseconds from the start of the process; -1 for some time after it has loaded the store. */
    private void runAndKill(Path state, Path announced, long after) throws Exception {
        long begin = System.nanoTime();
        Process process = writer(state, announced, 1 + firstSeen.size());
        try {
            if (after >= 0) {
                process.waitFor(after, TimeUnit.MILLISECONDS);
                return;
            }
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            assertThat(out.readLine()).as("the store opens").isEqualTo("running");
            startMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            process.waitFor(100 + random.nextInt(LONGEST_LIFE_MILLIS), TimeUnit.MILLISECONDS);
            assertThat(process.isAlive()).as("nothing but the kill ends it").isTrue();
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private void verify(Path state, Path announced) throws Exception {
        Map<String, Long> stored = clients(state);
        firstSeen.forEach((client, time) -> assertNotLater(client, stored.get(client), time));
        firstSeen.putAll(stored);
        List<String> all = Files.readAllLines(announced);
        for (String line : all.subList(lines, all.size())) {
            String[] parts = line.split(" ");
            if (parts.length == 2) { // a kill may have cut a line
                announcedAs.putIfAbsent(parts[0], Long.valueOf(parts[1]));
            }
        }
        lines = all.size();
        announcedAs.forEach((client, time) -> assertNotLater(client, stored.get(client), time));
    }

    private static void assertNotLater(String client, @Nullable Long stored, long before) {
        if (stored == null || stored > before) {
            throw new AssertionError(client + " was first seen at " + before + ", and is stored with " + stored);
        }
    }

    private static Map<String, Long> clients(Path state) throws SQLException, StoreException {
        Map<String, Long> clients = new HashMap<>();
        if (!Files.exists(StoreFile.in(state))) {
            return clients; // killed before it was made
        }
        try (Connection connection = StoreFile.openReadOnly(state);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        StoreSchema.version(connection) == 0
                                ? "SELECT '', 0 WHERE 0"
                                : "SELECT address, smb1_first_seen FROM clients WHERE smb1_first_seen <> 0")) {
            while (row.next()) {
                clients.put(row.getString(1), row.getLong(2));
            }
        }
        return clients;
    }

    private static Set<String> events(Path state) throws SQLException, StoreException {
        Set<String> documents = new HashSet<>();
        try (Connection connection = StoreFile.openReadOnly(state);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT document FROM events")) {
            while (row.next()) {
                documents.add(row.getString(1));
            }
        }
        return documents;
    }

    private static Process writer(Path state, Path announced, int first) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWriter.class.getName(),
                        state.toString(),
                        announced.toString(),
                        Integer.toString(first))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
