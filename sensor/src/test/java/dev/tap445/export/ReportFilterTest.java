package dev.tap445.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PairView;
import dev.tap445.inventory.ServerView;
import dev.tap445.wire.Subnet;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ReportFilterTest {
    private static final InventorySnapshot ALL = Estate.snapshot();

    @Test
    void keepsEverythingWithoutCondition() {
        assertThat(ReportFilter.NONE.apply(ALL)).isSameAs(ALL);
    }

    @Test
    void serverKeepsItsClients() {
        InventorySnapshot kept = new ReportFilter(0, 0, Estate.FILER, null, null).apply(ALL);
        assertThat(kept.servers()).extracting(ServerView::address).containsExactly(Estate.FILER);
        assertThat(kept.clients()).extracting(ClientView::address).containsExactly(Estate.PRINTER, Estate.MODERN);
        assertThat(kept.pairs()).extracting(PairView::server).containsExactly(Estate.FILER);
    }

    @Test
    void clientKeepsItsServers() {
        InventorySnapshot kept = new ReportFilter(0, 0, null, Estate.PRINTER, null).apply(ALL);
        assertThat(kept.clients()).extracting(ClientView::address).containsExactly(Estate.PRINTER);
        assertThat(kept.servers()).extracting(ServerView::address).containsExactly(Estate.NAS, Estate.FILER);
    }

    @Test
    void subnetKeepsItsHostsAndTheirPairs() {
        Subnet subnet = Subnet.parse("192.0.2.0/24").orElseThrow();
        InventorySnapshot kept = new ReportFilter(0, 0, null, null, subnet).apply(ALL);
        assertThat(kept.clients())
                .extracting(ClientView::address)
                .containsExactly(Estate.PRINTER, Estate.ROGUE, Estate.SCANNER);
        assertThat(kept.servers()).isEmpty();
        assertThat(kept.pairs()).hasSize(2);
    }

    @Test
    void serverIsReadyOnceItsLastDependentIsOlderThanTheWindow() {
        InventorySnapshot kept =
                ReportFilter.NONE.window(Estate.NOW, Duration.ofDays(1)).apply(ALL);
        ServerView nas = kept.servers().getFirst();
        assertThat(nas.address()).isEqualTo(Estate.NAS);
        assertThat(nas.dependentClients()).isEmpty();
        assertThat(nas.ready()).isTrue();
        assertThat(kept.clients()).extracting(ClientView::address).doesNotContain(Estate.PRINTER);
        ServerView wider = ReportFilter.NONE
                .window(Estate.NOW, Duration.ofDays(2))
                .apply(ALL)
                .servers()
                .getFirst();
        assertThat(wider.ready()).isFalse();
    }
}
