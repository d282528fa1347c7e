package dev.tap445.track;

import static dev.tap445.support.Conversation.ACK;
import static dev.tap445.support.Conversation.RST;
import static dev.tap445.support.Conversation.SYN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.decode.Offer;
import dev.tap445.support.Conversation;
import dev.tap445.support.Packet;
import dev.tap445.support.Recording;
import dev.tap445.support.Reshape;
import dev.tap445.support.Smb;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What became of each attempt, as a file and live. */
final class HandshakesTest {
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] OFFER = Smb.smb1Negotiate("LANMAN1.0", Smb.NT_LM);

    private static Conversation talk() {
        return Conversation.to(445);
    }

    private static Conversation v6() {
        return new Conversation(true, 1, 49152, 2, 445);
    }

    /** Outcomes of a file with this conversation alone. */
    private static List<Outcome> outcomes(Conversation talk) {
        try (Trial trial = Trial.of(talk)) {
            return trial.seen.outcomes();
        }
    }

    @Test
    void answeredBySynAck() {
        assertThat(outcomes(talk().syn().synAck())).containsExactly(Outcome.ANSWERED);
        assertThat(outcomes(v6().open().close())).containsExactly(Outcome.ANSWERED);
    }

    @Test
    void refusedByReset() {
        assertThat(outcomes(talk().syn().refuse())).containsExactly(Outcome.REFUSED);
        assertThat(outcomes(v6().syn().refuse())).containsExactly(Outcome.REFUSED);
    }

    @Test
    void unreachableByIcmpThatQuotesTheSyn() {
        Conversation v4 = talk().syn();
        assertThat(outcomes(v4.unreachable(v4.clientNext()))).containsExactly(Outcome.UNREACHABLE);
        Conversation v6 = v6().syn();
        assertThat(outcomes(v6.unreachable(v6.clientNext()))).containsExactly(Outcome.UNREACHABLE);
    }

    @Test
    void icmpThatQuotesAnotherSequenceNumberIsNoAnswer() {
        Conversation talk = talk().syn();
        assertThat(outcomes(talk.unreachable(talk.clientNext() + 1))).containsExactly(Outcome.PENDING);
    }

    @Test
    void inAFileUnansweredAfterFiveSecondsAndPendingBefore() {
        Packet later = new Conversation(false, 9, 1, 8, 445)
                .pauseSeconds(6)
                .syn()
                .packets()
                .getFirst();
        List<Packet> packets = new ArrayList<>(talk().syn().packets());
        assertThat(outcomes(talk().syn())).containsExactly(Outcome.PENDING);
        packets.add(later);
        try (Trial trial = Trial.file().feed(packets).end()) {
            assertThat(trial.seen.outcomes()).containsExactlyInAnyOrder(Outcome.UNANSWERED, Outcome.PENDING);
        }
    }

    @Test
    void inAFileARetransmittedSynNeedsFiveSecondsSinceItsFirst() {
        assertThat(outcomes(talk().syn().pauseSeconds(1).syn().pauseSeconds(2).syn()))
                .containsExactly(Outcome.PENDING);
        assertThat(outcomes(talk().syn()
                        .pauseSeconds(1)
                        .syn()
                        .pauseSeconds(2)
                        .syn()
                        .pauseSeconds(4)
                        .syn()))
                .containsExactly(Outcome.UNANSWERED);
    }

    @Test
    void retransmissionsAreOneAttempt() {
        try (Trial trial =
                Trial.of(talk().syn().pauseSeconds(1).syn().pauseSeconds(2).syn())) {
            assertThat(trial.seen.attempts).singleElement().satisfies(a -> {
                assertThat(a.syns()).isEqualTo(3);
                assertThat(a.lastSyn() - a.firstSyn()).isEqualTo(3_002_000_000L);
            });
        }
    }

    @Test
    void liveNeverBeforeTheTimeoutAndSoonAfter() {
        for (int phase = 0; phase < 70; phase += 3) { // wherever within a tick it begins
            try (Trial trial = Trial.live()) {
                Conversation early = new Conversation(false, 5, 1, 6, 445);
                Conversation talk = talk().pause(phase * 1_000_000L);
                trial.feed(early.syn().packets()).feed(talk.syn().packets());
                trial.pass(4.99 + 0.001);
                assertThat(trial.seen.attempts).noneMatch(a -> a.client().equals(talk.client()));
                trial.pass(0.2);
                assertThat(trial.seen.attempts)
                        .anyMatch(a -> a.client().equals(talk.client()) && a.outcome() == Outcome.UNANSWERED);
            }
        }
    }

    @Test
    void anAnswerToALateRetransmissionCountsInAFile() {
        Conversation talk =
                talk().syn().pauseSeconds(30).syn().pauseSeconds(31).syn().pauseSeconds(4.9);
        assertThat(outcomes(talk.synAck())).containsExactly(Outcome.ANSWERED);
    }

    @Test
    void anAnswerAfterTheTimeoutIsALifeSignAndNoAnswer() {
        try (Trial trial = Trial.of(talk().syn().pauseSeconds(5.1).synAck())) {
            assertThat(trial.seen.outcomes()).containsExactly(Outcome.UNANSWERED);
            assertThat(trial.seen.answersAlone).isEqualTo(1);
        }
    }

    @Test
    void lateSynsOfASettledAttemptAreCountedWithIt() {
        try (Trial trial = Trial.live()) {
            Conversation talk = talk().syn();
            trial.feed(talk.packets()).pass(6);
            Conversation again = talk().pauseSeconds(7).syn();
            trial.feed(again.packets()).end();
            assertThat(trial.seen.outcomes()).containsExactly(Outcome.UNANSWERED);
            assertThat(trial.seen.lateSyns).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 1000, -1, Integer.MIN_VALUE})
    void aWrongAcknowledgementIsNoAnswer(int off) {
        Conversation synAck = talk().syn();
        long right = synAck.clientNext() + 1;
        synAck.send(false, SYN | ACK, synAck.serverNext(), right + (off == 0 ? -1 : off), NOTHING);
        try (Trial trial = Trial.of(synAck)) {
            assertThat(trial.seen.outcomes()).containsExactly(Outcome.PENDING);
            assertThat(trial.seen.wrongAcknowledgements).isEqualTo(1);
        }
        Conversation reset = talk().syn();
        reset.send(false, RST | ACK, 0, right + (off == 0 ? -1 : off), NOTHING);
        try (Trial trial = Trial.of(reset)) {
            assertThat(trial.seen.outcomes()).containsExactly(Outcome.PENDING);
            assertThat(trial.seen.wrongAcknowledgements).isEqualTo(1);
        }
    }

    @Test
    void aResetWithoutAcknowledgementRefusesNothing() {
        Conversation talk = talk().syn();
        assertThat(outcomes(talk.send(false, RST, talk.serverNext(), 0, NOTHING)))
                .containsExactly(Outcome.PENDING);
    }

    @Test
    void severalSynAcksAreOneAnswer() {
        Conversation talk = talk().syn().synAck();
        long ack = talk.clientNext() + 1;
        talk.send(false, SYN | ACK, talk.serverNext() + 77, ack, NOTHING);
        talk.send(false, SYN | ACK, talk.serverNext() + 99, ack, NOTHING);
        assertThat(outcomes(talk)).containsExactly(Outcome.ANSWERED);
    }

    @Test
    void aSynWithAnotherNumberIsAnotherAttempt() {
        Conversation talk = talk().syn().clientSequence(4711).syn();
        assertThat(outcomes(talk)).containsExactly(Outcome.PENDING, Outcome.PENDING);
    }

    @Test
    void theAnswerBelongsToTheSynThatItAcknowledges() {
        Conversation talk = talk().syn();
        long first = talk.clientNext();
        talk.clientSequence(4711).syn();
        talk.send(false, SYN | ACK, 9, first + 1, NOTHING);
        assertThat(outcomes(talk)).containsExactlyInAnyOrder(Outcome.ANSWERED, Outcome.PENDING);
        Conversation other =
                talk().syn().clientSequence(4711).syn().synAck().opened().clientAck();
        try (Trial trial = Trial.of(other.client(OFFER).server(Smb.smb1Answer(1)))) {
            assertThat(trial.seen.outcomes()).containsExactlyInAnyOrder(Outcome.ANSWERED, Outcome.PENDING);
            assertThat(trial.seen.offers).hasSize(1);
            assertThat(trial.seen.answers).hasSize(1);
        }
    }

    @Test
    void aRefusedSecondAttemptLeavesTheFirst() {
        Conversation talk = talk().syn().clientSequence(4711).syn().refuse();
        assertThat(outcomes(talk)).containsExactlyInAnyOrder(Outcome.REFUSED, Outcome.PENDING);
    }

    @Test
    void aSynOnAnOpenConnectionDoesNotDisturbIt() {
        Conversation talk = talk().open().client(OFFER);
        talk.send(true, SYN, 0x1234_5678L, 0, NOTHING);
        talk.send(false, ACK, talk.serverNext(), talk.clientNext(), NOTHING); // challenge (RFC 5961)
        talk.server(Smb.smb1Answer(1)).client(Smb.smb1(0x75, false));
        try (Trial trial = Trial.of(talk)) {
            assertThat(trial.seen.outcomes()).containsExactlyInAnyOrder(Outcome.ANSWERED, Outcome.PENDING);
            assertThat(trial.seen.answers).hasSize(1);
            assertThat(trial.seen.sessions).hasSize(1);
            assertThat(trial.seen.smb1Messages()).isEqualTo(1);
        }
    }

    @Test
    void theFourTupleUsedAgainIsAnotherConnection() {
        Conversation talk =
                talk().open().client(OFFER).server(Smb.smb1Answer(1)).close();
        talk.clientSequence(77).open().client(OFFER).server(Smb.smb1Answer(1)).close();
        try (Trial trial = Trial.of(talk)) {
            assertThat(trial.seen.outcomes()).containsExactly(Outcome.ANSWERED, Outcome.ANSWERED);
            assertThat(trial.seen.offers).hasSize(2);
            assertThat(trial.seen.sessions).hasSize(2);
        }
    }

    @Test
    void theFourTupleUsedAgainWithoutAnEndOfTheFirst() {
        Conversation talk =
                talk().open().client(OFFER).server(Smb.smb1Answer(1)).pauseSeconds(900);
        talk.clientSequence(77).open().client(OFFER).server(Smb.smb1Answer(1));
        try (Trial trial = Trial.of(talk)) {
            assertThat(trial.seen.outcomes()).containsExactly(Outcome.ANSWERED, Outcome.ANSWERED);
            assertThat(trial.seen.sessions).hasSize(2);
        }
    }

    @Test
    void fastOpenIsAnsweredWithOrWithoutItsData() {
        Conversation without = talk();
        without.send(true, SYN, without.clientNext(), 0, OFFER)
                .synAck()
                .opened()
                .client(OFFER);
        try (Trial trial = Trial.of(without)) {
            assertThat(trial.seen.outcomes()).containsExactly(Outcome.ANSWERED);
            assertThat(trial.seen.offers).hasSize(1);
        }
        Conversation with = talk();
        with.send(true, SYN, with.clientNext(), 0, OFFER);
        with.send(false, SYN | ACK, with.serverNext(), with.clientNext() + 1 + OFFER.length, NOTHING);
        assertThat(outcomes(with)).containsExactly(Outcome.ANSWERED);
    }

    @Test
    void simultaneousOpenIsAnswered() {
        Conversation talk = talk().syn();
        long client = talk.clientNext();
        long server = talk.serverNext();
        talk.send(false, SYN, server, 0, NOTHING);
        talk.send(true, SYN | ACK, client, server + 1, NOTHING);
        talk.send(false, ACK, server + 1, client + 1, NOTHING);
        assertThat(outcomes(talk)).containsExactly(Outcome.ANSWERED);
    }

    @Test
    void theAnswerBeforeItsSyn() {
        List<Packet> packets = new ArrayList<>(talk().open().client(OFFER).packets());
        packets.add(0, packets.remove(1));
        try (Trial trial = Trial.file().feed(packets).end()) {
            assertThat(trial.seen.outcomes()).containsExactly(Outcome.ANSWERED);
            assertThat(trial.seen.offers).hasSize(1);
        }
    }

    @Test
    void goingOnWithoutASynAckIsOneWay() {
        Conversation talk =
                talk().open().client(OFFER).server(Smb.smb1Answer(1)).close();
        List<Packet> client = Reshape.direction(talk.packets(), false);
        try (Trial trial = Trial.file().feed(client).end()) {
            assertThat(trial.seen.outcomes()).containsExactly(Outcome.ONE_WAY);
            assertThat(trial.seen.oneWayFlows).isEqualTo(1);
            assertThat(trial.seen.offers).hasSize(1);
        }
    }

    @Test
    void aSynAckThatTheMirrorLostIsOneWayThoughTheServerIsSeen() {
        Conversation talk = talk().syn().opened().clientAck().client(OFFER).server(Smb.smb1Answer(1));
        try (Trial trial = Trial.of(talk)) {
            assertThat(trial.seen.outcomes()).containsExactly(Outcome.ONE_WAY);
            assertThat(trial.seen.answers).hasSize(1);
            assertThat(trial.seen.oneWayFlows).isZero();
        }
    }

    @Test
    void theClientGivesUpBeforeAnyAnswer() {
        Conversation talk = talk().syn();
        talk.send(true, RST, talk.clientNext() + 1, 0, NOTHING);
        assertThat(outcomes(talk)).containsExactly(Outcome.ABORTED);
    }

    @Test
    void aSpanDuplicateIsNoRetransmission() {
        Conversation talk =
                talk().syn().again(49_000_000L).pauseSeconds(1).syn().again(1);
        try (Trial trial = Trial.of(talk)) {
            assertThat(trial.seen.duplicates).isEqualTo(2);
            assertThat(trial.seen.attempts)
                    .singleElement()
                    .satisfies(a -> assertThat(a.syns()).isEqualTo(2));
        }
    }

    @Test
    void aRetransmissionWithinTheDuplicateWindowHasAnotherIdentification() {
        try (Trial trial = Trial.of(talk().syn().syn())) { // a millisecond apart, IP identification counts up
            assertThat(trial.seen.duplicates).isZero();
            assertThat(trial.seen.attempts)
                    .singleElement()
                    .satisfies(a -> assertThat(a.syns()).isEqualTo(2));
        }
    }

    /** The second mirror is 20 ms behind, and the client has long gone on. */
    @Test
    void aCopyOfTheSynBehindManyOtherPacketsIsNoRetransmission() {
        Conversation talk = talk().open();
        for (int i = 0; i < 10; i++) {
            talk.client(new byte[] {0}).server(new byte[] {0});
        }
        List<Packet> packets = new ArrayList<>(talk.packets());
        Packet syn = packets.getFirst();
        packets.add(new Packet(syn.timeNanos() + 23_000_000L, syn.frame()));
        try (Trial trial = Trial.file().feed(packets).end()) {
            assertThat(trial.seen.duplicates).isEqualTo(1);
            assertThat(trial.seen.lateSyns).isEmpty();
            assertThat(trial.seen.outcomes()).containsExactly(Outcome.ANSWERED);
        }
    }

    /** A file of two interfaces: first all packets of the one, then all of the other, at the same times. */
    @Test
    void aFileThatHoldsEverySynTwiceInBlocksHasNoMoreRetransmissions() {
        Conversation talk = talk().syn().pauseSeconds(5).syn();
        List<Packet> packets = new ArrayList<>(talk.packets());
        packets.addAll(talk.packets());
        try (Trial trial = Trial.file().feed(packets).end()) {
            assertThat(trial.seen.attempts).singleElement().satisfies(a -> {
                assertThat(a.outcome()).isEqualTo(Outcome.UNANSWERED);
                assertThat(a.syns()).isEqualTo(2);
            });
        }
    }

    @Test
    void theSamePacketAfterTheWindowIsARetransmission() {
        try (Trial trial = Trial.of(talk().syn().again(51_000_000L))) {
            assertThat(trial.seen.duplicates).isZero();
            assertThat(trial.seen.attempts)
                    .singleElement()
                    .satisfies(a -> assertThat(a.syns()).isEqualTo(2));
        }
    }

    @Test
    void anOfferWhoseAnswerWasLostIsNotRefused() {
        byte[] answer = Smb.smb1Answer(1);
        List<Conversation> ends = List.of(
                talk().open().client(OFFER).serverUnseen(answer).serverFin(),
                talk().open().client(OFFER).serverUnseen(answer).serverReset(),
                talk().open().client(OFFER).serverUnseen(answer).clientFin().serverFin(),
                talk().open().client(OFFER).serverUnseen(answer).clientReset(),
                talk().open()
                        .client(OFFER)
                        .serverUnseen(answer)
                        .clientAck()
                        .pauseSeconds(60)
                        .clientAck());
        for (Conversation end : ends) {
            try (Trial trial = Trial.of(end)) {
                assertThat(trial.seen.answers).isEmpty();
                assertThat(trial.seen.offers)
                        .singleElement()
                        .satisfies(o -> assertThat(o.offer()).isEqualTo(Offer.SMB1_ONLY));
            }
        }
    }

    @Test
    void anOfferWhoseAnswerWasCutByTheSnapLengthIsNotRefused() {
        Conversation talk = talk().open()
                .client(OFFER)
                .server(Smb.smb1Answer(1))
                .serverFin()
                .clientFin();
        try (Trial trial = Trial.file().feed(Reshape.cut(talk.packets(), 64)).end()) {
            assertThat(trial.seen.answers).isEmpty();
        }
    }

    @Test
    void anOfferThatEndsWithoutAByteOfAnswerIsRefused() {
        assertThat(refusal(talk().open().client(OFFER).serverFin())).isEqualTo(Refusal.CLOSED);
        assertThat(refusal(talk().open().client(OFFER).serverReset())).isEqualTo(Refusal.RESET);
        assertThat(refusal(talk().open().client(OFFER).pauseSeconds(6).clientFin()))
                .isEqualTo(Refusal.SILENCE);
        assertThat(refusal(talk().open().client(OFFER).pauseSeconds(6).clientReset()))
                .isEqualTo(Refusal.SILENCE);
        Conversation quiet = talk().open().client(OFFER);
        quiet.send(false, ACK, quiet.serverNext(), quiet.clientNext(), NOTHING)
                .pauseSeconds(40)
                .clientAck();
        assertThat(refusal(quiet)).isEqualTo(Refusal.SILENCE);
    }

    /** A probe that sends its offer and closes: the answer comes all the same, and is one. */
    @Test
    void aClientThatLeavesAtOnceIsNotRefused() {
        for (boolean reset : new boolean[] {true, false}) {
            Conversation talk = talk().open().client(OFFER);
            if (reset) {
                talk.clientReset();
            } else {
                talk.clientFin();
            }
            assertThat(answers(talk.packets())).isEmpty();
            assertThat(answers(talk.server(Smb.smb1Answer(1)).serverFin().packets()))
                    .containsExactly(Smb.NT_LM);
        }
    }

    /** It gave up, and the server would have had it: both are true, and SMB1 is not off. */
    @Test
    void anAnswerThatComesTooLateIsOneAllTheSame() {
        Conversation talk = talk().open().client(OFFER).pauseSeconds(20).clientFin();
        assertThat(answers(talk.pauseSeconds(1).server(Smb.smb1Answer(1)).packets()))
                .containsExactly("refused", Smb.NT_LM);
    }

    /** A mirror that puts the two directions together may deliver the answer first. */
    @Test
    void anOfferBehindItsAnswerWaitsForNoOther() {
        for (byte[] answer : List.of(Smb.smb1Answer(1), Smb.smb1Refusal(), Smb.smb2Answer(0, 0x2ff))) {
            Conversation talk =
                    talk().open().client(OFFER).server(answer).serverFin().clientFin();
            List<Packet> packets = new ArrayList<>(talk.packets());
            java.util.Collections.swap(packets, 3, 4);
            assertThat(answers(packets)).hasSizeLessThanOrEqualTo(1);
            assertThat(answers(packets)).isEqualTo(answers(talk.packets()));
        }
    }

    @Test
    void aSecondOfferAfterAnAnswerToOneThatWasLostWaitsForItsOwn() {
        Conversation talk = talk().open().clientUnseen(OFFER).server(Smb.smb1Refusal());
        talk.pauseSeconds(2).client(OFFER).pauseSeconds(2).client(Smb.nbss(0x85, 0, new byte[0]));
        talk.server(Smb.smb1Answer(1)).clientFin();
        assertThat(answers(talk.packets())).containsExactly("refused", Smb.NT_LM);
    }

    /** What a timer brings up was not in the packet of another connection that happened to come last. */
    @Test
    void anOfferGivenUpByTheClockBehindItsAnswerWaitsForNoOther() {
        Conversation cut = talk().server(Smb.smb1Answer(1));
        cut.send(true, ACK, cut.clientNext(), cut.serverNext() - 1, java.util.Arrays.copyOf(OFFER, 44));
        cut.send(false, ACK, cut.serverNext(), cut.clientNext() + 44, NOTHING);
        Conversation other = new Conversation(false, 3, 49152, 4, 445).open();
        for (boolean disturbed : new boolean[] {false, true}) {
            try (Trial trial = Trial.live().feed(cut.packets())) {
                if (disturbed) {
                    trial.feed(other.packets());
                }
                trial.pass(16).pass(16).pass(16).pass(16).end();
                assertThat(trial.seen.answers.stream().map(Recording.Answered::refusal))
                        .containsExactly(Refusal.NONE);
            }
        }
    }

    /** A server that holds a connection of the same 4-tuple says so, to whoever keeps trying (RFC 5961 section 4). */
    @Test
    void aChallengeIsNoAnswerAndNoSilenceEither() {
        Conversation unknown = talk();
        Conversation known = talk().open().pauseSeconds(30).clientSequence(0x1234_5678L);
        for (Conversation talk : List.of(unknown, known)) {
            for (double wait : new double[] {1, 2, 4, 8}) {
                talk.syn().send(false, ACK, talk.serverNext(), 0x7777_0000L, NOTHING);
                talk.pauseSeconds(wait);
            }
            try (Trial trial = Trial.of(talk)) {
                assertThat(trial.seen.outcomes()).contains(Outcome.UNANSWERED);
                assertThat(trial.seen.wrongAcknowledgements).isGreaterThanOrEqualTo(3);
            }
        }
    }

    private static List<String> answers(List<Packet> packets) {
        try (Trial trial = Trial.file().feed(packets).end()) {
            return trial.seen.answers.stream().map(Recording.Answered::dialect).toList();
        }
    }

    private static Refusal refusal(Conversation talk) {
        try (Trial trial = Trial.of(talk)) {
            assertThat(trial.seen.answers).hasSize(1);
            return trial.seen.answers.getFirst().refusal();
        }
    }

    /** A 4-tuple comes again with other sequence numbers, and its SYN is not seen: the sensor or the mirror lost it. */
    @ParameterizedTest(name = "client''s numbers move by {0}, closed by a reset: {1}, its own SYN seen: {2}")
    @CsvSource({
        "1000000000, false, true",
        "-1000000000, false, true",
        "1000000000, true, true",
        "-1000000000, true, true",
        "-1000000000, true, false"
    })
    void aConnectionAfterOneThatIsOverIsTakenUpWithItsSynAck(long move, boolean reset, boolean first) {
        Conversation talk = first ? talk().open() : talk().synAck().opened();
        talk.client(OFFER).server(Smb.smb1Answer(1));
        if (reset) {
            talk.clientReset();
        } else {
            talk.close();
        }
        talk.pauseSeconds(2).clientSequence(talk.clientNext() + move & 0xffff_ffffL);
        talk.synAck().opened().client(OFFER).server(Smb.smb1Answer(1)).close();
        try (Trial trial = Trial.live().feed(talk.packets()).end()) {
            assertThat(trial.seen.offers).hasSize(2);
            assertThat(trial.seen.wrongAcknowledgements).isZero();
        }
    }
}
