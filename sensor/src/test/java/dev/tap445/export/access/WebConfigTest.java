package dev.tap445.export.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class WebConfigTest {
    private static final String HASH = "$2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze";

    @TempDir
    private Path directory;

    private WebConfig read(String yaml) throws IOException, AccessException {
        Path file = directory.resolve("web.yml");
        Files.writeString(file, yaml);
        Files.writeString(directory.resolve("a.pem"), "certificate");
        Files.writeString(directory.resolve("b.pem"), "key");
        return WebConfig.read(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "---\n", "tls_server_config:\nbasic_auth_users:\n"})
    void emptyFileAsksForNothing(String yaml) throws IOException, AccessException {
        assertThat(read(yaml)).isEqualTo(WebConfig.EMPTY);
    }

    @Test
    void takesEveryKeyOfTheFormat() throws IOException, AccessException {
        WebConfig config = read("""
                tls_server_config:
                  cert_file: a.pem
                  key_file: b.pem
                  client_auth_type: RequireAndVerifyClientCert
                  client_ca_file: a.pem
                  client_allowed_sans: [prometheus.example]
                  min_version: TLS13
                  max_version: TLS13
                  cipher_suites: [TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305]
                  prefer_server_cipher_suites: false
                  curve_preferences: [CurveP256, X25519]
                http_server_config:
                  http2: true
                  headers:
                    X-Frame-Options: deny
                basic_auth_users:
                  alice: %s
                """.formatted(HASH));
        TlsConfig tls = Objects.requireNonNull(config.tls());
        assertThat(tls.certificate()).isEqualTo("certificate");
        assertThat(tls.key()).isEqualTo("key");
        assertThat(tls.clientAuth()).isEqualTo(TlsConfig.ClientAuth.REQUIRED);
        assertThat(tls.clientSans()).containsExactly("prometheus.example");
        assertThat(tls.protocols()).containsExactly("TLSv1.3");
        assertThat(tls.ciphers()).containsExactly("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
        assertThat(tls.ownOrder()).isFalse();
        assertThat(tls.curves()).containsExactly("secp256r1", "x25519");
        assertThat(config.headers()).containsEntry("X-Frame-Options", "deny");
        assertThat(config.users()).containsEntry("alice", HASH);
    }

    @Test
    void speaksTls12And13WhereNothingIsSaid() throws IOException, AccessException {
        TlsConfig tls = Objects.requireNonNull(
                read("tls_server_config: {cert_file: a.pem, key_file: b.pem}").tls());
        assertThat(tls.protocols()).containsExactly("TLSv1.2", "TLSv1.3");
        assertThat(tls.clientAuth()).isEqualTo(TlsConfig.ClientAuth.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tls_server_confg: {}|tls_server_confg is not known",
                "basic_auth_users: {alice: secret}|basic_auth_users.alice is not a bcrypt hash ($2a$, $2b$ or $2y$)",
                "basic_auth_users: {alice: 12}|basic_auth_users.alice is not a string with a string",
                "basic_auth_users: [alice]|basic_auth_users is not a mapping",
                "[]|the document is not a mapping",
                "tls_server_config: {cert_file: a.pem}|tls_server_config.key_file is missing",
                "tls_server_config: {cert_file: a.pem, key_file: none.pem}|tls_server_config.key_file cannot be read",
                "tls_server_config: {cert_file: a.pem, key_file: b.pem, cert: x}|cert and cert_file exclude each other",
                "tls_server_config: {cert_file: a.pem, key_file: b.pem, min_version: TLS10}|min_version is neither TLS12 nor TLS13: TLS10",
                "tls_server_config: {cert_file: a.pem, key_file: b.pem, min_version: TLS13, max_version: TLS12}|min_version is above max_version",
                "tls_server_config: {cert_file: a.pem, key_file: b.pem, client_auth_type: RequireAnyClientCert}|RequireAnyClientCert verifies nothing",
                "tls_server_config: {cert_file: a.pem, key_file: b.pem, client_auth_type: Perhaps}|is not a kind of client authentication: Perhaps",
                "tls_server_config: {cert_file: a.pem, key_file: b.pem, client_ca_file: a.pem}|client_ca_file needs client_auth_type",
                "tls_server_config: {cert_file: a.pem, key_file: b.pem, client_auth_type: RequireAndVerifyClientCert}|client_ca_file is needed to verify clients",
                "tls_server_config: {cert_file: a.pem, key_file: b.pem, curve_preferences: [P999]}|curve_preferences cannot be P999",
                "tls_server_config: {cert_file: a.pem, key_file: b.pem, prefer_server_cipher_suites: 3}|is neither true nor false",
                "http_server_config: {headers: {Server: x}}|http_server_config.headers.Server is not one of",
                "http_server_config: {http3: true}|http_server_config.http3 is not known",
                "basic_auth_users: {a: b, a: c}|not YAML",
                "'a: [b'|not YAML",
            })
    void saysWhatIsWrongAndWhere(String yaml, String message) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(AccessException.class)
                .hasMessageStartingWith(directory.resolve("web.yml") + ": ")
                .hasMessageContaining(message);
    }

    @Test
    void missingFileIsSaidInOneLine() {
        assertThatThrownBy(() -> WebConfig.read(directory.resolve("absent.yml")))
                .isInstanceOf(AccessException.class)
                .hasMessageContaining("absent.yml: cannot be read");
    }

    @Test
    void passwordsArePermittedDeniedAndRemembered() throws InterruptedException {
        Passwords passwords = new Passwords(
                java.util.Map.of("alice", HASH.replace("$2y$", "$2b$"), "zoe", known("$2a$"), "yan", known("$2y$")));
        assertThat(passwords.ask(basic("zoe:change me"))).isEqualTo(Permission.PERMITTED);
        assertThat(passwords.ask(basic("yan:change me"))).isEqualTo(Permission.PERMITTED);
        assertThat(passwords.ask(basic("zoe:changeme"))).isEqualTo(Permission.DENIED);
        assertThat(passwords.ask(basic("nobody:change me"))).isEqualTo(Permission.DENIED);
        assertThat(passwords.ask(basic("alice:"))).isEqualTo(Permission.DENIED);
        long start = System.nanoTime();
        for (int i = 0; i < 1_000; i++) {
            assertThat(passwords.ask(basic("zoe:change me"))).isEqualTo(Permission.PERMITTED);
        }
        assertThat(System.nanoTime() - start).isLessThan(2_000_000_000L); // bcrypt alone would take a minute
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic", "Basic ", "Basic %%%", "Bearer x", "Basic YWxpY2U", "basic Og=="})
    void malformedCredentialsAreDenied(String header) {
        assertThat(new Passwords(java.util.Map.of("alice", HASH)).ask(header)).isEqualTo(Permission.DENIED);
        assertThatCode(() -> new Passwords(java.util.Map.of("alice", HASH)).ask(null))
                .doesNotThrowAnyException();
    }

    static String basic(String credentials) {
        return "Basic "
                + java.util.Base64.getEncoder()
                        .encodeToString(credentials.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static String known(String version) {
        return version + KNOWN.substring(4);
    }

    /** Of "change me". */
    private static final String KNOWN = "$2y$10$5MiUo2CuOa0BlNLTmt6IC.0/AaIlN8on9HC2yo9bzcUlWIoAWYmjS";
}
