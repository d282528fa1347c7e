package dev.tap445.track;

import static dev.tap445.support.Smb.NT_LM;
import static dev.tap445.support.Smb.SESSION_SETUP;
import static dev.tap445.support.Smb.SMB2_002;
import static dev.tap445.support.Smb.SMB2_ANY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.decode.Offer;
import dev.tap445.support.Conversation;
import dev.tap445.support.Packet;
import dev.tap445.support.Recording;
import dev.tap445.support.Smb;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** More than one NEGOTIATE on a connection, some of it lost or late: an answer is never told of the wrong one. */
final class SeveralOffersTest {
    private static final byte[] SMB1 = Smb.smb1Negotiate("LANMAN1.0", NT_LM);
    private static final byte[] BOTH = Smb.smb1Negotiate(NT_LM, SMB2_002, SMB2_ANY);
    private static final byte[] SMB2 = Smb.smb2Negotiate(0, 0x202, 0x311);

    private static Conversation open() {
        return Conversation.to(445).open();
    }

    private static List<String> answers(Recording seen) {
        return seen.answers.stream().map(a -> a.dialect() + " to " + a.offer()).toList();
    }

    private static List<Offer> offers(Recording seen) {
        return seen.offers.stream()
                .filter(o -> !o.followUp())
                .map(Recording.Offered::offer)
                .toList();
    }

    private static List<Offer> sessions(Recording seen) {
        return seen.sessions.stream().map(Recording.Session::offer).toList();
    }

    @Test
    void eachAnswerIsOfItsOwnOfferWhereAllIsSeen() {
        Conversation talk =
                open().client(SMB1).server(Smb.smb1Refusal()).client(BOTH).server(Smb.smb1Answer(0));
        try (Trial trial = Trial.of(talk)) {
            assertThat(answers(trial.seen)).containsExactly("refused to SMB1_ONLY", "NT LM 0.12 to SMB1_AND_SMB2");
            assertThat(sessions(trial.seen)).containsExactly(Offer.SMB1_AND_SMB2);
        }
    }

    /** A refusal of SMB2 alone, told as one of SMB1 alone, would call the server one without SMB1. */
    @Test
    void aLateAnswerIsOfTheOfferThatTheServerHadThen() {
        Conversation talk = open().client(SMB2).server(Smb.smb2ErrorAnswer(0)).client(SMB1);
        List<Packet> packets = new ArrayList<>(talk.packets());
        packets.add(packets.remove(packets.size() - 2)); // behind the second offer
        try (Trial trial = Trial.file().feed(packets).end()) {
            assertThat(answers(trial.seen)).containsExactly("refused to UNSEEN");
        }
    }

    /** Two offers at once, and one answer: nobody knows of which. */
    @Test
    void oneAnswerToTwoOffersIsOfNeither() {
        Conversation talk = open().client(SMB1).client(BOTH).server(Smb.smb1Answer(1));
        try (Trial trial = Trial.of(talk)) {
            assertThat(answers(trial.seen)).containsExactly("NT LM 0.12 to UNSEEN");
            assertThat(sessions(trial.seen)).containsExactly(Offer.UNSEEN);
        }
    }

    @Test
    void smb1AcceptedAfterALostOfferIsNotMissed() {
        Conversation talk = open().client(SMB2)
                .server(Smb.smb2Answer(0, 0x311))
                .clientUnseen(SMB1)
                .server(Smb.smb1Answer(1));
        try (Trial trial = Trial.of(talk)) {
            assertThat(answers(trial.seen)).containsExactly("3.1.1 to SMB2_ONLY", "NT LM 0.12 to UNSEEN");
            assertThat(sessions(trial.seen)).containsExactly(Offer.UNSEEN);
        }
    }

    @Test
    void aSessionBehindALossInTheClientsStreamMayBeOfAnotherOffer() {
        Conversation talk = open().client(BOTH).serverUnseen(Smb.smb2ErrorAnswer(0));
        talk.clientUnseen(SMB1).serverUnseen(Smb.smb1Answer(1));
        talk.client(Smb.smb1(SESSION_SETUP, false)).pauseSeconds(2).client(Smb.smb1(0x2b, false));
        try (Trial trial = Trial.of(talk)) {
            assertThat(sessions(trial.seen)).containsExactly(Offer.UNSEEN);
        }
    }

    /** The end of a connection whose second offer came behind its own answer is no refusal. */
    @Test
    void anOfferBehindItsAnswerIsNotRefusedByTheEnd() {
        Conversation talk = open().client(SMB2).server(Smb.smb2ErrorAnswer(0));
        talk.client(SMB1).server(Smb.smb1Answer(1));
        List<Packet> packets = new ArrayList<>(talk.packets());
        packets.add(packets.remove(packets.size() - 2));
        packets.addAll(talk.serverFin()
                .packets()
                .subList(packets.size(), talk.packets().size()));
        try (Trial trial = Trial.file().feed(packets).end()) {
            assertThat(answers(trial.seen)).doesNotContain("refused to SMB1_ONLY");
            assertThat(sessions(trial.seen)).containsExactly(Offer.UNSEEN);
        }
    }

