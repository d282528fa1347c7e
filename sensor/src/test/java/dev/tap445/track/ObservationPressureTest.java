package dev.tap445.track;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.decode.Offer;
import dev.tap445.inventory.Inventory;
import dev.tap445.inventory.InventoryOptions;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PortState;
import dev.tap445.inventory.PortView;
import dev.tap445.inventory.ServerView;
import dev.tap445.ring.RecordRing;
import dev.tap445.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** A flood that the inventory cannot follow: nothing of what SMB says is lost, and every attempt is counted. */
final class ObservationPressureTest {
    private static final int RING = 1 << 16;
    private static final int FLOOD = 200_000;
    private static final long SECOND = 1_000_000_000L;
    private static final long SERVER = IpAddress.mappedLow(0xc612_0002);

    private final RecordRing ring = RecordRing.allocate(RING);
    private final Inventory inventory = new Inventory(InventoryOptions.live());
    private final ObservationReader reader = new ObservationReader(ring, inventory);
    private final ObservationWriter writer = new ObservationWriter(ring, false);
    private final Endpoints ends = new Endpoints();

    @Test
    void countsEveryAttemptOfAFloodAndKeepsRoomForOffers() {
        for (int i = 0; i < FLOOD; i++) {
            ends.set(0, IpAddress.mappedLow(0x0a00_0000 + i), 0, SERVER, 445);
            writer.handshake(ends, Outcome.UNANSWERED, SECOND + i, SECOND + i, 1 + i % 2, 0);
            writer.life(0, IpAddress.mappedLow(0x0a00_0000 + i), 0, SECOND + i);
            if (i % 1000 == 0) {
                writer.offer(ends, Offer.SMB1_ONLY, new int[0], 0, false, SECOND + i);
                writer.publish(); // the inventory has no time at all
            }
        }
        writer.publish();
        while (reader.doWork(1000) > 0) {
            writer.publish();
        }
        writer.finish();
        reader.doWork(Integer.MAX_VALUE);
        InventorySnapshot snapshot = inventory.snapshot();
        long unanswered = 0;
        long syns = 0;
        for (var server : snapshot.servers()) {
            for (PortView port : server.ports()) {
                unanswered += port.handshakes().unanswered();
                syns += port.unansweredSyns();
            }
        }
        assertThat(unanswered).isEqualTo(FLOOD);
        assertThat(syns).isEqualTo(FLOOD / 2 * 3);
        assertThat(snapshot.clients().stream().filter(c -> c.offers().smb1Only() > 0))
                .hasSize(FLOOD / 1000);
        assertThat(writer.dropped()).allSatisfy((kind, count) -> {
            if (!kind.equals("life") && !kind.equals("way_back") && !kind.equals("client_of_attempt")) {
                assertThat(count).as(kind).isZero();
            }
        });
        long attempters =
                snapshot.clients().stream().filter(c -> c.unansweredSyns() > 0).count();
        assertThat(writer.dropped())
                .as("each client that is not known by its attempt is counted")
                .containsEntry("client_of_attempt", FLOOD - attempters);
        assertThat(writer.lost()).as("nothing that a verdict hangs on").isZero();
        ring.close();
    }

    /** An answer that waits among the sums keeps its server from being silent for what is told meanwhile. */
    @Test
    void anAnswerIsNotOvertakenBySilence() {
        ends.set(0, IpAddress.mappedLow(0x0a00_0000), 0, SERVER, 445);
        for (int i = 0; ring.fillRatio() <= 0.5; i++) {
            ends.set(0, IpAddress.mappedLow(0x0a00_0000 + i), 0, SERVER + 1, 445);
            writer.handshake(ends, Outcome.ABORTED, SECOND, SECOND, 1, 0);
            writer.publish();
        }
        ends.set(0, IpAddress.mappedLow(0x0a00_0000), 0, SERVER, 445);
        writer.handshake(ends, Outcome.ANSWERED, 5 * SECOND, 5 * SECOND, 1, 5 * SECOND + 1);
        while (ring.fillRatio() > 0.4) {
            reader.doWork(1); // some room, but not so much that the sums are told
        }
        writer.publish();
        writer.handshake(ends, Outcome.UNANSWERED, 4 * SECOND, 7 * SECOND, 4, 0);
        writer.life(0, SERVER, 0, 8 * SECOND);
        writer.wayBack(8 * SECOND);
        for (int i = 0; i < 2; i++) {
            writer.publish();
            while (reader.doWork(1000) > 0) {}
            assertThat(inventory.snapshot().servers())
                    .flatExtracting(ServerView::ports)
                    .extracting(PortView::state)
                    .doesNotContain(PortState.SILENT);
        }
        assertThat(port(SERVER).handshakes().answered()).isEqualTo(1);
        assertThat(port(SERVER).handshakes().unanswered()).isEqualTo(1);
        ring.close();
    }

