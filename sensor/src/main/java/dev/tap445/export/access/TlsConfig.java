package dev.tap445.export.access;

import dev.tap445.inventory.FileTrouble;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code tls_server_config}. Names are those of Go's crypto/tls, as the format has them.
 *
 * @param clientAuthorities PEM; null where no client certificate is asked for
 * @param clientSans one of these must be among the alternative names of a client; empty: any
 * @param ciphers of TLS 1.2; empty: those of the Java that runs
 * @param curves empty likewise
 * @param files everything that was read, for changes to be seen
 */
record TlsConfig(
        String certificate,
        String key,
        ClientAuth clientAuth,
        @Nullable String clientAuthorities,
        List<String> clientSans,
        List<String> protocols,
        List<String> ciphers,
        boolean ownOrder,
        List<String> curves,
        List<Path> files) {

    private static final int MAX_BYTES = 1 << 20;
    private static final List<String> VERSIONS = List.of("TLS12", "TLS13");
    private static final Map<String, String> CURVES =
            Map.of("CurveP256", "secp256r1", "CurveP384", "secp384r1", "CurveP521", "secp521r1", "X25519", "x25519");

    /** What is asked of clients. */
    enum ClientAuth {
        NONE,
        IF_GIVEN,
        REQUIRED
    }

    static TlsConfig of(Section tls) throws AccessException {
        List<Path> files = new ArrayList<>();
        String certificate = required(tls, "cert", "cert_file", files);
        String key = required(tls, "key", "key_file", files);
        ClientAuth clientAuth = clientAuth(tls);
        String authorities = content(tls, "client_ca", "client_ca_file", files);
        List<String> sans = tls.list("client_allowed_sans");
        if ((authorities == null) != (clientAuth == ClientAuth.NONE)) {
            throw tls.wrong(
                    "client_ca_file", authorities == null ? "is needed to verify clients" : "needs client_auth_type");
        }
        if (!sans.isEmpty() && clientAuth == ClientAuth.NONE) {
            throw tls.wrong("client_allowed_sans", "needs client_auth_type");
        }
        List<String> protocols = protocols(tls);
        List<String> ciphers =
                tls.list("cipher_suites").stream().map(TlsConfig::standardName).toList();
        List<String> curves = curves(tls);
        Boolean ownOrder = tls.flag("prefer_server_cipher_suites");
        tls.refuseOthers();
        return new TlsConfig(
                certificate,
                key,
                clientAuth,
                authorities,
                sans,
                protocols,
                ciphers,
                ownOrder == null || ownOrder,
                curves,
                List.copyOf(files));
    }

    private static String required(Section tls, String inline, String file, List<Path> files) throws AccessException {
        String content = content(tls, inline, file, files);
        if (content == null) {
            throw tls.wrong(file, "is missing");
        }
        return content;
    }

    private static @Nullable String content(Section tls, String inline, String file, List<Path> files)
            throws AccessException {
        String text = tls.text(inline);
        Path path = tls.path(file);
        if (text != null && path != null) {
            throw tls.wrong(inline, "and " + file + " exclude each other");
        }
        if (path == null) {
            return text;
        }
        files.add(path);
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw tls.wrong(file, path + " is larger than certificates and keys can be");
            }
            return Files.readString(path, StandardCharsets.ISO_8859_1); // there may be anything around the PEM
        } catch (IOException e) {
            throw tls.wrong(file, "cannot be read: " + FileTrouble.of(e));
        }
    }

    private static ClientAuth clientAuth(Section tls) throws AccessException {
        String type = tls.text("client_auth_type");
        return switch (type == null ? "NoClientCert" : type) {
            case "NoClientCert" -> ClientAuth.NONE;
            case "VerifyClientCertIfGiven" -> ClientAuth.IF_GIVEN;
            case "RequireAndVerifyClientCert" -> ClientAuth.REQUIRED;
            case "RequestClientCert", "RequireAnyClientCert" ->
                throw tls.wrong("client_auth_type", type + " verifies nothing: use RequireAndVerifyClientCert");
            default -> throw tls.wrong("client_auth_type", "is not a kind of client authentication: " + type);
        };
    }

    private static List<String> protocols(Section tls) throws AccessException {
        int min = version(tls, "min_version", 0);
        int max = version(tls, "max_version", VERSIONS.size() - 1);
        if (min > max) {
            throw tls.wrong("min_version", "is above max_version");
        }
        return Stream.of("TLSv1.2", "TLSv1.3").skip(min).limit(max - min + 1L).toList();
    }

    private static int version(Section tls, String key, int otherwise) throws AccessException {
        String text = tls.text(key);
        if (text == null) {
            return otherwise;
        }
        int version = VERSIONS.indexOf(text.toUpperCase(Locale.ROOT));
        if (version < 0) {
            throw tls.wrong(key, "is neither TLS12 nor TLS13: " + text);
        }
        return version;
    }

    /** Go has older names for two suites. */
    private static String standardName(String cipher) {
        return cipher.endsWith("_WITH_CHACHA20_POLY1305") ? cipher + "_SHA256" : cipher;
    }

    private static List<String> curves(Section tls) throws AccessException {
        List<String> names = new ArrayList<>();
        for (String curve : tls.list("curve_preferences")) {
            String name = CURVES.get(curve);
            if (name == null) {
                throw tls.wrong("curve_preferences", "cannot be " + curve + ": choose of " + CURVES.keySet());
            }
            names.add(name);
        }
        return List.copyOf(names);
    }
}
