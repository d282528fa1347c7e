package dev.tap445.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tap445.wire.IpAddress;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store where it is hard: a disk without room, one that is read-only, many rows. */
final class StoreHardshipTest {
    private static final ChronicleOptions OPTIONS = new ChronicleOptions(AcceptedDevices.NONE, 0, Long.MAX_VALUE, 1);
    private static final IpAddress NAS = Lives.address("192.0.2.9");

    @TempDir
    Path directory;

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    /** A small file system of its own; skipped where nobody may mount one. */
    private Path mounted(String options) throws IOException, InterruptedException {
        Path small = Files.createDirectory(directory.resolve("small"));
        boolean mounted = System.getProperty("user.name").equals("root")
                && run("mount", "-t", "tmpfs", "-o", options, "tmpfs", small.toString());
        assumeThat(mounted).as("a tmpfs can be mounted: needs root").isTrue();
        return small;
    }

    @Test
    void aFullDiskDegradesToMemoryAndIsMadeUpForWhenThereIsRoom() throws Exception {
        Path small = mounted("size=2m");
        try {
            Path ballast = small.resolve("ballast");
            Remembering run = new Remembering(small, OPTIONS);
            run.lives.smb1(Lives.address("192.0.2.7"), NAS, 1000);
            run.look(1001);
            await(() -> run.store.lastWritten() != 0);
            fill(ballast);
            for (int i = 0; i < 2000; i++) {
                run.lives.smb1(IpAddress.ofV4(0x0a00_0000 + i), NAS, 1002);
            }
            run.look(1003);
            await(() -> run.store.failures() > 0);
            int announced = run.committed.size();
            assertThat(announced).as("nothing is announced that is not stored").isLessThan(2000);
            Files.delete(ballast);
            await(() -> run.committed.size() == 2001);
            run.end(1004);
            assertThat(StoreReader.read(small).snapshot().clients()).hasSize(2001);
        } finally {
            assertThat(run("umount", small.toString())).isTrue();
        }
    }

    private static void fill(Path ballast) throws IOException {
        try (var out = Files.newOutputStream(ballast)) {
            byte[] block = new byte[4096];
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("space");
        }
    }

    @Test
    void aReadOnlyDirectoryIsReadAndTheSensorRuns() throws Exception {
        Path small = mounted("size=8m");
        try {
            Remembering before = new Remembering(small, OPTIONS);
            before.lives.smb1(Lives.address("192.0.2.7"), NAS, 1000);
            before.end(1001);
            assertThat(run("mount", "-o", "remount,ro", small.toString())).isTrue();
            Remembering run = new Remembering(small, OPTIONS);
            assertThat(run.restored.clients()).hasSize(1);
            run.lives.smb1(Lives.address("192.0.2.8"), NAS, 1010);
            run.look(1011);
            await(() -> run.store.failures() > 1);
            assertThat(run("mount", "-o", "remount,rw", small.toString())).isTrue();
            await(() -> run.store.lastWritten() != 0);
            run.end(1012);
            assertThat(StoreReader.read(small).snapshot().clients()).hasSize(2);
        } finally {
            assertThat(run("umount", small.toString())).isTrue();
        }
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws InterruptedException {
        long end = System.nanoTime() + 20_000_000_000L;
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("waited too long").isLessThan(end);
            Thread.sleep(20);
        }
    }

    @Test
    void aHundredThousandHostsAreImportedAndLoadedInSeconds() throws Exception {
        StringBuilder csv = new StringBuilder("address,first_seen,last_seen,ntlm_hostname,mac,smb1_client_first_seen,")
                .append("smb1_sessions,offers_smb1_only,dialects\r\n");
        for (int i = 0; i < 100_000; i++) {
            csv.append(IpAddress.ofV4(0x0a00_0000 + i))
                    .append(",2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,\"PC-")
                    .append(i)
                    .append("\",02:00:00:00:00:01,2026-01-02,3,4,NT LM 0.12; LANMAN1.0\r\n");
        }
        assertThat(InventoryExchange.readCsv(directory, new StringReader(csv.toString())))
                .isEqualTo(100_000);
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        long begin = clock.getCurrentThreadCpuTime();
        try (Remembering run = new Remembering(directory, OPTIONS)) {
            double seconds = (clock.getCurrentThreadCpuTime() - begin) / 1e9;
            assertThat(run.restored.clients()).hasSize(100_000);
            // Processor time: other work on this machine is none of the store's.
            assertThat(seconds)
                    .as("seconds to load 100 000 hosts, and for a snapshot")
                    .isLessThan(3);
        }
    }

    @Test
    void anImportWithAWrongRowChangesNothing() throws Exception {
        String csv = "address,smb1_sessions\r\n192.0.2.7,1\r\n192.0.2.8,many\r\n";
        assertThat(catchThrowable(() -> InventoryExchange.readCsv(directory, new StringReader(csv))))
                .hasMessageContaining("line 3: smb1_sessions");
        assertThat(StoreReader.read(directory).snapshot().hosts()).isZero();
    }

    @Test
    void whatIsExportedIsImportedAsItWas() throws Exception {
        Path other = directory.resolve("other");
        Path first = directory.resolve("first");
        Remembering run = new Remembering(first, OPTIONS);
        run.lives.smb1(Lives.address("192.0.2.7"), NAS, 1000);
        run.lives.refused(Lives.address("2001:db8::7"), NAS, 1001);
        run.lives.unanswered(Lives.address("192.0.2.8"), Lives.address("192.0.2.10"), 1002);
        run.end(1010);
        StringWriter json = new StringWriter();
        InventoryExchange.writeJson(first, () -> json);
        InventoryExchange.readJson(other, new StringReader(json.toString()));
        StringWriter again = new StringWriter();
        InventoryExchange.writeJson(other, () -> again);
        assertThat(again.toString().lines())
                .containsExactlyInAnyOrderElementsOf(json.toString().lines().toList());
        InventorySnapshot before = StoreReader.read(first).snapshot();
        InventorySnapshot after = StoreReader.read(other).snapshot();
        assertThat(before.servers().toString()).contains("SILENT");
        assertThat(after.clients()).isEqualTo(before.clients());
        assertThat(after.servers()).isEqualTo(before.servers());
        assertThat(after.pairs()).isEqualTo(before.pairs());
        assertThat(after.time()).isEqualTo(before.time());
        StringWriter csv = new StringWriter();
        InventoryExchange.writeCsv(first, () -> csv);
        assertThat(InventoryExchange.readCsv(other, new StringReader(csv.toString())))
                .isEqualTo(5);
    }

    @Test
    void aThousandNewHostsASecondWaitForNobody() throws Exception {
        try (Remembering run = new Remembering(directory, OPTIONS)) {
            long slowest = 0;
            for (int second = 0; second < 20; second++) {
                for (int i = 0; i < 1000; i++) {
                    run.lives.smb1(IpAddress.ofV4(0x0a00_0000 + second * 1000 + i), NAS, 1000 + second);
                }
                long begin = System.nanoTime();
                run.look(1000 + second);
                slowest = Math.max(slowest, System.nanoTime() - begin);
            }
            assertThat(slowest / 1e9)
                    .as("seconds that the inventory's thread was held")
                    .isLessThan(1.0);
            await(() -> {
                run.look(1100);
                return run.committed.size() == 20_000;
            });
            assertThat(run.chronicle.eventsDropped()).isZero();
        }
    }
}
