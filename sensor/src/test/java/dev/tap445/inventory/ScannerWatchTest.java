package dev.tap445.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.track.Endpoints;
import dev.tap445.track.Outcome;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Subnet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Scanners as the inventory meets them while they scan. */
final class ScannerWatchTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_000_000 * SECOND;
    private static final IpAddress SCANNER = IpAddress.parse("192.0.2.66").orElseThrow();
    private static final int DESTINATIONS = 60;

    private final List<String> heard = new ArrayList<>();

    private Inventory inventory(InventoryOptions options) {
        return new Inventory(options, new StateListener() {
            @Override
            public void scannerFound(IpAddress client, long destinations, boolean allowed, long now) {
                heard.add(client + " " + destinations + (allowed ? " allowed" : ""));
            }

            @Override
            public void wentSilent(IpAddress server, int port, long since, long lastAnswer, long now) {
                heard.add("silent " + server);
            }
        });
    }

    private static Endpoints to(int destination) {
        Endpoints ends = new Endpoints();
        IpAddress server = IpAddress.ofV4(0xc6120001 + destination);
        ends.set(SCANNER.high(), SCANNER.low(), server.high(), server.low(), 445);
        return ends;
    }

    private static void scan(Inventory inventory) {
        for (int i = 0; i < DESTINATIONS; i++) {
            inventory.trying(to(i), START + i * SECOND / 20);
        }
    }

    private static void firstIsSettled(Inventory inventory) {
        inventory.handshake(to(0), Outcome.UNANSWERED, START, START + 7 * SECOND, 4, 0);
        inventory.life(to(0).serverHigh(), to(0).serverLow(), 0, START + 8 * SECOND);
        inventory.wayBack(START + 8 * SECOND);
        inventory.review();
    }

    @Test
    void accusesNobodyWhileItsAttemptsArePending() {
        Inventory inventory = inventory(InventoryOptions.live());
        scan(inventory);
        firstIsSettled(inventory);
        firstIsSettled(inventory);
        assertThat(heard).containsExactly("192.0.2.66 60");
        ServerView first = inventory.snapshot().servers().getFirst();
        assertThat(first.ports().getFirst().state()).isEqualTo(PortState.UNKNOWN);
    }

    @Test
    void mayBeAllowedToScanAndIsStillNoEvidence() {
        Subnet allowed = Subnet.parse("192.0.2.64/30").orElseThrow();
        Inventory inventory = inventory(InventoryOptions.live().withAllowedScanners(List.of(allowed)));
        scan(inventory);
        firstIsSettled(inventory);
        assertThat(heard).containsExactly("192.0.2.66 60 allowed");
        ClientView client = inventory.snapshot().clients().getFirst();
        assertThat(client.scanner()).isTrue();
        assertThat(client.scannerAllowed()).isTrue();
    }

    @Test
    void aClientOfManyServersIsNoScanner() {
        Inventory inventory = inventory(InventoryOptions.live());
        scan(inventory);
        for (int i = 0; i < DESTINATIONS; i++) {
            long time = START + i * SECOND / 20;
            inventory.handshake(to(i), Outcome.ANSWERED, time, time, 2, time + 1);
        }
        inventory.review();
        assertThat(heard).isEmpty();
        assertThat(inventory.snapshot().clients().getFirst().scanner()).isFalse();
    }
}
