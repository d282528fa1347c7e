package dev.tap445.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.ByteWriter;
import dev.tap445.wire.DecodeFailure;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IdentityReaderTest {

    enum Kind {
        SMB1_REQUEST,
        SMB1_ANSWER,
        SMB2_REQUEST,
        SMB2_ANSWER,
        SESSION_REQUEST;

        void read(byte[] message, int length, IdentitySink sink) {
            var m = ByteWriter.segment(message, length);
            switch (this) {
                case SMB1_REQUEST -> IdentityReader.smb1SessionSetup(m, 0, length, false, sink);
                case SMB1_ANSWER -> IdentityReader.smb1SessionSetup(m, 0, length, true, sink);
                case SMB2_REQUEST -> IdentityReader.smb2SessionSetup(m, 0, length, false, sink);
                case SMB2_ANSWER -> IdentityReader.smb2SessionSetup(m, 0, length, true, sink);
                case SESSION_REQUEST -> IdentityReader.sessionRequest(m, 0, length, sink);
            }
        }

        /** The caller has checked the header. */
        int headerLength() {
            return switch (this) {
                case SMB1_REQUEST, SMB1_ANSWER -> 32;
                case SMB2_REQUEST, SMB2_ANSWER -> 64;
                case SESSION_REQUEST -> 0;
            };
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // a fixture, never compared
    record Example(String name, Kind kind, byte[] message, List<String> texts) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<String> NT = List.of(
            "client SMB1_DOMAIN ACCOUNTING", "client NATIVE_OS Windows 4.0", "client NATIVE_LANMAN Windows NT 4.0");
    private static final List<String> XP = List.of(
            "client NATIVE_OS Windows 2002 2600", "client NATIVE_LANMAN Windows 2002 5.1", "client SMB1_DOMAIN LAB");
    private static final List<String> SAMBA =
            List.of("server NATIVE_OS Unix", "server NATIVE_LANMAN Samba 3.0.37", "server SMB1_DOMAIN OFFICE");
    private static final List<String> HOST = List.of("client NTLM_HOSTNAME PRINTER", "client NTLM_DOMAIN LAB");
    private static final List<String> CHALLENGE = List.of("server NTLM_DOMAIN LAB", "server NTLM_HOSTNAME FILE1");

    static Stream<Example> examples() {
        return Stream.of(
                new Example("13 words, UTF-16, odd start", Kind.SMB1_REQUEST, SetupMessages.smb1Nt(true, 24, 24), NT),
                new Example("13 words, UTF-16, even start", Kind.SMB1_REQUEST, SetupMessages.smb1Nt(true, 1, 0), NT),
                new Example("13 words, OEM", Kind.SMB1_REQUEST, SetupMessages.smb1Nt(false, 24, 24), NT),
                new Example(
                        "10 words",
                        Kind.SMB1_REQUEST,
                        SetupMessages.smb1Lanman(),
                        List.of(
                                "client SMB1_DOMAIN SHOPFLOOR",
                                "client NATIVE_OS OS/2",
                                "client NATIVE_LANMAN LAN Manager 2.1")),
                new Example(
                        "12 words, NTLMSSP negotiate",
                        Kind.SMB1_REQUEST,
                        SetupMessages.smb1Extended(true, SetupMessages.ntlmNegotiate()),
                        concat(HOST, XP)),
                new Example(
                        "12 words, SPNEGO, authenticate",
                        Kind.SMB1_REQUEST,
                        SetupMessages.smb1Extended(true, SetupMessages.spnego(SetupMessages.ntlmAuthenticate(true))),
                        concat(HOST, XP)),
                new Example(
                        "12 words, OEM, authenticate",
                        Kind.SMB1_REQUEST,
                        SetupMessages.smb1Extended(false, SetupMessages.ntlmAuthenticate(false)),
                        concat(HOST, XP)),
                new Example("3 words, UTF-16", Kind.SMB1_ANSWER, SetupMessages.smb1Answer(true, 0), SAMBA),
                new Example("3 words, OEM", Kind.SMB1_ANSWER, SetupMessages.smb1Answer(false, 0), SAMBA),
                new Example(
                        "4 words, challenge",
                        Kind.SMB1_ANSWER,
                        SetupMessages.smb1ExtendedAnswer(true, SetupMessages.spnego(SetupMessages.ntlmChallenge())),
                        concat(
                                CHALLENGE,
                                List.of(
                                        "server NATIVE_OS Windows 5.1",
                                        "server NATIVE_LANMAN Windows 2000 LAN Manager",
                                        "server SMB1_DOMAIN LAB"))),
                new Example(
                        "SMB2 request",
                        Kind.SMB2_REQUEST,
                        SetupMessages.smb2Request(SetupMessages.spnego(SetupMessages.ntlmAuthenticate(true))),
                        HOST),
                new Example(
                        "SMB2 answer",
                        Kind.SMB2_ANSWER,
                        SetupMessages.smb2Answer(0xc000_0016, 0, SetupMessages.ntlmChallenge()),
                        CHALLENGE),
                new Example(
                        "NetBIOS session request",
                        Kind.SESSION_REQUEST,
                        SetupMessages.sessionRequest("FILE1", "PRINTER"),
                        List.of("server NETBIOS_NAME FILE1", "client NETBIOS_NAME PRINTER")));
    }

    private static List<String> concat(List<String> a, List<String> b) {
        return Stream.concat(a.stream(), b.stream()).toList();
    }

    private static Identities read(Kind kind, byte[] message) {
        Identities found = new Identities();
        kind.read(message, message.length, found);
        return found;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void readsWhatTheDeviceSaysOfItselfAndNoAccount(Example example) {
        Identities found = read(example.kind(), example.message());
        assertThat(found.texts).isEqualTo(example.texts());
        assertThat(found.failures).isEmpty();
        assertThat(found.guests).isZero();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void cutAtEveryLengthItReportsWholeTextsAlone(Example example) {
        for (int length = example.kind().headerLength(); length < example.message().length; length++) {
            Identities found = new Identities();
            example.kind().read(example.message(), length, found);
            assertThat(example.texts()).as("%d bytes", length).containsAll(found.texts);
            assertThat(found.failures).as("%d bytes", length).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void hostileBytesInAnyPlaceNeverThrow(Example example) {
        byte[] message = example.message();
        for (int at = example.kind().headerLength(); at < message.length; at++) {
            for (int value : new int[] {0, 1, 0x7f, 0x80, 0xfe, 0xff}) {
                byte[] hostile = message.clone();
                hostile[at] = (byte) value;
                read(example.kind(), hostile);
                if (at + 1 < hostile.length) {
                    hostile[at + 1] = (byte) value;
                    read(example.kind(), hostile);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4, 9, 11, 14, 17, 255})
    void countsRequestsOfOtherWordCounts(int words) {
        byte[] message = SetupMessages.smb1Nt(true, 24, 24);
        message[32] = (byte) words;
        Identities found = read(Kind.SMB1_REQUEST, message);
        assertThat(found.failures).containsExactly(DecodeFailure.SMB1_WORD_COUNT);
        assertThat(found.texts).isEmpty();
    }

    @Test
    void twelveWordsWithoutExtendedSecurityAreAnExploitsAndTellNothing() {
        byte[] message = SetupMessages.smb1Extended(true, new byte[3]);
        message[11] &= ~(SetupMessages.EXTENDED_SECURITY >>> 8);
        Identities found = read(Kind.SMB1_REQUEST, message);
        assertThat(found.failures).containsExactly(DecodeFailure.SMB1_WORD_COUNT);
        assertThat(found.texts).isEmpty();
    }

    @Test
    void anErrorAnswerHasNoWordsAndIsNoFailure() {
        byte[] message =
                SetupMessages.smb1Header(SetupMessages.REPLY, 0).zeros(3).toArray();
        assertThat(read(Kind.SMB1_ANSWER, message).failures).isEmpty();
    }

    @Test
    void toleratesUtf16WithoutItsPadding() {
        byte[] padded = SetupMessages.smb1Answer(true, 0);
        int pad = 32 + 1 + 6 + 2;
        assertThat(pad % 2).isOne();
        byte[] unpadded = new byte[padded.length - 1];
        System.arraycopy(padded, 0, unpadded, 0, pad);
        System.arraycopy(padded, pad + 1, unpadded, pad, unpadded.length - pad);
        unpadded[pad - 2]--;
        assertThat(read(Kind.SMB1_ANSWER, unpadded).texts).isEqualTo(SAMBA);
    }

    @Test
    void takesTheLanManagerFromWhereServer2003PutsIt() {
        byte[] message = SetupMessages.smb1Extended(true, new byte[3]);
        ByteWriter out = new ByteWriter().put(Arrays.copyOf(message, 32 + 1 + 24));
        ByteWriter texts = new ByteWriter()
                .zeros(3)
                .utf16Z("Windows Server 2003 3790")
                .utf16Z("")
                .utf16Z("Windows Server 2003 5.2");
        // the pad in front of the texts: 59 + 3 is even
        out.u16Le(texts.length()).put(texts.toArray());
        assertThat(read(Kind.SMB1_REQUEST, out.toArray()).texts)
                .containsExactly(
                        "client NATIVE_OS Windows Server 2003 3790", "client NATIVE_LANMAN Windows Server 2003 5.2");
    }

    @Test
    void passwordsLongerThanTheirMessageAreCountedAndNothingIsRead() {
        byte[] message = SetupMessages.smb1Nt(true, 24, 24);
        message[32 + 16] = (byte) 0xff;
        Identities found = read(Kind.SMB1_REQUEST, message);
        assertThat(found.failures).containsExactly(DecodeFailure.SMB1_BYTE_COUNT);
        assertThat(found.texts).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 31, 32})
    void aChainThatLeadsBackwardEnds(int offset) {
        byte[] message = SetupMessages.smb1Nt(true, 24, 24);
        message[33] = 0x73;
        message[35] = (byte) offset;
        Identities found = read(Kind.SMB1_REQUEST, message);
        assertThat(found.failures).containsExactly(DecodeFailure.SMB1_ANDX);
        assertThat(found.texts).isEqualTo(NT);
    }

    @Test
    void aChainOfSessionSetupsIsBounded() {
        ByteWriter out = SetupMessages.smb1Header(0, 0);
        for (int i = 0; i < 1000; i++) {
            out.u8(13).u8(0x73).u8(0).u16Le(out.length() - 3 + 29).zeros(22).u16Le(0);
        }
        assertThat(read(Kind.SMB1_REQUEST, out.toArray()).failures).containsExactly(DecodeFailure.SMB1_ANDX);
    }

    @Test
    void aGuestIsWhoseActionBitOrSessionFlagSaysSo() {
        assertThat(read(Kind.SMB1_ANSWER, SetupMessages.smb1Answer(true, 1)).guests)
                .isOne();
        assertThat(read(Kind.SMB1_ANSWER, SetupMessages.smb1Answer(true, 2)).guests)
                .isZero();
        assertThat(read(Kind.SMB2_ANSWER, SetupMessages.smb2Answer(0, 1, new byte[0])).guests)
                .isOne();
        assertThat(read(Kind.SMB2_ANSWER, SetupMessages.smb2Answer(0, 2, new byte[0])).guests)
                .as("anonymous")
                .isZero();
        assertThat(read(Kind.SMB2_ANSWER, SetupMessages.smb2Answer(0xc000_006d, 1, new byte[0])).guests)
                .as("logon failure")
                .isZero();
    }

    @Test
    void aRequestTellsNothingOfAServerAndAnAnswerNothingOfAClient() {
        assertThat(read(Kind.SMB2_REQUEST, SetupMessages.smb2Request(SetupMessages.ntlmChallenge())).texts)
                .isEmpty();
        assertThat(read(Kind.SMB2_ANSWER, SetupMessages.smb2Answer(0, 0, SetupMessages.ntlmAuthenticate(true))).texts)
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {0xffff_ffffL, 0xffff_fff0L, 0x8000_0000L, 0x7fff_ffffL, 4096, 0})
    void ntlmsspOffsetsOutsideTheMessageAreCounted(long offset) {
        byte[] blob = SetupMessages.ntlmAuthenticate(true);
        for (int i = 0; i < 4; i++) {
            blob[48 + i] = (byte) (offset >>> 8 * i);
        }
        Identities found = read(Kind.SMB2_REQUEST, SetupMessages.smb2Request(blob));
        assertThat(found.failures).containsExactly(DecodeFailure.NTLMSSP);
        assertThat(found.texts).containsExactly("client NTLM_DOMAIN LAB");
    }

    @Test
    void anAvPairLongerThanItsListIsCounted() {
        byte[] blob = SetupMessages.ntlmChallenge();
        blob[62 + 2] = (byte) 0xff;
        Identities found = read(Kind.SMB2_ANSWER, SetupMessages.smb2Answer(0, 0, blob));
        assertThat(found.failures).containsExactly(DecodeFailure.NTLMSSP);
        assertThat(found.texts).isEmpty();
    }

    @Test
    void anSmb2BufferOutsideTheMessageIsCounted() {
        for (int offset : new int[] {0, 63, 87, 0xffff}) {
            byte[] message = SetupMessages.smb2Request(SetupMessages.ntlmNegotiate());
            message[76] = (byte) offset;
            message[77] = (byte) (offset >>> 8);
            assertThat(read(Kind.SMB2_REQUEST, message).failures).containsExactly(DecodeFailure.SMB2_TRUNCATED);
        }
    }

    @Test
    void anSmb2BodyOfAnotherSizeIsCounted() {
        byte[] message = SetupMessages.smb2Request(SetupMessages.ntlmNegotiate());
        message[64] = 24;
        assertThat(read(Kind.SMB2_REQUEST, message).failures).containsExactly(DecodeFailure.SMB2_STRUCTURE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*SMBSERVER", "*", ""})
    void aNameForWhoeverListensIsNoServerName(String called) {
        assertThat(read(Kind.SESSION_REQUEST, SetupMessages.sessionRequest(called, "PC")).texts)
                .containsExactly("client NETBIOS_NAME PC");
    }

    @Test
    void aNetbiosScopeIsPassedOver() {
        ByteWriter called = SetupMessages.netbiosName(new ByteWriter(), "FILE1", 0x20);
        byte[] scoped = Arrays.copyOf(called.toArray(), 33);
        ByteWriter out = new ByteWriter().put(scoped).u8(3).ascii("lab").u8(0);
        byte[] message = SetupMessages.netbiosName(out, "PC", 0).toArray();
        assertThat(read(Kind.SESSION_REQUEST, message).texts)
                .containsExactly("server NETBIOS_NAME FILE1", "client NETBIOS_NAME PC");
    }

    @Test
    void aNetbiosNameOfOtherLettersOrWithAPointerIsCounted() {
        byte[] letters = SetupMessages.sessionRequest("FILE1", "PC");
        letters[5] = 'Q';
        assertThat(read(Kind.SESSION_REQUEST, letters).failures).containsExactly(DecodeFailure.NETBIOS_NAME);
        byte[] pointer = SetupMessages.sessionRequest("FILE1", "PC");
        pointer[33] = (byte) 0xc0;
        assertThat(read(Kind.SESSION_REQUEST, pointer).failures).containsExactly(DecodeFailure.NETBIOS_NAME);
    }

    @Test
    void textsAreMadeFitForATerminal() {
        String evil = "a\u001b[31m\nb\u202ec\u2028d\ud800e\u0000";
        byte[] bytes = new ByteWriter().utf16(evil).toArray();
        bytes[bytes.length - 2] = 'f';
        // a lone surrogate becomes a question mark when it is encoded, so put it in by hand
        bytes[2 * evil.indexOf('d') + 2] = 0;
        bytes[2 * evil.indexOf('d') + 3] = (byte) 0xd8;
        assertThat(IdentityText.utf16(ByteWriter.segment(bytes), 0, bytes.length))
                .isEqualTo("a?[31m?b?c?d?ef");
        byte[] emoji = new ByteWriter().utf16("\ud83d\udda8 printer ").toArray();
        assertThat(IdentityText.utf16(ByteWriter.segment(emoji), 0, emoji.length))
                .isEqualTo("\ud83d\udda8 printer");
        byte[] oem = new ByteWriter().ascii("caf\u00e9\t ").toArray();
        assertThat(IdentityText.oem(ByteWriter.segment(oem), 0, oem.length)).isEqualTo("caf??");
    }

    @Test
    void textsAreCutAt255Characters() {
        byte[] message = new ByteWriter().utf16("x".repeat(4000)).toArray();
        assertThat(IdentityText.utf16(ByteWriter.segment(message), 0, message.length))
                .hasSize(255);
        assertThat(IdentityText.oem(ByteWriter.segment(message), 0, message.length))
                .hasSize(255);
    }

    @ParameterizedTest
    @ValueSource(chars = {' ', '.', 1})
    void textsWithoutALetterAreNotReported(char filler) {
        byte[] message = SetupMessages.smb1Answer(false, 0);
        Arrays.fill(message, 41, 45, (byte) filler);
        assertThat(read(Kind.SMB1_ANSWER, message).texts).isEqualTo(SAMBA.subList(1, 3));
    }
}
