package dev.tap445.export;

import com.sun.net.httpserver.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * A body that is ready to be sent.
 *
 * @param etag entity tag of exactly these bytes (RFC 9110 section 8.8.3)
 */
record Body(String contentType, boolean gzip, Bytes bytes, String etag) {
    private static final int BUFFER = 32_768;
    private static final int TAG_BYTES = 16;

    /** Writes a body. Runs to its end before the first byte goes out: a slow client never holds it up. */
    @FunctionalInterface
    interface Writing {
        void write(OutputStream out) throws IOException;
    }

    static Body of(String contentType, boolean gzip, Writing writing) throws IOException {
        Bytes bytes = new Bytes();
        if (gzip) {
            try (OutputStream compressed = new FastGzip(bytes)) {
                writing.write(compressed);
            }
        } else {
            writing.write(bytes);
        }
        return new Body(contentType, gzip, bytes, bytes.tag());
    }

    int length() {
        return bytes.size();
    }

    /** RFC 9110 section 13.1.2: whether the client holds these very bytes. */
    boolean isKnownTo(Headers request) {
        for (String line : request.getOrDefault("If-None-Match", List.of())) {
            for (String tag : line.split(",", -1)) {
                String bare = tag.strip();
                if (bare.equals("*") || bare.equals(etag) || bare.equals("W/" + etag)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Grows as it is written; read without another copy. */
    static final class Bytes extends ByteArrayOutputStream {
        Bytes() {
            super(BUFFER);
        }

        void writeTo(OutputStream out, int chunk) throws IOException {
            for (int at = 0; at < count; at += chunk) {
                out.write(buf, at, Math.min(chunk, count - at));
            }
        }

        private String tag() {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(buf, 0, count);
                return '"' + HexFormat.of().formatHex(digest.digest(), 0, TAG_BYTES) + '"';
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        String text() {
            return toString(StandardCharsets.UTF_8);
        }
    }

    /** Made beside the capture: speed before the last percent of size. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, BUFFER);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
