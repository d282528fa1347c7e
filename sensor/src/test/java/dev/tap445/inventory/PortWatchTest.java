package dev.tap445.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.track.Endpoints;
import dev.tap445.track.Outcome;
import dev.tap445.wire.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Silence and its end as the clock goes on, seen from the inventory; times in seconds. */
final class PortWatchTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_000_000;
    private static final String SERVER = "192.0.2.10";
    private static final String CLIENT = "192.0.2.20";

    private final List<String> heard = new ArrayList<>();
    private final Inventory inventory = new Inventory(InventoryOptions.live(), new StateListener() {
        @Override
        public void wentSilent(IpAddress server, int port, long since, long lastAnswer, long now) {
            heard.add("silent " + server + ":" + port + " since " + seconds(since) + " answered " + seconds(lastAnswer)
                    + " at " + seconds(now));
        }

        @Override
        public void silenceEnded(IpAddress server, int port, long since, PortState state, long time, long now) {
            heard.add(
                    state.label() + " " + server + ":" + port + " since " + seconds(since) + " heard " + seconds(time));
        }
    });

    private static long seconds(long nanos) {
        return nanos == 0 ? 0 : nanos / SECOND - START;
    }

    private static long at(long second) {
        return (START + second) * SECOND;
    }

    private static Endpoints between(String client, String server) {
        IpAddress c = IpAddress.parse(client).orElseThrow();
        IpAddress s = IpAddress.parse(server).orElseThrow();
        Endpoints ends = new Endpoints();
        ends.set(c.high(), c.low(), s.high(), s.low(), 445);
        return ends;
    }

    private void unanswered(String client, long second) {
        inventory.handshake(between(client, SERVER), Outcome.UNANSWERED, at(second), at(second + 7), 4, 0);
    }

    private void answered(long second) {
        inventory.handshake(between(CLIENT, SERVER), Outcome.ANSWERED, at(second), at(second), 1, at(second));
    }

    private void life(long second) {
        IpAddress server = IpAddress.parse(SERVER).orElseThrow();
        inventory.life(server.high(), server.low(), 0, at(second));
        inventory.wayBack(at(second));
    }

    private void review(long second) {
        inventory.tick(at(second));
        inventory.review();
    }

    private PortView port() {
        return inventory.snapshot().servers().getFirst().ports().getFirst();
    }

    @Test
    void tellsOfSilenceOnceAndOfItsEnd() {
        answered(0);
        unanswered(CLIENT, 10);
        life(20);
        review(21);
        review(22);
        unanswered(CLIENT, 30);
        review(45);
        assertThat(port().state()).isEqualTo(PortState.SILENT);
        assertThat(port().wentDark()).isTrue();
        assertThat(seconds(port().silentSince())).isEqualTo(10);

        answered(60);
        review(61);
        review(62);

        assertThat(heard)
                .containsExactly(
                        "silent 192.0.2.10:445 since 10 answered 0 at 21",
                        "answering 192.0.2.10:445 since 10 heard 60");
        assertThat(port().state()).isEqualTo(PortState.ANSWERING);
        assertThat(port().silentSince()).isZero();
        review(400);
        assertThat(inventory.watch.size()).isZero();
    }

    @Test
    void forgetsTheSilenceWithTheWindowButTellsOfItOnlyOnce() {
        unanswered(CLIENT, 10);
        life(20);
        review(21);
        life(400);
        review(400);
        assertThat(port().state()).isEqualTo(PortState.UNKNOWN);
        assertThat(port().silentSince()).isZero();

        unanswered(CLIENT, 500);
        life(520);
        review(521);
        assertThat(port().state()).isEqualTo(PortState.SILENT);
        assertThat(seconds(port().silentSince())).isEqualTo(500);
        assertThat(heard).containsExactly("silent 192.0.2.10:445 since 10 answered 0 at 21");
    }

    @Test
    void oneLostAnswerIsNoSilence() {
        answered(0);
        inventory.handshake(between(CLIENT, SERVER), Outcome.ANSWERED, at(10), at(11), 2, at(11));
        inventory.handshake(between(CLIENT, SERVER), Outcome.UNANSWERED, at(12), at(12), 1, 0);
        life(20);
        review(21);
        assertThat(port().state()).isEqualTo(PortState.ANSWERING);
        assertThat(heard).isEmpty();
    }

    @Test
    void aHostThatDiesIsDarkAndNotSilent() {
        life(5);
        unanswered(CLIENT, 10);
        review(21);
        assertThat(port().state()).isEqualTo(PortState.DARK);
        assertThat(heard).isEmpty();
    }

    @Test
    void withholdsTheVerdictWhileDropsAreInTheWindowAndCountsItOnce() {
        inventory.dropped(at(5));
        unanswered(CLIENT, 10);
        life(20);
        review(21);
        for (int scrape = 0; scrape < 3; scrape++) {
            assertThat(port().suppressed()).isEqualTo("sensor_drops");
        }
        review(22);
        assertThat(inventory.snapshot().suppressedVerdicts())
                .containsOnlyKeys("sensor_drops")
                .containsValue(1L);
        assertThat(heard).isEmpty();

        unanswered(CLIENT, 290);
        life(304);
        review(306);
        assertThat(port().state()).isEqualTo(PortState.SILENT);
        assertThat(heard).hasSize(1);

        inventory.dropped(at(310));
        review(311);
        assertThat(port().state()).isEqualTo(PortState.UNKNOWN);
        assertThat(inventory.snapshot().suppressedVerdicts()).containsValue(2L);
    }

    @Test
    void withholdsTheVerdictWhileTheFeedIsQuiet() {
        unanswered(CLIENT, 10);
        life(20);
        review(79);
        assertThat(port().state()).isEqualTo(PortState.SILENT);
        review(81);
        assertThat(port().suppressed()).isEqualTo("feed_quiet");
        life(90);
        review(91);
        assertThat(port().state()).isEqualTo(PortState.SILENT);
        assertThat(heard).hasSize(1);
    }

    @Test
    void oneWayViewsAccuseNobody() {
        inventory.handshake(between("192.0.2.21", SERVER), Outcome.ONE_WAY, at(5), at(5), 1, 0);
        unanswered(CLIENT, 10);
        life(20);
        review(21);
        assertThat(port().state()).isEqualTo(PortState.ONE_WAY);
        assertThat(port().suppressed()).isEqualTo("one_way_server");
        assertThat(inventory.snapshot().suppressedVerdicts()).containsOnlyKeys("one_way_server");
    }

    /** The last connection before the silence lost its SYN-ACK on the way to the mirror. */
    @Test
    void aLostSynAckHidesNoSilence() {
        answered(0);
        inventory.handshake(between("192.0.2.21", SERVER), Outcome.ONE_WAY, at(5), at(5), 1, 0);
        unanswered(CLIENT, 10);
        life(20);
        review(21);
        assertThat(port().state()).isEqualTo(PortState.SILENT);

        for (int second = 6; second < 8; second++) {
            inventory.handshake(between("192.0.2.21", SERVER), Outcome.ONE_WAY, at(second), at(second), 1, 0);
        }
        review(22);
        assertThat(port().suppressed()).isEqualTo("one_way_server");
    }

    @Test
    void followsMorePortsThanOneReviewTakes() {
        for (int i = 0; i < PortWatch.PORTS_A_REVIEW + 5_000; i++) {
            String server = "198.18." + i / 250 % 250 + "." + (1 + i % 250);
            String client = "198.19.0." + (1 + i % 10);
            Endpoints ends = between(client, server.equals(SERVER) ? "198.18.255.1" : server);
            inventory.handshake(ends, Outcome.UNANSWERED, at(i / 10_000), at(7), 4, 0);
        }
        int followed = inventory.watch.size();
        assertThat(followed).isGreaterThan(PortWatch.PORTS_A_REVIEW);
        review(10);
        assertThat(inventory.watch.size()).isEqualTo(followed);
        review(400);
        review(401);
        assertThat(inventory.watch.size()).isZero();
    }
}
