package dev.tap445.track;

import static dev.tap445.support.Smb.NT_LM;
import static dev.tap445.support.Smb.SESSION_SETUP;
import static dev.tap445.support.Smb.SMB2_002;
import static dev.tap445.support.Smb.SMB2_ANY;
import static dev.tap445.support.Smb.TREE_CONNECT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.decode.Offer;
import dev.tap445.support.ByteWriter;
import dev.tap445.support.Conversation;
import dev.tap445.support.Packet;
import dev.tap445.support.Recording;
import dev.tap445.support.Smb;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Inputs that broke other tools, as bytes on a connection: each ends in a right answer or in a counted reason. What
 * concerns SESSION_SETUP and NTLMSSP is in {@code IdentityReaderTest}, IP fragments in {@code DefragmentationTest}.
 */
final class PitfallsTest {
    private static final byte[] OFFER = Smb.smb1Negotiate("LANMAN1.0", NT_LM);
    private static final byte[] BOTH = Smb.smb1Negotiate(NT_LM, SMB2_002, SMB2_ANY);

    /**
     * One of them.
     *
     * @param reasons what must be counted, and nothing else
     */
    record Pitfall(String name, Conversation input, Map<String, Long> reasons, Consumer<Recording> expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Pitfall pitfall(
            String name, Conversation input, Map<String, Long> reasons, Consumer<Recording> expected) {
        return new Pitfall(name, input, reasons, expected);
    }

    private static Conversation open(int port) {
        return Conversation.to(port).open();
    }

    private static Consumer<Recording> offers(Offer... offers) {
        return seen -> assertThat(
                        seen.offers.stream().filter(o -> !o.followUp()).map(Recording.Offered::offer))
                .containsExactly(offers);
    }

    private static Consumer<Recording> answers(String... dialects) {
        return seen -> assertThat(seen.answers.stream().map(Recording.Answered::dialect))
                .containsExactly(dialects);
    }

    private static Consumer<Recording> messages(int count) {
        return seen -> assertThat(seen.smb1Messages()).isEqualTo(count);
    }

    private static byte[] zeroRecords(int count) {
        return new byte[4 * count];
    }

    static Stream<Pitfall> netbios() {
        Map<String, Long> none = Map.of();
        return Stream.of(
                pitfall("00 00 00 00", open(445).client(zeroRecords(1)).client(OFFER), none, offers(Offer.SMB1_ONLY)),
                pitfall(
                        "lengths 1 to 3",
                        open(445)
                                .client(Smb.nbss(0, 1, new byte[1]))
                                .client(Smb.nbss(0, 2, new byte[2]))
                                .client(Smb.nbss(0, 3, new byte[3]))
                                .client(OFFER),
                        Map.of("nbss_length", 3L),
                        offers(Offer.SMB1_ONLY)),
                pitfall(
                        "20 000 zero-length records, hundreds in a segment",
                        open(445).client(zeroRecords(20_000)).client(OFFER),
                        none,
                        offers(Offer.SMB1_ONLY)),
                pitfall(
                        "20 000 zero-length records in pieces of three bytes",
                        open(445)
                                .segments(3)
                                .client(zeroRecords(20_000))
                                .segments(1460)
                                .client(OFFER),
                        none,
                        offers(Offer.SMB1_ONLY)),
                pitfall(
                        "17 bits of length on 139, flags above them",
                        open(139).client(withLengthByte(OFFER, 0xfe)).client(Smb.smb1(TREE_CONNECT, false)),
                        none,
                        messages(1).andThen(offers(Offer.SMB1_ONLY))),
                pitfall(
                        "24 bits of length on 445",
                        open(445)
                                .client(Smb.nbss(0, 0x2_0020, Smb.smb1Message(0x2f, false, 0, new byte[0])))
                                .clientUnseen(new byte[0x2_0000])
                                .client(Smb.smb1(TREE_CONNECT, false)),
                        none,
                        messages(2)),
                pitfall(
                        "declared 0xFFFFFF",
                        open(445)
                                .client(Smb.nbss(0, 0xff_ffff, Smb.smb1Message(0x2f, false, 0, new byte[100])))
                                .close(),
                        none,
                        messages(1)),
                pitfall(
                        "a NEGOTIATE of declared 0xFFFFFF bytes",
                        open(445)
                                .client(Smb.nbss(0, 0xff_ffff, Smb.smb1Message(0x72, false, 0, new byte[100])))
                                .close(),
                        Map.of("smb1_no_dialects", 1L),
                        offers(Offer.INCOMPLETE)),
                pitfall(
                        "session request, keep-alive, retarget",
                        open(139)
                                .client(Smb.sessionRequest())
                                .server(Smb.nbss(0x84, 6, new byte[6]))
                                .client(Smb.nbss(0x85, 0, new byte[0]))
                                .client(OFFER)
                                .server(Smb.nbss(0x85, 0, new byte[0]))
                                .server(Smb.smb1Answer(1)),
                        none,
                        offers(Offer.SMB1_ONLY).andThen(answers(NT_LM))),
                pitfall(
                        "header in four segments",
                        open(445)
                                .segments(1)
                                .client(java.util.Arrays.copyOf(OFFER, 4))
                                .segments(1460)
                                .client(tail(OFFER)),
                        none,
                        offers(Offer.SMB1_ONLY)),
                pitfall(
                        "three records in a segment",
                        open(445).client(Smb.join(OFFER, Smb.smb1(TREE_CONNECT, false), Smb.smb1(TREE_CONNECT, false))),
                        none,
                        offers(Offer.SMB1_ONLY).andThen(messages(2))),
                pitfall(
                        "trailing bytes",
                        open(445).client(Smb.join(OFFER, new byte[] {'x', 'y', 'z'})),
                        Map.of("nbss_type", 1L),
                        offers(Offer.SMB1_ONLY)),
                pitfall(
                        "an SMB1 header longer than its record",
                        open(445).client(Smb.nbss(0, 20, java.util.Arrays.copyOfRange(OFFER, 4, 24))),
                        Map.of("smb1_truncated", 1L),
                        offers()),
                pitfall(
                        "neither SMB1 nor SMB2",
                        open(445)
                                .client(Smb.record(
                                        new ByteWriter().ascii("GET / HTTP/1.1").toArray())),
                        Map.of("smb_header", 1L),
                        offers()));
    }

    private static byte[] withLengthByte(byte[] record, int value) {
        byte[] copy = record.clone();
        copy[1] = (byte) value;
        return copy;
    }

    private static byte[] tail(byte[] record) {
        return java.util.Arrays.copyOfRange(record, 4, record.length);
    }

    static Stream<Pitfall> smb1() {
        Map<String, Long> none = Map.of();
        byte[] names = Smb.dialects("LANMAN1.0", NT_LM);
        return Stream.of(
                pitfall(
                        "byte count greater than what remains",
                        open(445).client(Smb.smb1NegotiateBytes(0, names.length + 50, names)),
                        Map.of("smb1_byte_count", 1L),
                        offers(Offer.SMB1_ONLY)),
                pitfall(
                        "byte count that leaves dialects out",
                        open(445).client(Smb.smb1NegotiateBytes(0, 11, names)),
                        Map.of("smb1_byte_count", 1L),
                        offers(Offer.INCOMPLETE)),
                pitfall(
                        "byte count zero",
                        open(445).client(Smb.smb1NegotiateBytes(0, 0, new byte[0])),
                        Map.of("smb1_no_dialects", 1L),
                        offers(Offer.INCOMPLETE)),
                pitfall(
                        "an odd byte count, and the next record at an odd place",
                        open(445)
                                .client(Smb.join(Smb.smb1NegotiateBytes(odd(names)), Smb.smb1(TREE_CONNECT, false)))
                                .server(Smb.smb1Answer(1)),
                        none,
                        offers(Offer.SMB1_ONLY).andThen(answers(NT_LM)).andThen(messages(1))),
                pitfall(
                        "empty entries keep their place",
                        open(445)
                                .client(Smb.smb1Negotiate("", "LANMAN1.0", "", NT_LM))
                                .server(Smb.smb1Answer(3)),
                        none,
                        offers(Offer.SMB1_ONLY).andThen(answers(NT_LM))),
                pitfall(
                        "missing 0x02",
                        open(445)
                                .client(Smb.smb1NegotiateBytes(
                                        new ByteWriter().asciiZ("NT LM 0.12").toArray())),
                        Map.of("smb1_dialect_format", 1L),
                        offers(Offer.INCOMPLETE)),
                pitfall(
                        "missing NUL",
                        open(445)
                                .client(Smb.smb1NegotiateBytes(
                                        new ByteWriter().u8(2).ascii(NT_LM).toArray())),
                        Map.of("smb1_dialect_format", 1L),
                        offers(Offer.SMB1_ONLY)),
                pitfall(
                        "10 000 dialects",
                        open(445)
                                .client(Smb.smb1NegotiateBytes(Smb.dialects(
                                        Stream.generate(() -> "A").limit(10_000).toArray(String[]::new))))
                                .server(Smb.smb1Answer(9_000)),
                        none,
                        offers(Offer.INCOMPLETE).andThen(answers(NT_LM))),
                pitfall(
                        "13 dialects, one more than a flow keeps",
                        open(445)
                                .client(Smb.smb1Negotiate(
                                        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m"))
                                .server(Smb.smb1AnswerWords(13, 12)),
                        none,
                        offers(Offer.SMB1_ONLY).andThen(answers("other"))),
                pitfall(
                        "40 dialects in small segments, NT LM 0.12 behind what a flow keeps",
                        open(445)
                                .segments(97)
                                .client(Smb.smb1Negotiate(forty()))
                                .server(Smb.smb1Answer(38)),
                        none,
                        offers(Offer.SMB1_AND_SMB2)
                                .andThen(answers(NT_LM))
                                .andThen(seen -> assertThat(
                                                seen.offers.getFirst().dialects())
                                        .containsExactly(forty()))),
                pitfall(
                        "an empty dialect at the end: nothing is offered by it",
                        open(445).client(Smb.smb1Negotiate(NT_LM, "")).server(Smb.smb1Answer(0)),
                        none,
                        offers(Offer.SMB1_ONLY)
                                .andThen(answers(NT_LM))
                                .andThen(seen -> assertThat(
                                                seen.offers.getFirst().dialects())
                                        .doesNotContain("other"))),
                pitfall(
                        "an index beyond the list",
                        open(445).client(OFFER).server(Smb.smb1Answer(2)).close(),
                        Map.of("smb1_answer_index", 1L),
                        offers(Offer.SMB1_ONLY).andThen(answers())),
                pitfall(
                        "an index of an SMB2 string",
                        open(445).client(BOTH).server(Smb.smb1Answer(1)).close(),
                        Map.of("smb1_answer_index", 1L),
                        offers(Offer.SMB1_AND_SMB2).andThen(answers())),
                pitfall("an answer without a request", open(445).server(Smb.smb1Answer(5)), none, seen -> {
                    answers(NT_LM).accept(seen);
                    assertThat(seen.answers.getFirst().offer()).isEqualTo(Offer.UNSEEN);
                }),
                pitfall(
                        "an answer of no words",
                        open(445)
                                .client(OFFER)
                                .server(Smb.smb1AnswerWords(0, 0))
                                .close(),
                        Map.of("smb1_word_count", 1L),
                        answers()),
                pitfall(
                        "an answer of no words, 0xFFFF where its bytes are",
                        open(445).client(OFFER).server(Smb.smb1RefusalWithoutWords()),
                        none,
                        answers("refused")),
                pitfall(
                        "a client that goes on although it was refused",
                        open(445)
                                .client(OFFER)
                                .server(Smb.smb1Refusal())
                                .client(Smb.smb1(SESSION_SETUP, false))
                                .close(),
                        none,
                        answers("refused")
                                .andThen(messages(1))
                                .andThen(seen -> assertThat(seen.sessions).isEmpty())),
                pitfall(
                        "a server that goes on although it refused",
                        open(445)
                                .client(OFFER)
                                .server(Smb.smb1Refusal())
                                .client(Smb.smb1(SESSION_SETUP, false))
                                .server(Smb.smb1(SESSION_SETUP, true))
                                .client(Smb.smb1(TREE_CONNECT, false)),
                        none,
                        answers("refused")
                                .andThen(messages(3))
                                .andThen(seen -> assertThat(seen.sessions).hasSize(1))),
                pitfall(
                        "an answer of one word",
                        open(445).client(OFFER).server(Smb.smb1AnswerWords(1, 0)),
                        none,
                        answers("LANMAN1.0")),
                pitfall(
                        "an answer of 13 words",
                        open(445).client(OFFER).server(Smb.smb1AnswerWords(13, 0)),
                        none,
                        answers("LANMAN1.0")),
                pitfall(
                        "an answer of 17 words",
                        open(445).client(OFFER).server(Smb.smb1AnswerWords(17, 1)),
                        none,
                        answers(NT_LM)),
                pitfall(
                        "an answer of another number of words",
                        open(445).client(OFFER).server(Smb.smb1AnswerWords(5, 1)),
                        none,
                        answers(NT_LM)),
                pitfall("0xFFFF", open(445).client(OFFER).server(Smb.smb1Refusal()), none, seen -> {
                    answers("refused").accept(seen);
                    assertThat(seen.answers.getFirst().refusal()).isEqualTo(Refusal.NO_DIALECT);
                }),
                pitfall("an error status", open(445).client(OFFER).server(Smb.smb1ErrorAnswer()), none, seen -> {
                    answers("refused").accept(seen);
                    assertThat(seen.answers.getFirst().refusal()).isEqualTo(Refusal.ERROR_STATUS);
                }),
                pitfall(
                        "NT LANMAN 1.0 is SMB1",
                        open(445)
                                .client(Smb.smb1Negotiate("NT LANMAN 1.0", NT_LM))
                                .server(Smb.smb1Answer(0)),
                        none,
                        seen -> {
                            answers("NT LANMAN 1.0").accept(seen);
                            assertThat(seen.answers.getFirst().family()).isEqualTo("smb1");
                            assertThat(seen.sessions).hasSize(1);
                        }),
                pitfall(
                        "a second NEGOTIATE",
                        open(445)
                                .client(OFFER)
                                .server(Smb.smb1Refusal())
                                .client(BOTH)
                                .server(Smb.smb1Answer(0)),
                        none,
                        offers(Offer.SMB1_ONLY, Offer.SMB1_AND_SMB2).andThen(answers("refused", NT_LM))),
                pitfall(
                        "a request of words",
                        open(445).client(Smb.smb1NegotiateBytes(3, names.length, names)),
                        Map.of("smb1_word_count", 1L),
                        offers(Offer.SMB1_ONLY)),
                pitfall(
                        "a request from the server, an answer from the client",
                        open(445).server(OFFER).client(Smb.smb1Answer(0)),
                        Map.of("smb_direction", 2L),
                        offers().andThen(answers())),
                pitfall(
                        "SMB2 strings alone under an SMB1 header",
                        open(445).client(Smb.smb1Negotiate(SMB2_002, SMB2_ANY)),
                        none,
                        offers(Offer.SMB2_ONLY)));
    }

    private static byte[] odd(byte[] names) {
        assertThat(names.length % 2).isOne();
        return names;
    }

    private static String[] forty() {
        String[] names = new String[40];
        Arrays.setAll(names, i -> "DIALECT NUMBER " + i);
        names[38] = NT_LM;
        names[39] = SMB2_ANY;
        return names;
    }

    static Stream<Pitfall> smb2() {
        Map<String, Long> none = Map.of();
        List<Pitfall> list = new ArrayList<>();
        for (int next : new int[] {1, 8, 63, 64, 0x7fff_fff8, -64, -8, -1}) {
            list.add(pitfall(
                    "NextCommand " + next,
                    open(445).client(withNextCommand(next)).server(Smb.smb2Answer(0, 0x311)),
                    none,
                    offers(Offer.SMB2_ONLY).andThen(answers("3.1.1"))));
        }
        list.add(pitfall(
                "no dialects",
                open(445).client(Smb.smb2Negotiate(0)),
                Map.of("smb2_dialects", 1L),
                offers(Offer.SMB2_ONLY)));
        list.add(pitfall(
                "65535 dialects announced",
                open(445).client(Smb.smb2Negotiate(0, 65_535, new int[] {0x210})),
                Map.of("smb2_dialects", 1L),
                offers(Offer.SMB2_ONLY)));
        list.add(pitfall(
                "two empty negotiate contexts, then none",
                open(445)
                        .client(withContexts(64 + 36 + 4, 2, new byte[16]))
                        .client(withContexts(0, 0, new byte[0]))
                        .server(Smb.smb2Answer(0, 0x311)),
                none,
                offers(Offer.SMB2_ONLY, Offer.SMB2_ONLY).andThen(answers("3.1.1"))));
        list.add(pitfall(
                "negotiate contexts beyond the end",
                open(445).client(withContexts(-1, 0xffff, new byte[0])).server(Smb.smb2Answer(0, 0x311)),
                none,
                offers(Offer.SMB2_ONLY).andThen(answers("3.1.1"))));
        list.add(pitfall(
                "encrypted and compressed where a header is expected",
                open(445)
                        .client(Smb.transform(0xfd))
                        .server(Smb.transform(0xfc))
                        .client(Smb.smb2Negotiate(0, 0x311)),
                none,
                offers(Offer.SMB2_ONLY)));
        list.add(pitfall(
                "0x02FF followed by nothing",
                open(445).client(BOTH).server(Smb.smb2Answer(0, 0x2ff)).close(),
                none,
                offers(Offer.SMB1_AND_SMB2).andThen(answers())));
        list.add(pitfall(
                "0x02FF followed by the SMB2 NEGOTIATE: one offer, one answer",
                open(445)
                        .client(BOTH)
                        .server(Smb.smb2Answer(0, 0x2ff))
                        .client(Smb.smb2Negotiate(1, 0x202, 0x311))
                        .server(Smb.smb2Answer(1, 0x311)),
                none,
                offers(Offer.SMB1_AND_SMB2).andThen(answers("3.1.1"))));
        list.add(pitfall(
                "0x02FF followed by an error",
                open(445)
                        .client(BOTH)
                        .server(Smb.smb2Answer(0, 0x2ff))
                        .client(Smb.smb2Negotiate(1, 0x202))
                        .server(Smb.smb2ErrorAnswer(1)),
                none,
                offers(Offer.SMB1_AND_SMB2).andThen(answers("refused"))));
        list.add(pitfall(
                "an answer of a dialect that does not exist",
                open(445)
                        .client(Smb.smb2Negotiate(0, 0x311))
                        .server(Smb.smb2Answer(0, 0x999))
                        .close(),
                Map.of("smb2_answer_dialect", 1L),
                answers()));
        list.add(pitfall(
                "the magic, then zeros",
                open(445)
                        .client(OFFER)
                        .client(Smb.record(
                                new ByteWriter().u32(0xfe53_4d42L).zeros(200).toArray())),
                Map.of("smb2_structure", 1L),
                offers(Offer.SMB1_ONLY)));
        list.add(pitfall(
                "a NEGOTIATE of another structure size",
                open(445).client(Smb.record(Smb.smb2Message(0, false, 0, 0, new byte[40]))),
                Map.of("smb2_structure", 1L),
                offers()));
        list.add(pitfall(
                "a header alone",
                open(445).client(Smb.record(Smb.smb2Message(0, false, 0, 0, new byte[0]))),
                Map.of("smb2_truncated", 1L),
                offers(Offer.SMB2_ONLY)));
        return list.stream();
    }

    private static byte[] withNextCommand(int next) {
        byte[] record = Smb.smb2Negotiate(0, 0x210, 0x311);
        for (int i = 0; i < 4; i++) {
            record[4 + 20 + i] = (byte) (next >>> 8 * i);
        }
        return record;
    }

    private static byte[] withContexts(int offset, int count, byte[] contexts) {
        byte[] message = tail(Smb.smb2Negotiate(0, 0x210, 0x311));
        for (int i = 0; i < 4; i++) {
            message[64 + 28 + i] = (byte) (offset >>> 8 * i);
        }
        message[64 + 32] = (byte) count;
        message[64 + 33] = (byte) (count >>> 8);
        return Smb.record(Smb.join(message, contexts));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"netbios", "smb1", "smb2"})
    void endsInARightAnswerOrACountedReason(Pitfall pitfall) {
        try (Trial trial = Trial.of(pitfall.input)) {
            assertThat(trial.reasons()).isEqualTo(pitfall.reasons);
            pitfall.expected.accept(trial.seen);
        }
    }

    /** The same bytes one to a segment mean the same. */
    @ParameterizedTest(name = "{0}")
    @MethodSource({"smb1", "smb2"})
    void inSegmentsOfOneByteToo(Pitfall pitfall) {
        List<Packet> packets = dev.tap445.support.Reshape.segments(pitfall.input.packets(), 1);
        try (Trial trial = Trial.file().feed(packets).end()) {
            assertThat(trial.reasons()).isEqualTo(pitfall.reasons);
            pitfall.expected.accept(trial.seen);
        }
    }

    /** Every byte of a session replaced by others: nothing throws, and no connection but this one suffers. */
    @Test
    void bytesChangedAnywhereHurtNoOtherConnection() {
        Conversation talk = open(445).client(BOTH).server(Smb.smb2Answer(0, 0x2ff));
        talk.client(Smb.smb2Negotiate(1, 0x210, 0x311))
                .server(Smb.smb2Answer(1, 0x311))
                .close();
        Conversation other = new Conversation(false, 3, 50000, 4, 445).open().client(OFFER);
        other.server(Smb.smb1Answer(1)).client(Smb.smb1(SESSION_SETUP, false)).close();
        for (Packet packet : talk.packets()) {
            for (int at = 0; at < packet.frame().length; at++) {
                for (int value : new int[] {0, 1, 0x7f, 0x80, 0xff}) {
                    byte[] changed = packet.frame().clone();
                    changed[at] = (byte) value;
                    List<Packet> packets = new ArrayList<>(talk.packets());
                    packets.set(packets.indexOf(packet), new Packet(packet.timeNanos(), changed));
                    packets.addAll(other.packets());
                    try (Trial trial = Trial.file().feed(packets).end()) {
                        assertThat(trial.seen.sessions).anyMatch(s -> s.client().equals(other.client()));
                        assertThat(trial.seen.offers)
                                .filteredOn(o -> o.client().equals(other.client()))
                                .hasSize(1);
                    }
                }
            }
        }
    }
}
