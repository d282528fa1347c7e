package dev.tap445.export.access;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Beyond a valid chain, asks for one of some alternative names (RFC 5280 section 4.2.1.6) in a client's certificate. */
final class NamedClients extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager chain;
    private final List<String> allowed;

    NamedClients(X509ExtendedTrustManager chain, List<String> allowed) {
        this.chain = chain;
        this.allowed = List.copyOf(allowed);
    }

    private void checkName(X509Certificate[] certificates) throws CertificateException {
        Collection<List<?>> names = certificates[0].getSubjectAlternativeNames();
        if (names == null || names.stream().noneMatch(name -> allowed.contains(String.valueOf(name.get(1))))) {
            throw new CertificateException("no allowed name in the client's certificate");
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String type) throws CertificateException {
        chain.checkClientTrusted(certificates, type);
        checkName(certificates);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String type, Socket socket)
            throws CertificateException {
        chain.checkClientTrusted(certificates, type, socket);
        checkName(certificates);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String type, SSLEngine engine)
            throws CertificateException {
        chain.checkClientTrusted(certificates, type, engine);
        checkName(certificates);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String type) throws CertificateException {
        chain.checkServerTrusted(certificates, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String type, Socket socket)
            throws CertificateException {
        chain.checkServerTrusted(certificates, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String type, SSLEngine engine)
            throws CertificateException {
        chain.checkServerTrusted(certificates, type, engine);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return chain.getAcceptedIssuers();
    }
}
