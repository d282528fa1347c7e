package dev.tap445.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Subnet;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostEventsTest {
    private static final long HOUR = 3600;
    private static final long DAY = 86_400;
    private static final ChronicleOptions OPTIONS =
            new ChronicleOptions(AcceptedDevices.NONE, 0, 30 * DAY * Lives.SECOND, HOUR * Lives.SECOND);
    private static final IpAddress PRINTER = Lives.address("192.0.2.7");
    private static final IpAddress NAS = Lives.address("192.0.2.9");

    @TempDir
    Path directory;

    private final long now = System.currentTimeMillis() / 1000 - 40 * DAY;

    @Test
    void announcesANewSmb1ClientOnceAndNotAfterARestart() throws StoreException {
        Remembering run = new Remembering(directory, OPTIONS);
        run.lives.smb1(PRINTER, NAS, now);
        run.look(now + 1);
        run.lives.smb1(PRINTER, NAS, now + 2);
        run.look(now + 3);
        run.end(now + 4);
        assertThat(run.actions()).containsExactly("smb1-client-first-seen");
        Event event = run.announced.getFirst();
        assertThat(event.client()).isEqualTo(PRINTER);
        assertThat(event.server()).isEqualTo(NAS);
        assertThat(event.clientPort()).isEqualTo(Lives.CLIENT_PORT);
        assertThat(event.isAlert()).isTrue();
        try (Remembering again = new Remembering(directory, OPTIONS)) {
            again.lives.smb1(PRINTER, NAS, now + 10);
            again.look(now + 11);
            assertThat(again.actions()).isEmpty();
        }
    }

    @Test
    void announcesAClientThatReturnsAfterALongAbsence() throws StoreException {
        try (Remembering run = new Remembering(directory, OPTIONS)) {
            run.lives.smb1(PRINTER, NAS, now);
            run.look(now + 1);
            run.lives.smb1(PRINTER, NAS, now + 29 * DAY);
            run.look(now + 29 * DAY + 1);
            assertThat(run.actions()).hasSize(1);
            run.lives.smb1(PRINTER, NAS, now + 60 * DAY);
            run.look(now + 60 * DAY + 1);
            assertThat(run.actions()).containsExactly("smb1-client-first-seen", "smb1-client-returned");
            assertThat(run.announced.getLast().details().since()).isEqualTo((now + 29 * DAY) * Lives.SECOND);
        }
    }

    /** All within one look: the event is about the connection that was the first, not about the latest. */
    @Test
    void namesTheServerThatItBeganWith() throws StoreException {
        IpAddress another = Lives.address("192.0.2.10");
        try (Remembering run = new Remembering(directory, OPTIONS)) {
            for (long time : new long[] {now, now + 60 * DAY}) {
                run.lives.smb1(PRINTER, NAS, time);
                run.lives.refused(PRINTER, another, time + 1);
                run.look(time + 2);
                Event began = run.announced.stream()
                        .filter(event -> event.kind() != EventKind.SMB1_REFUSED)
                        .reduce((first, last) -> last)
                        .orElseThrow();
                assertThat(began.server()).isEqualTo(NAS);
                assertThat(began.start()).isEqualTo(time * Lives.SECOND);
            }
            assertThat(run.actions())
                    .containsExactly("smb1-client-first-seen", "smb1-refused", "smb1-client-returned", "smb1-refused");
        }
    }

    /** The inventory tells between two looks. */
    @Test
    void aScannerIsNoticedAtTheLookThatTellsOfIt() throws StoreException {
        try (Remembering run = new Remembering(directory, OPTIONS)) {
            for (int i = 1; i < 60; i++) {
                run.lives.unanswered(PRINTER, Lives.address("198.18.0." + i), now);
            }
            run.look(now + 6);
            assertThat(run.actions()).containsExactly("scanner-detected");
            assertThat(run.announced.getFirst().time()).isEqualTo((now + 6) * Lives.SECOND);
        }
    }

    @Test
    void holdsRefusalsBackAndSaysHowMany() throws StoreException {
        try (Remembering run = new Remembering(directory, OPTIONS)) {
            for (int i = 0; i < 10; i++) {
                run.lives.refused(PRINTER, NAS, now + 10L * i);
                run.look(now + 10L * i + 1);
            }
            assertThat(run.actions()).containsExactly("smb1-client-first-seen", "smb1-refused");
            run.lives.refused(PRINTER, NAS, now + 2 * HOUR);
            run.look(now + 2 * HOUR + 1);
            assertThat(run.actions()).hasSize(3).last().isEqualTo("smb1-refused");
            assertThat(run.announced.getLast().heldBack()).isEqualTo(9);
        }
    }

    @Test
    void announcesSilenceAndItsEndWithTheLastAnswer() throws StoreException {
        try (Remembering run = new Remembering(directory, OPTIONS)) {
            run.lives.answered(PRINTER, NAS, now);
            run.look(now + 1);
            run.lives.unanswered(PRINTER, NAS, now + 60);
            run.look(now + 66);
            run.look(now + 67);
            assertThat(run.actions()).containsExactly("server-silent");
            Event silent = run.announced.getFirst();
            assertThat(silent.subject()).isEqualTo(NAS);
            assertThat(silent.details().lastAnswer()).isEqualTo(now * Lives.SECOND + 1_000_000);
            assertThat(silent.start()).isEqualTo((now + 60) * Lives.SECOND);
            run.lives.answered(PRINTER, NAS, now + 120);
            run.look(now + 121);
            assertThat(run.actions()).containsExactly("server-silent", "server-answering");
        }
    }

    @Test
    void silenceThatBeganBeforeARestartEndsAfterIt() throws StoreException {
        Remembering run = new Remembering(directory, OPTIONS);
        run.lives.answered(PRINTER, NAS, now);
        run.lives.unanswered(PRINTER, NAS, now + 60);
        run.look(now + 66);
        run.end(now + 67);
        try (Remembering again = new Remembering(directory, OPTIONS)) {
            again.look(now + 70);
            again.lives.unanswered(PRINTER, NAS, now + 80);
            again.look(now + 90);
            assertThat(again.actions()).isEmpty();
            again.lives.answered(PRINTER, NAS, now + 120);
            again.look(now + 121);
            assertThat(again.actions()).containsExactly("server-answering");
        }
    }

    @Test
    void aFlappingPortIsToldOnceAnHourAndNotForgotten() throws StoreException {
        try (Remembering run = new Remembering(directory, OPTIONS)) {
            for (int i = 0; i < 5; i++) {
                run.lives.unanswered(PRINTER, NAS, now + 100L * i);
                run.look(now + 100L * i + 6);
                run.look(now + 100L * i + 7);
                run.lives.answered(PRINTER, NAS, now + 100L * i + 20);
                run.look(now + 100L * i + 21);
            }
            assertThat(run.actions()).containsExactly("server-silent", "server-answering");
            run.lives.unanswered(PRINTER, NAS, now + 600);
            run.look(now + 606);
            assertThat(run.actions()).hasSize(2);
            run.look(now + HOUR + 100);
            assertThat(run.actions()).hasSize(3).last().isEqualTo("server-silent");
            assertThat(run.announced.getLast().heldBack()).isEqualTo(5);
        }
    }

    @Test
    void whatIsFoundWhileLearningDoesNotAlert() throws StoreException {
        ChronicleOptions learning =
                new ChronicleOptions(AcceptedDevices.NONE, 50 * DAY * Lives.SECOND, DAY * Lives.SECOND, 1);
        try (Remembering run = new Remembering(directory, learning)) {
            run.lives.smb1(PRINTER, NAS, now);
            run.look(now + 1);
            assertThat(run.announced).singleElement().satisfies(event -> {
                assertThat(event.learning()).isTrue();
                assertThat(event.isAlert()).isFalse();
            });
        }
    }

    @Test
    void anAcceptedDeviceDoesNotAlertUntilItsAcceptanceRunsOut() throws StoreException {
        AcceptedDevices accepted = new AcceptedDevices(List.of(
                new AcceptedDevice(Subnet.parse("192.0.2.0/29").orElseThrow(), false, "print team", "plotter", 0),
                new AcceptedDevice(
                        Subnet.parse("192.0.2.7").orElseThrow(), false, "lab", "scope", (now + 100) * Lives.SECOND)));
        try (Remembering run = new Remembering(directory, OPTIONS.withAccepted(accepted))) {
            run.lives.smb1(PRINTER, NAS, now);
            run.lives.smb1(Lives.address("192.0.2.6"), NAS, now);
            run.look(now + 1);
            assertThat(run.announced).hasSize(2).noneMatch(Event::isAlert);
            run.look(now + 200);
            run.look(now + 400);
            assertThat(run.actions()).hasSize(3).last().isEqualTo("acceptance-expired");
            assertThat(run.announced.getLast().client()).isEqualTo(PRINTER);
            assertThat(run.announced.getLast().isAlert()).isTrue();
        }
    }

    @Test
    void anAcceptedServerCoversItsClients() throws StoreException {
        AcceptedDevices accepted = new AcceptedDevices(
                List.of(new AcceptedDevice(Subnet.parse("192.0.2.9").orElseThrow(), true, "storage", "old NAS", 0)));
        try (Remembering run = new Remembering(directory, OPTIONS.withAccepted(accepted))) {
            run.lives.smb1(PRINTER, NAS, now);
            run.lives.smb1(Lives.address("192.0.2.6"), Lives.address("192.0.2.10"), now);
            run.look(now + 1);
            assertThat(run.announced)
                    .filteredOn(Event::isAlert)
                    .singleElement()
                    .satisfies(event -> assertThat(event.client()).isEqualTo(Lives.address("192.0.2.6")));
        }
    }

    /** Whatever the order of the two, and the end of one of them: what is still accepted is. */
    @Test
    void anAcceptanceThatHasRunOutDoesNotHideOneThatHasNot() {
        long time = 100;
        AcceptedDevice client = new AcceptedDevice(Subnet.parse("192.0.2.7").orElseThrow(), false, "a", "mine", time);
        AcceptedDevice server = new AcceptedDevice(Subnet.parse("192.0.2.9").orElseThrow(), true, "b", "its", 0);
        AcceptedDevice ended = new AcceptedDevice(Subnet.parse("192.0.2.9").orElseThrow(), true, "b", "its", time);
        AcceptedDevices both = new AcceptedDevices(List.of(client, server));
        assertThat(both.find(PRINTER, NAS, time - 1)).isEqualTo(client);
        assertThat(both.find(PRINTER, NAS, time)).isEqualTo(server);
        assertThat(both.find(PRINTER, null, time)).isEqualTo(client);
        assertThat(new AcceptedDevices(List.of(client, ended)).find(PRINTER, NAS, time))
                .isEqualTo(client);
        assertThat(new AcceptedDevices(List.of(ended)).find(PRINTER, NAS, time)).isEqualTo(ended);
    }

    @Test
    void aClientFromAnImportIsNotNew() throws Exception {
        String csv = "address,smb1_client_first_seen\r\n192.0.2.7,2026-01-01T00:00:00Z\r\n";
        assertThat(InventoryExchange.readCsv(directory, new StringReader(csv))).isEqualTo(1);
        try (Remembering run = new Remembering(directory, OPTIONS)) {
            run.lives.smb1(PRINTER, NAS, run.restored.clients().getFirst().smb1LastSeen() / Lives.SECOND + 5);
            run.look(now);
            assertThat(run.actions()).isEmpty();
        }
    }
}
