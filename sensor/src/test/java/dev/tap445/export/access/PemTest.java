package dev.tap445.export.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tap445.support.Tool;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PemTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "genrsa -traditional -out k.pem 2048,RSA PRIVATE KEY,RSA",
        "genpkey -algorithm RSA -out k.pem,PRIVATE KEY,RSA",
        "ecparam -name prime256v1 -genkey -out k.pem,EC PRIVATE KEY,EC",
        "ecparam -name secp384r1 -genkey -noout -out k.pem,EC PRIVATE KEY,EC",
        "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out k.pem,PRIVATE KEY,EC",
        "genpkey -algorithm ED25519 -out k.pem,PRIVATE KEY,EdDSA",
    })
    void readsKeysAsOpensslWritesThem(String command, String form, String algorithm)
            throws IOException, InterruptedException, GeneralSecurityException {
        Tool.succeed(directory, ("openssl " + command).split(" "));
        String pem = Files.readString(directory.resolve("k.pem"));
        assertThat(pem).contains("-----BEGIN " + form + "-----");
        assertThat(Pem.privateKey("Comment before\n" + pem).getAlgorithm()).isEqualTo(algorithm);
        // Its own key, and not another of the kind: openssl's PKCS#8 of it is what Java holds.
        Tool.succeed(
                directory,
                "openssl",
                "pkcs8",
                "-topk8",
                "-nocrypt",
                "-in",
                "k.pem",
                "-outform",
                "DER",
                "-out",
                "k.der");
        byte[] expected = Files.readAllBytes(directory.resolve("k.der"));
        PrivateKey same = Pem.privateKey("-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(expected) + "\n-----END PRIVATE KEY-----\n");
        PrivateKey key = Pem.privateKey(pem);
        if (key instanceof ECPrivateKey curve && same instanceof ECPrivateKey sameCurve) {
            // openssl writes the public half too, Java keeps what it was given
            assertThat(curve.getS()).isEqualTo(sameCurve.getS());
            assertThat(curve.getParams().getOrder())
                    .isEqualTo(sameCurve.getParams().getOrder());
        } else {
            assertThat(key).isEqualTo(same);
        }
    }

    @Test
    void encryptedKeysAreRefusedInWords() throws IOException, InterruptedException {
        for (String traditional : new String[] {"-traditional", "-aes128"}) {
            Tool.succeed(
                    directory,
                    "openssl",
                    "genrsa",
                    "-aes128",
                    traditional,
                    "-passout",
                    "pass:x",
                    "-out",
                    "k.pem",
                    "2048");
            String pem = Files.readString(directory.resolve("k.pem"));
            assertThatThrownBy(() -> Pem.privateKey(pem)).hasMessageContaining("the key is encrypted");
        }
    }

    @Test
    void arbitraryBytesAreNoKey() {
        Random random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (bytes.length > 4) {
                bytes[0] = 0x30;
                bytes[2] = (byte) 0xa0;
            }
            for (String form : new String[] {"PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"}) {
                String pem = "-----BEGIN " + form + "-----\n"
                        + Base64.getEncoder().encodeToString(bytes) + "\n-----END " + form + "-----";
                assertThatThrownBy(() -> Pem.privateKey(pem)).isInstanceOf(GeneralSecurityException.class);
            }
        }
        assertThatThrownBy(() -> Pem.privateKey(new String(new byte[100], StandardCharsets.ISO_8859_1)))
                .hasMessage("no private key in it");
        assertThatThrownBy(() -> Pem.certificates("nothing")).hasMessage("no certificate in it");
    }
}
