package dev.tap445.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tap445.support.ByteWriter;
import dev.tap445.wire.DecodeFailure;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** NEGOTIATE requests (MS-CIFS 2.2.4.52.1, MS-SMB2 2.2.3): what they offer, whole, cut and hostile. */
final class NegotiateTest {
    private static final byte[] BOTH = smb1("PC NETWORK PROGRAM 1.0", "NT LM 0.12", "SMB 2.002", "SMB 2.???");
    private static final byte[] SMB1 = smb1("LANMAN1.0", "NT LM 0.12");
    private static final byte[] SMB2 = smb2(0x0202, 0x0210, 0x0300, 0x0302, 0x0311);

    private final Negotiate negotiate = new Negotiate();

    private static byte[] smb1(String... dialects) {
        ByteWriter bytes = new ByteWriter();
        for (String dialect : dialects) {
            bytes.u8(2).asciiZ(dialect);
        }
        return smb1(0, bytes.length(), bytes.toArray());
    }

    private static byte[] smb1(int words, int byteCount, byte[] bytes) {
        return new ByteWriter()
                .u8(0xff)
                .ascii("SMB")
                .u8(0x72)
                .zeros(27)
                .u8(words)
                .zeros(2 * words)
                .u16Le(byteCount)
                .put(bytes)
                .toArray();
    }

    private static byte[] smb2(int... dialects) {
        ByteWriter out = new ByteWriter()
                .u8(0xfe)
                .ascii("SMB")
                .u16Le(64)
                .zeros(58)
                .u16Le(36)
                .u16Le(dialects.length)
                .u16Le(1)
                .zeros(30);
        for (int dialect : dialects) {
            out.u16Le(dialect);
        }
        return out.toArray();
    }

    private Negotiate smb1Request(byte[] message, int length, boolean whole) {
        negotiate.smb1Request(ByteWriter.segment(message, length), 0, length, whole);
        return negotiate;
    }

    private Negotiate smb1Request(byte[] message) {
        return smb1Request(message, message.length, true);
    }

    private Negotiate smb2Request(byte[] message, int length, boolean whole) {
        negotiate.smb2Request(ByteWriter.segment(message, length), 0, length, whole);
        return negotiate;
    }

    @Test
    void tellsTheThreeOffersApart() {
        assertThat(smb1Request(SMB1).offer()).isEqualTo(Offer.SMB1_ONLY);
        assertThat(smb1Request(BOTH).offer()).isEqualTo(Offer.SMB1_AND_SMB2);
        assertThat(smb1Request(smb1("SMB 2.002", "SMB 2.???")).offer()).isEqualTo(Offer.SMB2_ONLY);
        assertThat(smb2Request(SMB2, SMB2.length, true).offer()).isEqualTo(Offer.SMB2_ONLY);
        assertThat(negotiate.failure()).isNull();
    }

    @Test
    void keepsTheDialectsInTheirOrder() {
        smb1Request(BOTH);
        assertThat(Dialects.name(negotiate.dialect(0))).isEqualTo("PC NETWORK PROGRAM 1.0");
        assertThat(Dialects.name(negotiate.dialect(1))).isEqualTo("NT LM 0.12");
        assertThat(negotiate.count()).isEqualTo(4);
        smb2Request(SMB2, SMB2.length, true);
        assertThat(Dialects.name(negotiate.dialect(4))).isEqualTo("3.1.1");
        assertThat(negotiate.securityMode()).isOne();
    }

    @Test
    void cutAnywhereItIsNeverEvidenceForSmb1Only() {
        for (int length = 32; length < SMB1.length; length++) {
            assertThat(smb1Request(SMB1, length, false).offer())
                    .as("%d bytes", length)
                    .isEqualTo(Offer.INCOMPLETE);
        }
        for (int length = 32; length < BOTH.length; length++) {
            assertThat(smb1Request(BOTH, length, false).offer())
                    .as("%d bytes", length)
                    .isIn(Offer.INCOMPLETE, Offer.SMB1_AND_SMB2);
        }
    }

    @Test
    void cutAnywhereAnSmb2RequestStaysOne() {
        for (int length = 64; length < SMB2.length; length++) {
            assertThat(smb2Request(SMB2, length, false).offer()).isEqualTo(Offer.SMB2_ONLY);
            assertThat(smb2Request(SMB2, length, true).failure()).isNotNull();
        }
    }

