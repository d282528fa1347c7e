package dev.tap445.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.decode.IdentityField;
import dev.tap445.decode.Offer;
import dev.tap445.track.Endpoints;
import dev.tap445.track.Outcome;
import dev.tap445.track.Refusal;
import dev.tap445.wire.Subnet;
import dev.tap445.wire.Vantage;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A snapshot takes over what did not change since the last one: it must be what one made from scratch would be. */
final class SnapshotTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_772_438_400L * SECOND;
    private static final int KINDS = 15;

    private final Random random = new Random(445);
    private long time = START;

    private Endpoints ends(int hosts) {
        Endpoints ends = new Endpoints();
        ends.set(0, address(hosts), 0, address(hosts), random.nextInt(4) == 0 ? 139 : 445);
        return ends;
    }

    private long address(int hosts) {
        return 0xffff_c612_0000L | random.nextInt(hosts);
    }

    private static InventoryOptions options(int maxHosts) {
        InventoryOptions d = InventoryOptions.live();
        return new InventoryOptions(
                false, d.window(), d.quiet(), d.readinessWindow(), 5, d.scannerWindow(), List.of(), maxHosts);
    }

    @ParameterizedTest(name = "{0} hosts, room for {1}")
    @CsvSource({"12, 250", "200, 250", "200, 60"})
    void isWhatOneFromScratchIs(int hosts, int room) {
        Inventory inventory = new Inventory(options(room));
        for (int round = 0; round < 600; round++) {
            for (int i = random.nextInt(12); i >= 0; i--) {
                time += random.nextInt(40) * SECOND / 20;
                any(inventory, hosts);
            }
            if (round == 300) {
                inventory.options(options(room)
                        .withAllowedScanners(
                                Subnet.parse("198.18.0.0/25").stream().toList()));
            }
            check(inventory);
        }
        InventorySnapshot last = inventory.snapshot();
        assertThat(last.pairs()).hasSizeGreaterThan(20);
        if (hosts < 20) { // few enough that one tries many of them within the window
            assertThat(last.clients()).anyMatch(ClientView::scanner).anyMatch(ClientView::scannerAllowed);
        }
        assertThat(last.hostsEvicted()).isEqualTo(inventory.hosts.evicted());
        assertThat(last.hostsEvicted() > 0).isEqualTo(room < hosts);
    }

    private static void check(Inventory inventory) {
        InventorySnapshot taken = inventory.snapshot();
        for (Host host : inventory.hosts.all()) {
            ClientState client = host.client;
            if (client != null) {
                client.view = null;
                client.pairsHeld().forEach(pair -> pair.view = null);
            }
        }
        assertThat(taken).isEqualTo(inventory.snapshot());
        assertThat(taken.clients()).extracting(ClientView::address).isSorted().doesNotHaveDuplicates();
        assertThat(taken.servers()).extracting(ServerView::address).isSorted().doesNotHaveDuplicates();
        assertThat(taken.pairs())
                .isSortedAccordingTo((a, b) -> a.client().equals(b.client())
                        ? a.server().compareTo(b.server())
                        : a.client().compareTo(b.client()));
        assertThat(taken.servers())
                .allSatisfy(server -> assertThat(server.dependentClients()).isSorted());
    }

    private void any(Inventory inventory, int hosts) {
        Endpoints ends = ends(hosts);
        Offer offer = Offer.of(random.nextInt(Offer.values().length));
        switch (random.nextInt(KINDS)) {
            case 0 -> inventory.offer(ends, offer, new int[] {1 + random.nextInt(9)}, 1, random.nextInt(5) == 0, time);
            case 1 -> inventory.answer(ends, 1 + random.nextInt(9), offer, Refusal.NONE, time);
            case 2 -> inventory.answer(ends, 0, Offer.SMB1_ONLY, Refusal.RESET, time);
            case 3 -> inventory.smb1Session(ends, offer, time);
            case 4 -> inventory.smb1Traffic(ends, random.nextInt(9), random.nextInt(999), time);
            case 5 -> inventory.contact(ends, time - SECOND, time, time);
            case 6 -> inventory.oneWay(ends, random.nextBoolean(), time);
            case 7 -> inventory.mac(0, address(hosts), 0, random.nextInt(20), time);
            case 8 -> inventory.seenIn(0, address(hosts), 0, Vantage.of(Vantage.VLAN, random.nextInt(4)), time);
            case 9 -> inventory.identity(0, address(hosts), 0, IdentityField.of(random.nextInt(6)), text(), time);
            case 10 -> inventory.signing(0, address(hosts), 0, random.nextInt(3), time);
            case 11 -> inventory.guestSession(ends, time);
            case 12 -> inventory.lateSyn(ends, Outcome.UNANSWERED, time);
            case 13 -> inventory.trying(ends, time);
            default -> {
                Outcome outcome = Outcome.values()[random.nextInt(Outcome.values().length)];
                inventory.handshake(ends, outcome, time - SECOND, time, 2, outcome == Outcome.ANSWERED ? time : 0);
            }
        }
    }

    private String text() {
        return "HOST" + random.nextInt(5);
    }

    @Test
    void whatDidNotChangeIsTheSameObject() {
        Inventory inventory = new Inventory(options(100));
        Endpoints first = ends(20);
        inventory.smb1Session(first, Offer.SMB1_ONLY, time);
        ClientView before = inventory.snapshot().clients().getFirst();
        inventory.duplicates(1);
        assertThat(inventory.snapshot().clients().getFirst()).isSameAs(before);
        inventory.smb1Session(first, Offer.SMB1_ONLY, time + SECOND);
        assertThat(inventory.snapshot().clients().getFirst()).isNotEqualTo(before);
    }
}
