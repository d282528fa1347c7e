package dev.tap445.track;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.wire.IpAddress;
import org.junit.jupiter.api.Test;

class RecentFactsTest {
    private static final long HOST = IpAddress.mappedLow(0xc612_0001);

    private final RecentFacts facts = new RecentFacts();

    @Test
    void isNewsOnceUntilItChangesOrIsEarlier() {
        assertThat(facts.isNews(0, HOST, 0, 7, 100)).isTrue();
        assertThat(facts.isNews(0, HOST, 0, 7, 100)).isFalse();
        assertThat(facts.isNews(0, HOST, 0, 7, 200)).isFalse();
        assertThat(facts.isNews(0, HOST, 0, 8, 200)).as("another fact").isTrue();
        assertThat(facts.isNews(0, HOST, 0, 8, 150)).as("earlier than reported").isTrue();
        assertThat(facts.isNews(0, HOST, 0, 8, 180)).isFalse();
        assertThat(facts.isNews(0, HOST, 5, 8, 180)).as("another zone").isTrue();
    }

    @Test
    void remembersTenThousandHosts() {
        int hosts = 10_000;
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < hosts; i++) {
                facts.isNews(0, HOST + i, 0, 1, round);
            }
        }
        int news = 0;
        for (int i = 0; i < hosts; i++) {
            news += facts.isNews(0, HOST + i, 0, 1, 10) ? 1 : 0;
        }
        assertThat(news).isLessThan(hosts / 2);
    }
}
