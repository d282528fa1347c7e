package dev.tap445.track;

import static dev.tap445.support.Conversation.ACK;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.decode.Offer;
import dev.tap445.support.Conversation;
import dev.tap445.support.Packet;
import dev.tap445.support.Reshape;
import dev.tap445.support.Smb;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Records found in TCP streams that come in any shape. */
final class StreamsTest {
    private static final byte[] OFFER =
            Smb.smb1Negotiate("PC NETWORK PROGRAM 1.0", "LANMAN1.0", "LANMAN2.1", Smb.NT_LM);

    private static Conversation open() {
        return Conversation.to(445).open();
    }

    private static void oneWholeOffer(List<Packet> packets) {
        try (Trial trial = Trial.file().feed(packets).end()) {
            assertThat(trial.seen.offers).singleElement().satisfies(o -> {
                assertThat(o.offer()).isEqualTo(Offer.SMB1_ONLY);
                assertThat(o.dialects()).containsExactly("PC NETWORK PROGRAM 1.0", "LANMAN1.0", "LANMAN2.1", Smb.NT_LM);
            });
            assertThat(trial.reasons()).isEmpty();
        }
    }

    @Test
    void segmentsInAnyOrderMakeTheSameOffer() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<Packet> packets =
                    open().segments(20 + random.nextInt(60)).client(OFFER).packets();
            List<Packet> data = new ArrayList<>(packets.subList(3, packets.size()));
            Collections.shuffle(data, random);
            List<Packet> all = new ArrayList<>(packets.subList(0, 3));
            all.addAll(data);
            oneWholeOffer(all);
        }
    }

    @Test
    void overlappingAndRetransmittedSegmentsMakeTheSameOffer() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Conversation talk = open();
            long start = talk.clientNext();
            int sent = 0;
            while (sent < OFFER.length) {
                int from = Math.max(0, sent - random.nextInt(30));
                int to = Math.min(OFFER.length, sent + 1 + random.nextInt(40));
                talk.send(true, ACK, start + from, talk.serverNext(), Arrays.copyOfRange(OFFER, from, to));
                sent = to;
            }
            oneWholeOffer(talk.packets());
        }
    }

    @Test
    void theFirstCopyOfAByteWins() {
        Conversation talk = open();
        long start = talk.clientNext();
        byte[] lie = new byte[40];
        Arrays.fill(lie, (byte) 'x');
        talk.send(true, ACK, start + 20, talk.serverNext(), Arrays.copyOfRange(OFFER, 20, OFFER.length));
        talk.send(true, ACK, start + 30, talk.serverNext(), lie);
        talk.send(true, ACK, start, talk.serverNext(), Arrays.copyOf(OFFER, 20));
        oneWholeOffer(talk.packets());
    }

    /** Ethernet, IPv4, TCP without options and NBSS: where an SMB2 header begins, whose flags end 20 bytes on. */
    private static final int SMB2_AT = 14 + 20 + 20 + 4;

    private static List<Packet> cut(Conversation talk, int snapLength) {
        return Reshape.cut(talk.packets(), snapLength);
    }

    @Test
    void anSmb2NegotiateCutBehindItsFlagsOffersSmb2() {
        for (int snap = SMB2_AT + 20; snap < SMB2_AT + 110; snap++) {
            Conversation talk =
                    open().client(Smb.smb2Negotiate(0, 0x202, 0x311)).server(Smb.smb2Answer(0, 0x311));
            try (Trial trial = Trial.file().feed(cut(talk, snap)).end()) {
                assertThat(trial.seen.offers)
                        .as("snap length " + snap)
                        .singleElement()
                        .satisfies(o -> assertThat(o.offer()).isEqualTo(Offer.SMB2_ONLY));
            }
        }
    }

    @Test
    void withoutItsFlagsItIsNoOffer() {
        Conversation talk = open().client(Smb.smb2Negotiate(0, 0x202, 0x311));
        try (Trial trial = Trial.file().feed(cut(talk, SMB2_AT + 19)).end()) {
            assertThat(trial.seen.offers).isEmpty();
            assertThat(trial.reasons()).containsOnlyKeys("smb2_truncated");
        }
    }

    /** The MessageId would tell whether an SMB1 NEGOTIATE came before; it is not there to be read. */
    @Test
    void inTheMiddleOfAConnectionACutSmb2NegotiateMayBeTheSecond() {
        Conversation talk = Conversation.to(445).opened().client(Smb.smb2Negotiate(0, 0x202, 0x311));
        try (Trial trial = Trial.file().feed(cut(talk, SMB2_AT + 20)).end()) {
            assertThat(trial.seen.offers)
                    .singleElement()
                    .satisfies(o -> assertThat(o.offer()).isEqualTo(Offer.INCOMPLETE));
        }
    }

    @Test
    void anSmb2AnswerCutBeforeItsDialectSettlesWhatWasOffered() {
        byte[] offer = Smb.smb1Negotiate(Smb.NT_LM, "LANMAN1.0", "LANMAN2.1", "LM1.2X002", Smb.SMB2_002, Smb.SMB2_ANY);
        Conversation talk = open().client(offer).server(Smb.smb2Answer(0, 0x2ff));
        try (Trial trial = Trial.file().feed(cut(talk, SMB2_AT + 60)).end()) {
            assertThat(trial.seen.offers)
                    .singleElement()
                    .satisfies(o -> assertThat(o.offer()).isEqualTo(Offer.SMB1_AND_SMB2));
            assertThat(trial.seen.answers).isEmpty();
        }
    }

    @Test
    void takesUpBehindALoss() {
        Conversation talk = open().client(OFFER).server(Smb.smb1Answer(3));
        talk.clientUnseen(Smb.smb1(0x75, false)).client(Smb.smb1(0x75, false));
        talk.pauseSeconds(2).client(Smb.smb1(0x75, false)).client(Smb.smb1(0x75, false));
        try (Trial trial = Trial.of(talk)) {
            assertThat(trial.seen.smb1Messages()).isEqualTo(3);
            assertThat(trial.reasons()).containsOnlyKeys("stream_gap");
        }
    }

    @Test
    void whatIsMissingInsideARecordThatNobodyNeedsCostsNothing() {
        byte[] write = Smb.record(Smb.smb1Message(0x2f, false, 0, new byte[5000]));
        Conversation talk = open().client(OFFER).server(Smb.smb1Answer(3));
        talk.client(Arrays.copyOf(write, 1000)).clientUnseen(new byte[2000]);
        talk.client(Arrays.copyOfRange(write, 3000, write.length)).client(Smb.smb1(0x75, false));
        try (Trial trial = Trial.of(talk)) {
            assertThat(trial.seen.smb1Messages()).isEqualTo(2);
            assertThat(trial.reasons()).isEmpty();
        }
    }

    @Test
    void startsInTheMiddleAtTheNextRecord() {
        byte[] write = Smb.record(Smb.smb1Message(0x2f, false, 0, new byte[3000]));
        Conversation talk = Conversation.to(445);
        talk.client(Arrays.copyOfRange(write, 1460, write.length));
        talk.client(Smb.smb1(0x75, false)).client(Smb.smb1(0x75, false));
        try (Trial trial = Trial.of(talk)) {
            assertThat(trial.seen.smb1Messages()).isEqualTo(2);
            assertThat(trial.seen.sessions)
                    .singleElement()
                    .satisfies(s -> assertThat(s.offer()).isEqualTo(Offer.UNSEEN));
        }
    }

    /** The middle of an offer is lost: the offer is not whole, and what came behind it is read before the end. */
    @Test
    void whatCameBehindALossIsReadThoughNothingFollows() {
        for (double pause : new double[] {0, 2}) {
            Conversation talk = open().client(Arrays.copyOf(OFFER, 50));
            talk.clientUnseen(new byte[20]).client(Arrays.copyOfRange(OFFER, 70, OFFER.length));
            talk.pauseSeconds(pause).client(Smb.smb1(0x2b, false)).client(Smb.smb1(0x75, false));
            try (Trial trial = Trial.of(talk)) {
                assertThat(trial.seen.offers)
                        .singleElement()
                        .satisfies(o -> assertThat(o.offer()).isEqualTo(Offer.INCOMPLETE));
                assertThat(trial.seen.smb1Messages()).isEqualTo(2);
                assertThat(trial.seen.sessions)
                        .singleElement()
                        .satisfies(s -> assertThat(s.offer()).isEqualTo(Offer.UNSEEN));
                assertThat(trial.reasons()).isEqualTo(java.util.Map.of("stream_gap", 1L));
            }
        }
    }

    @Test
    void aRetransmissionSecondsLaterStillFillsItsHole() {
        Conversation talk = open();
        long start = talk.clientNext();
        talk.client(Arrays.copyOf(OFFER, 50)).clientUnseen(new byte[20]);
        talk.client(Arrays.copyOfRange(OFFER, 70, OFFER.length)).pauseSeconds(3);
        talk.send(true, ACK, start + 50, talk.serverNext(), Arrays.copyOfRange(OFFER, 50, 70));
        oneWholeOffer(talk.packets());
    }

    /** Captures of SMB1 that someone copies over SMB2: behind a loss a segment may begin like a record. */
    @Test
    void whatLooksLikeSmb1InsideAnSmb2ConnectionIsNone() {
        Conversation talk = open().client(Smb.smb2Negotiate(0, 0x311)).server(Smb.smb2Answer(0, 0x311));
        talk.client(Smb.smb2(8, false, 1)).server(Arrays.copyOf(Smb.smb2(8, true, 1), 60));
        talk.serverUnseen(new byte[3000]).pauseSeconds(2);
        for (int i = 0; i < 10; i++) {
            talk.server(Smb.smb1(0x2e, true)).pauseSeconds(1);
        }
        try (Trial trial = Trial.of(talk)) {
            assertThat(trial.seen.sessions).isEmpty();
            assertThat(trial.seen.smb1Messages()).isZero();
            assertThat(trial.reasons()).containsKey("smb_header");
        }
    }

    /** The SMB1 NEGOTIATE was lost, and the wildcard that answered it: what is left does not say that there was none. */
    @Test
    void anSmb2NegotiateThatIsNotTheFirstIsNoOfferOfSmb2Alone() {
        Conversation talk = open().clientUnseen(OFFER).serverUnseen(Smb.smb2Answer(0, 0x2ff));
        talk.client(Smb.smb2Negotiate(1, 0x210, 0x311)).pauseSeconds(2).client(Smb.smb2(1, false, 2));
        talk.server(Smb.smb2Answer(1, 0x311)).pauseSeconds(2).server(Smb.smb2(1, true, 2));
        try (Trial trial = Trial.of(talk)) {
            assertThat(trial.seen.offers).noneMatch(o -> o.offer() == Offer.SMB2_ONLY);
            assertThat(trial.seen.offers.getFirst().offer()).isEqualTo(Offer.INCOMPLETE);
        }
    }

    @Test
    void aBrokenStreamCountsOnceAndHoldsNothing() {
        Conversation talk = open();
        for (int i = 0; i < 1000; i++) {
            talk.client(new byte[] {'G', 'E', 'T', ' ', '/', ' ', 'x', 'y', 'z'});
        }
        try (Trial trial = Trial.of(talk)) {
            assertThat(trial.reasons()).isEqualTo(java.util.Map.of("nbss_type", 1L));
        }
    }

    @Test
    void liveBeginningsAreGivenUpSoThatBuffersAreFreeAgain() {
        try (Trial trial = Trial.live()) {
            for (int i = 0; i < Reassembly.MAX_SLOTS; i++) {
                Conversation half = new Conversation(false, 1, i + 1, 2, 445);
                trial.feed(half.open().client(Arrays.copyOf(OFFER, 50)).packets());
            }
            trial.pass(40);
            Conversation split = new Conversation(false, 3, 50_000, 2, 445).pauseSeconds(41);
            trial.feed(split.open().segments(50).client(OFFER).packets()).end();
            assertThat(trial.seen.offers)
                    .filteredOn(o -> o.client().equals(split.client()))
                    .singleElement()
                    .satisfies(o -> assertThat(o.offer()).isEqualTo(Offer.SMB1_ONLY));
            assertThat(trial.seen.offers)
                    .filteredOn(o -> !o.client().equals(split.client()))
                    .noneMatch(o -> o.offer() == Offer.SMB1_ONLY);
        }
    }

    /** Beginnings whose rest never comes: buffers are bounded, and who comes later is read all the same. */
    @Test
    void tenThousandBeginningsLeaveRoomForOthers() {
        try (Trial trial = Trial.live()) {
            for (int i = 0; i < 10_000; i++) {
                Conversation half = new Conversation(false, 1, i + 1, 2, 445).pause(i * 1_000_000L);
                trial.feed(half.open().client(Arrays.copyOf(OFFER, 50)).packets());
            }
            Conversation whole = new Conversation(false, 3, 50_000, 2, 445).pauseSeconds(11);
            trial.feed(whole.open().client(OFFER).packets()).end();
            assertThat(trial.seen.offers)
                    .filteredOn(o -> o.client().equals(whole.client()))
                    .hasSize(1);
        }
    }
}
