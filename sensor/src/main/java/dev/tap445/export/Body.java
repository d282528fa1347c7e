package dev.tap445.export;

import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
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

    /** Grows as it is written, by pieces that stay where they are: a body of many MiB is not copied to make room. */
    static final class Bytes extends OutputStream {
        private static final int PIECE = 1 << 16;
        private final List<byte[]> pieces = new ArrayList<>();
        private byte[] last = new byte[BUFFER];
        private int used;
        private int before; // bytes in the pieces

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            int done = 0;
            while (done < length) {
                if (used == last.length) {
                    pieces.add(last);
                    before = Math.addExact(before, used);
                    last = new byte[PIECE];
                    used = 0;
                }
                int count = Math.min(length - done, last.length - used);
                System.arraycopy(from, offset + done, last, used, count);
                used += count;
                done += count;
            }
        }

        int size() {
            return before + used;
        }

        void writeTo(OutputStream out, int chunk) throws IOException {
            for (byte[] piece : pieces) {
                writeTo(out, chunk, piece, piece.length);
            }
            writeTo(out, chunk, last, used);
        }

        private static void writeTo(OutputStream out, int chunk, byte[] piece, int length) throws IOException {
            for (int at = 0; at < length; at += chunk) {
                out.write(piece, at, Math.min(chunk, length - at));
            }
        }

        private String tag() {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                pieces.forEach(digest::update);
                digest.update(last, 0, used);
                return '"' + HexFormat.of().formatHex(digest.digest(), 0, TAG_BYTES) + '"';
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
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
