package dev.tap445.track;

import static dev.tap445.support.Smb.NT_LM;
import static dev.tap445.support.Smb.SESSION_SETUP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.decode.Offer;
import dev.tap445.support.Conversation;
import dev.tap445.support.Packet;
import dev.tap445.support.Recording;
import dev.tap445.support.Smb;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A 4-tuple used again though nobody closed it: the new connection is not taken for the old one's file content. */
final class SuccessorsTest {
    private static final byte[] SMB1 = Smb.smb1Negotiate("LANMAN1.0", NT_LM);
    private static final byte[] SMB2 = Smb.smb2Negotiate(0, 0x202, 0x311);

    /** Speaks SMB2, and ends without a word. */
    private static Conversation old() {
        Conversation talk = Conversation.to(445).open().client(SMB2).server(Smb.smb2Answer(0, 0x311));
        return talk.client(Smb.smb2(1, false, 1)).server(Smb.smb2(1, true, 1));
    }

    /** The next on the same 4-tuple, behind the handshake. */
    private static Conversation next(long secondsLater) {
        return Conversation.to(445)
                .pause(secondsLater * 1_000_000_000L)
                .clientSequence(0x3000_0000L)
                .serverSequence(0xd000_0000L);
    }

    private static Conversation smb1(Conversation talk) {
        talk.client(SMB1).server(Smb.smb1Answer(1));
        return talk.client(Smb.smb1(SESSION_SETUP, false)).server(Smb.smb1(SESSION_SETUP, true));
    }

    private static Trial both(Conversation old, Conversation next) {
        List<Packet> packets = new ArrayList<>(old.packets());
        packets.addAll(next.packets());
        return Trial.file().feed(packets).end();
    }

    private static void hasItsOwnSession(Trial trial) {
        assertThat(trial.seen.offers.stream().map(Recording.Offered::offer))
                .containsExactly(Offer.SMB2_ONLY, Offer.SMB1_ONLY);
        assertThat(trial.seen.sessions)
                .singleElement()
                .satisfies(s -> assertThat(s.offer()).isEqualTo(Offer.SMB1_ONLY));
        assertThat(trial.seen.smb1Messages()).isEqualTo(2);
    }

    @Test
    void theSynIsLost() {
        Conversation next = next(90).synAck().opened().clientAck();
        try (Trial trial = both(old(), smb1(next))) {
            hasItsOwnSession(trial);
            assertThat(trial.seen.answersAlone).isEqualTo(1);
        }
    }

    @Test
    void theSynAckIsLost() {
        Conversation next = next(90).syn().opened().clientAck();
        try (Trial trial = both(old(), smb1(next))) {
            hasItsOwnSession(trial);
            assertThat(trial.seen.outcomes()).containsExactly(Outcome.ANSWERED, Outcome.ONE_WAY);
        }
    }

    @Test
    void allBeforeTheNegotiationIsLost() {
        for (long seconds : new long[] {1, 90}) {
            try (Trial trial = both(old(), smb1(next(seconds).opened()))) {
                hasItsOwnSession(trial);
            }
        }
    }

    @Test
    void theSynIsAllThatWasSeenOfItsBeginning() {
        Conversation next = next(90).syn().opened().clientUnseen(SMB1).serverUnseen(Smb.smb1Answer(1));
        next.client(Smb.smb1(SESSION_SETUP, false)).server(Smb.smb1(SESSION_SETUP, true));
        try (Trial trial = both(old(), next)) {
            assertThat(trial.seen.sessions)
                    .singleElement()
                    .satisfies(s -> assertThat(s.offer()).isEqualTo(Offer.UNSEEN));
        }
    }

    /** Of an outage long enough to have moved both streams anywhere: one direction alone proves nothing. */
    @Test
    void aRecordedNegotiationThatIsCopiedIsNoConnection() {
        Conversation later =
                next(90).opened().client(SMB1).send(false, Conversation.ACK, 0xd000_0001L, 0x3000_0001L, new byte[0]);
        later.server(Smb.smb2(9, true, 7)).client(SMB1).server(Smb.smb2(9, true, 8));
        try (Trial trial = both(old(), later)) {
            assertThat(trial.seen.offers.stream().map(Recording.Offered::offer)).containsExactly(Offer.SMB2_ONLY);
            assertThat(trial.seen.sessions).isEmpty();
        }
    }

    /** Its SYN-ACK was lost, and its end; the next one's sequence numbers lie close behind, as those of many stacks do. */
    @Test
    void whatGoesOnWithoutASynAckIsOverWhenAnotherIsAnswered() {
        Conversation old = Conversation.to(445).syn().opened().clientAck().client(SMB2);
        old.server(Smb.smb2Answer(0, 0x311)).client(Smb.smb2(1, false, 1));
        Conversation next = Conversation.to(445).pauseSeconds(0.5);
        next.clientSequence(old.clientNext() + 2_000_000L).serverSequence(old.serverNext() + 3_000_000L);
        for (boolean live : new boolean[] {false, true}) {
            List<Packet> packets = new ArrayList<>(old.packets());
            if (!live) {
                smb1(next.open());
            }
            packets.addAll(next.packets());
            try (Trial trial = live ? Trial.live() : Trial.file()) {
                trial.feed(packets).pass(30).end();
                hasItsOwnSession(trial);
                assertThat(trial.seen.outcomes()).containsExactly(Outcome.ONE_WAY, Outcome.ANSWERED);
            }
        }
    }

    /** The first word of the next is the last packet: it was in contact all the same. */
    @Test
    void aSuccessorOfOnePacketIsAContact() {
        try (Trial trial = both(old(), next(0).opened().client(SMB1))) {
            assertThat(trial.seen.contacts).isEqualTo(2);
        }
    }
}
