package dev.tap445.export.access;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Certificates and private keys as files hold them (RFC 7468): PKCS#8, PKCS#1 of RSA and SEC 1 of elliptic curves. The
 * last two are wrapped into PKCS#8 (RFC 5208 section 5), which is what Java reads.
 */
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);
    private static final HexFormat HEX = HexFormat.of();
    /** AlgorithmIdentifier of rsaEncryption with NULL parameters. */
    private static final byte[] RSA = HEX.parseHex("300d06092a864886f70d0101010500");
    /** OID of id-ecPublicKey; the curve comes after it. */
    private static final byte[] EC = HEX.parseHex("06072a8648ce3d0201");

    private static final byte[] VERSION_0 = {2, 1, 0};
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final int OID = 0x06;
    private static final int PARAMETERS = 0xa0;
    private static final int SHORT = 0x7f;
    private static final int BYTE = 0xff;

    private Pem() {}

    static List<X509Certificate> certificates(String pem) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> certificates = new ArrayList<>();
        Matcher block = BLOCK.matcher(pem);
        while (block.find()) {
            if (block.group(1).equals("CERTIFICATE")) {
                certificates.add((X509Certificate)
                        factory.generateCertificate(new ByteArrayInputStream(decoded(block.group(2)))));
            }
        }
        if (certificates.isEmpty()) {
            throw new GeneralSecurityException("no certificate in it");
        }
        return certificates;
    }

    static PrivateKey privateKey(String pem) throws GeneralSecurityException {
        Matcher block = BLOCK.matcher(pem);
        while (block.find()) {
            byte[] body;
            switch (block.group(1)) {
                case "PRIVATE KEY" -> body = decoded(block.group(2));
                case "RSA PRIVATE KEY" -> {
                    if (block.group(2).contains("ENCRYPTED")) {
                        throw encrypted();
                    }
                    body = wrapped(RSA, decoded(block.group(2)));
                }
                case "EC PRIVATE KEY" -> {
                    if (block.group(2).contains("ENCRYPTED")) {
                        throw encrypted();
                    }
                    byte[] key = decoded(block.group(2));
                    body = wrapped(tagged(SEQUENCE, joined(EC, curve(key))), key);
                }
                case "ENCRYPTED PRIVATE KEY" -> throw encrypted();
                default -> {
                    continue;
                }
            }
            return key(body);
        }
        throw new GeneralSecurityException("no private key in it");
    }

    private static GeneralSecurityException encrypted() {
        return new GeneralSecurityException(
                "the key is encrypted: store it without a passphrase, readable to one user");
    }

    private static PrivateKey key(byte[] pkcs8) throws GeneralSecurityException {
        for (String algorithm : List.of("RSA", "EC", "Ed25519", "Ed448")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
            } catch (GeneralSecurityException e) {
                // of another kind
            }
        }
        throw new GeneralSecurityException("not a key of RSA, an elliptic curve or EdDSA");
    }

    private static byte[] decoded(String base64) throws GeneralSecurityException {
        try {
            return Base64.getMimeDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("not Base64: " + e.getMessage(), e);
        }
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return tagged(SEQUENCE, joined(VERSION_0, algorithm, tagged(OCTETS, key)));
    }

    /** The curve's OID from an ECPrivateKey (RFC 5915 section 3): version, key octets, [0] parameters. */
    private static byte[] curve(byte[] key) throws GeneralSecurityException {
        int offset = content(key, 0);
        while (offset < key.length) {
            int tag = key[offset] & BYTE;
            int content = content(key, offset);
            if (tag == PARAMETERS && (key[content] & BYTE) == OID) {
                return Arrays.copyOfRange(key, content, end(key, content));
            }
            offset = end(key, offset);
        }
        throw new GeneralSecurityException("the key does not name its curve");
    }

    /** Offset of what the element at {@code offset} holds. */
    private static int content(byte[] der, int offset) throws GeneralSecurityException {
        if (offset + 1 >= der.length) {
            throw new GeneralSecurityException("the key is cut short");
        }
        int first = der[offset + 1] & BYTE;
        int content = offset + 2 + (first <= SHORT ? 0 : first & SHORT);
        if (first == SHORT + 1 || first - SHORT - 1 > 2 || content >= der.length) {
            throw new GeneralSecurityException("the key is cut short");
        }
        return content;
    }

    private static int end(byte[] der, int offset) throws GeneralSecurityException {
        int content = content(der, offset);
        int length = 0;
        if (content == offset + 2) {
            length = der[offset + 1] & BYTE;
        } else {
            for (int i = offset + 2; i < content; i++) {
                length = length << Byte.SIZE | der[i] & BYTE;
            }
        }
        if (length < 0 || length > der.length - content) {
            throw new GeneralSecurityException("the key is cut short");
        }
        return content + length;
    }

    private static byte[] tagged(int tag, byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length + 4);
        out.write(tag);
        if (content.length > BYTE) {
            out.write(0x82);
            out.write(content.length >> Byte.SIZE);
        } else if (content.length > SHORT) {
            out.write(0x81);
        }
        out.write(content.length);
        out.writeBytes(content);
        return out.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
