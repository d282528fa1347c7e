package dev.tap445.capture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DropCountersTest {
    private final DropCounters drops = new DropCounters();

    @Test
    void goOnWhereThe32BitCountersWrap() {
        drops.update(0xffff_fff0L, 7);
        drops.update(0x10, 7);
        assertThat(drops.kernelDrops()).isEqualTo(0x1_0000_0010L);
        assertThat(drops.interfaceDrops()).isEqualTo(7);
    }

    /** pcap4j may hand the same counter over with its sign. */
    @Test
    void takeANegativeCounterForAGreatOne() {
        drops.update(5, 0);
        drops.update(-1, 0);
        assertThat(drops.kernelDrops()).isEqualTo(0xffff_ffffL);
    }

    @Test
    void addUpAcrossReopening() {
        drops.update(10, 3);
        drops.reopened();
        drops.update(4, 1);
        assertThat(drops.kernelDrops()).isEqualTo(14);
        assertThat(drops.interfaceDrops()).isEqualTo(4);
    }
}