    /** The same of a SYN that comes when its attempt has been settled. */
    @Test
    void anAnswerIsNotOvertakenByALateSyn() {
        ends.set(0, IpAddress.mappedLow(0x0a00_0000), 0, SERVER, 445);
        writer.handshake(ends, Outcome.UNANSWERED, SECOND, 2 * SECOND, 2, 0);
        for (int i = 0; ring.fillRatio() <= 0.5; i++) {
            ends.set(0, IpAddress.mappedLow(0x0a00_0001 + i), 0, SERVER + 1, 445);
            writer.handshake(ends, Outcome.ABORTED, SECOND, SECOND, 1, 0);
            writer.publish();
        }
        ends.set(0, IpAddress.mappedLow(0x0a00_0000), 0, SERVER, 445);
        writer.handshake(ends, Outcome.ANSWERED, 5 * SECOND, 5 * SECOND, 1, 5 * SECOND + 1);
        while (ring.fillRatio() > 0.4) {
            reader.doWork(1);
        }
        writer.lateSyn(ends, Outcome.UNANSWERED, 6 * SECOND);
        writer.life(0, SERVER, 0, 8 * SECOND);
        writer.wayBack(8 * SECOND);
        for (int i = 0; i < 2; i++) {
            writer.publish();
            while (reader.doWork(1000) > 0) {}
            assertThat(port(SERVER).state()).isNotEqualTo(PortState.SILENT);
        }
        assertThat(port(SERVER).handshakes().unanswered()).isEqualTo(1);
        assertThat(port(SERVER).handshakes().answered()).isEqualTo(1);
        assertThat(port(SERVER).unansweredSyns()).isEqualTo(3);
        assertThat(port(SERVER).synRetransmissions()).isEqualTo(2);
        ring.close();
    }

    private PortView port(long server) {
        return inventory.snapshot().servers().stream()
                .filter(s -> s.address().low() == server)
                .findFirst()
                .orElseThrow()
                .ports()
                .getFirst();
    }

    @Test
    void sumsNothingWhileThereIsRoom() {
        for (int i = 0; i < 100; i++) {
            ends.set(0, IpAddress.mappedLow(0x0a00_0000 + i), 0, SERVER, 445);
            writer.handshake(ends, Outcome.ANSWERED, SECOND, SECOND, 1, SECOND + 1);
        }
        writer.publish();
        reader.doWork(1000);
        assertThat(inventory.snapshot().clients()).hasSize(100);
        ring.close();
    }

    /** Backscatter: RSTs from the watched ports of addresses that nobody else has ever seen. */
    @Test
    void whatIsHeardOfStrangersLeavesRoomForOffers() {
        for (int i = 0; i < FLOOD; i++) {
            ends.set(0, IpAddress.mappedLow(0xc612_0003), 0, IpAddress.mappedLow(0x0a00_0000 + i), 445);
            writer.heard(ends, SECOND + i);
            if (i % 1000 == 0) {
                writer.offer(ends, Offer.SMB1_ONLY, new int[0], 0, false, SECOND + i);
                writer.publish();
            }
        }
        assertThat(writer.dropped()).containsEntry("offer", 0L);
        assertThat(writer.lost())
                .as("a server may be called silent for want of these")
                .isPositive();
        ring.close();
    }
}
