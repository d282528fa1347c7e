package dev.tap445.export.access;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Turns a {@link TlsConfig} into what the JDK's server takes. */
final class TlsSettings {
    private static final char[] NO_PASSWORD = {};

    private final SSLContext context;
    private final SSLParameters parameters;

    private TlsSettings(SSLContext context, SSLParameters parameters) {
        this.context = context;
        this.parameters = parameters;
    }

    static TlsSettings of(TlsConfig config) throws AccessException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(config), trust(config), null);
            return new TlsSettings(context, parameters(config, context));
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            throw new AccessException("tls_server_config: " + e.getMessage(), e);
        }
    }

    private static javax.net.ssl.KeyManager[] keys(TlsConfig config) throws GeneralSecurityException, IOException {
        List<X509Certificate> chain;
        PrivateKey key;
        try {
            chain = Pem.certificates(config.certificate());
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException("certificate: " + e.getMessage(), e);
        }
        try {
            key = Pem.privateKey(config.key());
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException("key: " + e.getMessage(), e);
        }
        checkPair(key, chain.getFirst());
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory.getKeyManagers();
    }

    /** Java would only fail at the first handshake. */
    private static void checkPair(PrivateKey key, X509Certificate certificate) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        byte[] probe = {1, 2, 3};
        boolean pair;
        try {
            Signature sign = Signature.getInstance(algorithm);
            sign.initSign(key);
            sign.update(probe);
            byte[] signature = sign.sign();
            sign.initVerify(certificate.getPublicKey());
            sign.update(probe);
            pair = sign.verify(signature);
        } catch (GeneralSecurityException e) {
            pair = false;
        }
        if (!pair) {
            throw new GeneralSecurityException("the key does not belong to the certificate");
        }
    }

    private static TrustManager @Nullable [] trust(TlsConfig config) throws GeneralSecurityException, IOException {
        String authorities = config.clientAuthorities();
        if (authorities == null) {
            return new TrustManager[0];
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try {
            for (X509Certificate authority : Pem.certificates(authorities)) {
                store.setCertificateEntry("ca" + store.size(), authority);
            }
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException("client authorities: " + e.getMessage(), e);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        TrustManager[] managers = factory.getTrustManagers();
        if (!config.clientSans().isEmpty() && managers[0] instanceof X509ExtendedTrustManager chain) {
            managers[0] = new NamedClients(chain, config.clientSans());
        }
        return managers;
    }

    private static SSLParameters parameters(TlsConfig config, SSLContext context) throws GeneralSecurityException {
        SSLParameters parameters = context.getDefaultSSLParameters();
        parameters.setProtocols(config.protocols().toArray(String[]::new));
        parameters.setUseCipherSuitesOrder(config.ownOrder());
        if (!config.ciphers().isEmpty()) {
            parameters.setCipherSuites(ciphers(config, context));
        }
        if (!config.curves().isEmpty()) {
            parameters.setNamedGroups(config.curves().toArray(String[]::new));
        }
        switch (config.clientAuth()) {
            case NONE -> parameters.setNeedClientAuth(false);
            case IF_GIVEN -> parameters.setWantClientAuth(true);
            case REQUIRED -> parameters.setNeedClientAuth(true);
        }
        return parameters;
    }

    /** The list is of TLS 1.2; the suites of TLS 1.3 are not a matter of choice, as in Go. */
    private static String[] ciphers(TlsConfig config, SSLContext context) throws GeneralSecurityException {
        List<String> supported =
                Arrays.asList(context.getSupportedSSLParameters().getCipherSuites());
        List<String> chosen = new ArrayList<>();
        for (String suite : context.getDefaultSSLParameters().getCipherSuites()) {
            if (!suite.contains("_WITH_") && suite.startsWith("TLS_")) {
                chosen.add(suite);
            }
        }
        for (String suite : config.ciphers()) {
            if (!supported.contains(suite)) {
                throw new GeneralSecurityException("cipher_suites: " + suite + " is not supported");
            }
            if (!chosen.contains(suite)) {
                chosen.add(suite);
            }
        }
        return chosen.toArray(String[]::new);
    }

    /** What the server keeps: for each connection it asks {@code current} anew. */
    static HttpsConfigurator following(Supplier<TlsSettings> current) {
        return new HttpsConfigurator(new CurrentContext(() -> current.get().context)) {
            @Override
            public void configure(HttpsParameters connection) {
                connection.setSSLParameters(current.get().parameters);
            }
        };
    }
}