    @Test
    void anEmptyEntryKeepsItsPlaceAndOffersNothing() {
        smb1Request(smb1("", "NT LM 0.12", "", "SMB 2.002"));
        assertThat(negotiate.offer()).isEqualTo(Offer.SMB1_AND_SMB2);
        assertThat(negotiate.dialect(1)).isEqualTo(Dialects.NT_LM_0_12);
        assertThat(negotiate.count()).isEqualTo(4);
        assertThat(smb1Request(smb1("", "SMB 2.002")).offer()).isEqualTo(Offer.SMB2_ONLY);
    }

    @Test
    void emptyEntriesAloneAreNoOffer() {
        assertThat(smb1Request(smb1("", "")).offer()).isEqualTo(Offer.INCOMPLETE);
        assertThat(negotiate.failure()).isEqualTo(DecodeFailure.SMB1_NO_DIALECTS);
    }

    @Test
    void noDialectsAreNoOffer() {
        assertThat(smb1Request(smb1()).offer()).isEqualTo(Offer.INCOMPLETE);
        assertThat(negotiate.failure()).isEqualTo(DecodeFailure.SMB1_NO_DIALECTS);
    }

    @Test
    void aByteCountBeyondTheMessageIsCountedAndHidesNothing() {
        byte[] message = SMB1.clone();
        message[34] = 0x7f;
        assertThat(smb1Request(message).offer()).isEqualTo(Offer.SMB1_ONLY);
        assertThat(negotiate.failure()).isEqualTo(DecodeFailure.SMB1_BYTE_COUNT);
    }

    @Test
    void aMissingFormatByteIsCountedAndIsNoEvidence() {
        byte[] message = SMB1.clone();
        message[35] = 3;
        assertThat(smb1Request(message).offer()).isEqualTo(Offer.INCOMPLETE);
        assertThat(negotiate.failure()).isEqualTo(DecodeFailure.SMB1_DIALECT_FORMAT);
    }

    @Test
    void aMissingNulIsCounted() {
        byte[] bytes = new ByteWriter().u8(2).ascii("NT LM 0.12").toArray();
        assertThat(smb1Request(smb1(0, bytes.length, bytes)).offer()).isEqualTo(Offer.SMB1_ONLY);
        assertThat(negotiate.failure()).isEqualTo(DecodeFailure.SMB1_DIALECT_FORMAT);
        assertThat(negotiate.dialect(0)).isEqualTo(Dialects.NT_LM_0_12);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13, 17, 255})
    void otherWordCountsAreCounted(int words) {
        byte[] bytes = new ByteWriter().u8(2).asciiZ("NT LM 0.12").toArray();
        smb1Request(smb1(words, bytes.length, bytes));
        assertThat(negotiate.failure()).isEqualTo(DecodeFailure.SMB1_WORD_COUNT);
    }

    @Test
    void tenThousandDialectsAreBounded() {
        String[] many = new String[4000];
        Arrays.setAll(many, i -> "D" + i);
        byte[] message = smb1(many);
        smb1Request(message, Negotiate.MAX_LENGTH, false);
        assertThat(negotiate.offer()).isEqualTo(Offer.INCOMPLETE);
        assertThat(negotiate.dialect(0)).isNotEqualTo(Dialects.OTHER);
        assertThat(negotiate.dialect(Negotiate.MAX_DIALECTS)).isEqualTo(Dialects.OTHER);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6, 65535})
    void anImpossibleSmb2DialectCountIsCounted(int count) {
        byte[] message = SMB2.clone();
        message[66] = (byte) count;
        message[67] = (byte) (count >>> 8);
        smb2Request(message, message.length, true);
        assertThat(negotiate.failure()).isEqualTo(DecodeFailure.SMB2_DIALECTS);
        assertThat(negotiate.offer()).isEqualTo(Offer.SMB2_ONLY);
    }

    @Test
    void anotherSmb2StructureSizeIsCounted() {
        byte[] message = SMB2.clone();
        message[64] = 37;
        assertThat(smb2Request(message, message.length, true).failure()).isEqualTo(DecodeFailure.SMB2_STRUCTURE);
    }

    @MethodSource("requests")
    @FuzzTest(maxDuration = "1m")
    void anyBytes(byte[] data) {
        for (boolean whole : new boolean[] {false, true}) {
            if (data.length >= 32) {
                Offer offer = smb1Request(data, data.length, whole).offer();
                assertThat(offer != Offer.SMB1_ONLY || negotiate.smb1Offered()).isTrue();
            }
            if (data.length >= 64) {
                assertThat(smb2Request(data, data.length, whole).offer()).isEqualTo(Offer.SMB2_ONLY);
            }
        }
    }

    static Stream<byte[]> requests() {
        return Stream.of(BOTH, SMB1, SMB2);
    }
}
