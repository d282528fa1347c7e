package dev.tap445.track;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.Conversation;
import dev.tap445.support.Packet;
import dev.tap445.support.Smb;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Floods, tables that are full, and the sum of outcomes. */
final class StateTest {
    private static final byte[] OFFER = Smb.smb1Negotiate(Smb.NT_LM);
    private static final int SMALL = 4096;

    private static Trial small(boolean live) {
        return new Trial((live ? TrackerOptions.live(3) : TrackerOptions.file(3)).withMaxFlows(SMALL));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSynFloodWithSpoofedSourcesLeavesRealClientsMeasured(boolean live) {
        try (Trial trial = small(live)) {
            int flood = 40_000;
            int real = 0;
            for (int i = 0; i < flood; i++) {
                long now = i * 20_000L;
                Conversation spoofed = new Conversation(false, 0x100 + i % 0xf000, 1024 + i / 0xf000, 2, 445);
                trial.feed(spoofed.pause(now).syn().packets());
                if (i % 500 == 0) {
                    Conversation client = new Conversation(true, 7, 1024 + i / 500, 2, 445).pause(now);
                    trial.feed(client.open()
                            .client(OFFER)
                            .server(Smb.smb1Answer(0))
                            .packets());
                    real++;
                }
            }
            trial.end();
            assertThat(trial.seen.offers).hasSize(real);
            assertThat(trial.seen.answers).hasSize(real);
            assertThat(trial.seen.attempts(Outcome.ANSWERED)).isEqualTo(real);
            assertThat(trial.seen.attempts).hasSize(flood + real);
            assertThat(trial.tracker.evictions()).isGreaterThan(flood - SMALL - 1000);
        }
    }

    @Test
    void midstreamFlowsWithoutEndAreBounded() {
        try (Trial trial = small(true)) {
            for (int i = 0; i < 60_000; i++) {
                Conversation talk = new Conversation(false, 0x100 + i % 0xf000, 1024 + i / 0xf000, 2, 445);
                trial.feed(talk.pause(i * 10_000L).client(Smb.smb1(0x75, false)).packets());
            }
            trial.pass(1);
            assertThat(trial.tracker.flows()).isLessThanOrEqualTo(SMALL);
            trial.end();
            assertThat(trial.seen.smb1Messages()).isEqualTo(60_000);
        }
    }

    @Test
    void offersThatAreNeverAnsweredAreBoundedAndEachIsReported() {
        try (Trial trial = small(true)) {
            for (int i = 0; i < 20_000; i++) {
                Conversation talk = new Conversation(false, 0x100 + i, 1024, 2, 445).pause(i * 10_000L);
                trial.feed(talk.open().client(OFFER).packets());
            }
            trial.end();
            assertThat(trial.seen.offers).hasSize(20_000);
            assertThat(trial.seen.answers).isEmpty();
        }
    }

    @Test
    void aOneSidedConversationWithoutEndIsReadToItsEnd() {
        Conversation talk = Conversation.to(445);
        for (int i = 0; i < 20_000; i++) {
            talk.client(Smb.smb1(0x2f, false));
        }
        try (Trial trial = Trial.of(talk)) {
            assertThat(trial.seen.smb1Messages()).isEqualTo(20_000);
            assertThat(trial.seen.oneWayFlows).isEqualTo(1);
        }
    }

    /** Random packets of few connections: whatever happens, each attempt has exactly one outcome. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void outcomesAddUpToAttempts(long seed) {
        Random random = new Random(seed);
        List<Packet> packets = new ArrayList<>();
        long time = 0;
        for (int i = 0; i < 4_000; i++) {
            time += (long) (random.nextDouble() * random.nextDouble() * 3e9);
            int client = 1 + random.nextInt(5);
            Conversation talk = new Conversation(random.nextBoolean(), client, 1024 + random.nextInt(4), 9, 445);
            talk.pause(time).clientSequence(1 + random.nextInt(2) * 1000L);
            random(random, talk);
            packets.addAll(talk.packets());
        }
        for (boolean live : new boolean[] {false, true}) {
            try (Trial trial = small(live).feed(packets).end()) {
                assertThat(trial.seen.attempts).isNotEmpty();
                long syns =
                        trial.seen.attempts.stream().mapToLong(a -> a.syns()).sum();
                assertThat(syns + trial.seen.lateSyns.size() + trial.seen.duplicates)
                        .as("every SYN is in one attempt, late, or a duplicate; duplicates are of all packets")
                        .isGreaterThanOrEqualTo(synCount(packets));
                assertThat(syns + trial.seen.lateSyns.size()).isLessThanOrEqualTo(synCount(packets));
            }
        }
    }

    private static void random(Random random, Conversation talk) {
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> talk.syn();
            case 4, 5 -> talk.synAck();
            case 6 -> talk.refuse();
            case 7 -> talk.unreachable(talk.clientNext());
            case 8 -> talk.opened().clientAck();
            case 9 -> talk.opened().client(OFFER);
            case 10 -> talk.opened().close();
            default -> talk.clientReset();
        }
    }

    private static long synCount(List<Packet> packets) {
        return packets.stream().filter(StateTest::isSyn).count();
    }

    private static boolean isSyn(Packet packet) {
        byte[] frame = packet.frame();
        boolean v4 = frame[12] == 0x08;
        int protocol = v4 ? frame[23] : frame[20];
        return protocol == 6 && frame[v4 ? 47 : 67] == Conversation.SYN;
    }
}