    /** What was read last on another connection says nothing of this one. */
    @Test
    void anEndIsOfTheLastOfferWhateverWasReadBeforeIt() {
        Conversation other = open().client(SMB2).server(Smb.smb2ErrorAnswer(0)).client(SMB1);
        List<Packet> late = new ArrayList<>(other.packets());
        Packet answer = late.remove(late.size() - 2);
        Conversation refused = new Conversation(false, 3, 49153, 4, 445).open().client(SMB1);
        int offered = refused.packets().size();
        refused.serverFin().again(300_000_000); // a FIN that nobody acknowledges
        try (Trial trial = Trial.file().feed(late).feed(refused.packets().subList(0, offered))) {
            trial.feed(answer)
                    .feed(refused.packets().subList(offered, offered + 2))
                    .end();
            assertThat(answers(trial.seen)).containsExactly("refused to UNSEEN", "refused to SMB1_ONLY");
        }
    }

    /** Nobody goes on from a list without SMB2 to the second half of the negotiation of SMB2. */
    @Test
    void smb2AfterAListWithoutItIsAnOfferOfItsOwn() {
        Conversation talk = open().client(SMB1).serverUnseen(Smb.smb1Refusal()).client(SMB2);
        talk.pauseSeconds(2).server(Smb.smb2Answer(0, 0x311)).close();
        try (Trial trial = Trial.of(talk)) {
            assertThat(offers(trial.seen)).containsExactly(Offer.SMB1_ONLY, Offer.SMB2_ONLY);
            assertThat(answers(trial.seen)).containsExactly("3.1.1 to SMB2_ONLY");
        }
    }

    /** The first half was lost: its second half tells so by its number. */
    @Test
    void theSecondHalfOfALostNegotiationIsNoOfferOfSmb2Alone() {
        Conversation talk = open().client(SMB1).server(Smb.smb1Refusal());
        talk.clientUnseen(BOTH).serverUnseen(Smb.smb2Answer(0, 0x2ff));
        talk.client(Smb.smb2Negotiate(1, 0x202, 0x311)).pauseSeconds(2).client(Smb.smb2(1, false, 2));
        try (Trial trial = Trial.of(talk)) {
            assertThat(offers(trial.seen)).containsExactly(Offer.SMB1_ONLY, Offer.INCOMPLETE);
        }
    }

    /** Captures of SMB1 that someone copies over SMB2, taken up behind a loss. */
    @Test
    void aNegotiationInsideAFileIsNone() {
        Conversation talk = open().client(SMB2).server(Smb.smb2Answer(0, 0x311));
        talk.client(Smb.smb2(9, false, 1)).clientUnseen(new byte[3000]).pauseSeconds(2);
        talk.client(SMB1).pauseSeconds(2).client(SMB1).client(SMB1);
        talk.server(Smb.smb2(8, true, 1)).serverUnseen(new byte[3000]).pauseSeconds(2);
        talk.server(Smb.smb1Answer(1)).pauseSeconds(2).server(Smb.smb1Answer(1));
        try (Trial trial = Trial.of(talk)) {
            assertThat(offers(trial.seen)).containsExactly(Offer.SMB2_ONLY);
            assertThat(answers(trial.seen)).containsExactly("3.1.1 to SMB2_ONLY");
            assertThat(trial.seen.sessions).isEmpty();
            assertThat(trial.reasons()).containsKey("smb_header");
        }
    }

    /** What was found of the last record belongs to its own connection: another is refused once, whatever came before. */
    @Test
    void whatWasSaidOnAnotherConnectionChangesNothing() {
        Conversation other = new Conversation(false, 3, 49152, 2, 445).open().client(SMB1);
        Conversation talk = open().client(SMB2).server(Smb.smb2ErrorAnswer(0)).client(SMB1);
        List<Packet> packets = new ArrayList<>(other.packets());
        int offered = packets.size();
        packets.addAll(talk.packets());
        packets.add(packets.remove(packets.size() - 2)); // behind the second offer
        other.pauseSeconds(1).serverFin().again(1_000_000_000L);
        packets.addAll(other.packets().subList(offered, other.packets().size()));
        try (Trial trial = Trial.file().feed(packets).end()) {
            assertThat(answers(trial.seen)).containsExactly("refused to UNSEEN", "refused to SMB1_ONLY");
        }
    }
}
