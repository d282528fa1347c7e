package dev.tap445.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tap445.decode.IdentityReaderTest.Kind;
import dev.tap445.support.ByteWriter;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Arbitrary bytes never throw, and what they yield is fit for a report. */
final class IdentityReaderFuzzTest {

    @MethodSource("messages")
    @FuzzTest(maxDuration = "1m")
    void anyBytes(byte[] data) {
        for (Kind kind : Kind.values()) {
            if (data.length >= kind.headerLength()) {
                Identities found = new Identities();
                kind.read(data, data.length, found);
                assertThat(found.texts).allSatisfy(IdentityReaderFuzzTest::isFit);
            }
        }
    }

    @MethodSource("blobs")
    @FuzzTest(maxDuration = "1m")
    void anyBlob(byte[] blob) {
        for (boolean ofServer : new boolean[] {false, true}) {
            for (int missing : new int[] {0, blob.length / 2}) {
                Identities found = new Identities();
                int captured = blob.length - missing;
                NtlmsspMessages.read(ByteWriter.segment(blob, captured), 0, blob.length, captured, ofServer, found);
                assertThat(found.texts).allSatisfy(IdentityReaderFuzzTest::isFit);
            }
        }
    }

    static Stream<byte[]> messages() {
        return IdentityReaderTest.examples().map(IdentityReaderTest.Example::message);
    }

    static Stream<byte[]> blobs() {
        return Stream.of(
                SetupMessages.ntlmNegotiate(),
                SetupMessages.ntlmChallenge(),
                SetupMessages.ntlmAuthenticate(true),
                SetupMessages.spnego(SetupMessages.ntlmAuthenticate(false)));
    }

    private static void isFit(String text) {
        assertThat(text.length()).isLessThanOrEqualTo(IdentityText.MAX_LENGTH + "client NATIVE_LANMAN ".length());
        assertThat(text.codePoints().noneMatch(Character::isISOControl)).isTrue();
    }
}
