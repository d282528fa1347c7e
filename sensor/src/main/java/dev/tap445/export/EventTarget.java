package dev.tap445.export;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Where events go: lines of UTF-8. One thread. */
public sealed interface EventTarget {
    /** Returns when the lines are out; may write some of them again after a failure. */
    void write(List<String> lines) throws IOException;

    void close();

    /** {@code -} is standard output; anything else a file, rotated by size. */
    static EventTarget of(String target, PrintStream out) {
        return target.equals("-") ? new Stream(out) : new RotatedFile(Path.of(target), 64L << 20, 8);
    }

    /** Goes nowhere: the store keeps them. */
    static EventTarget none() {
        return new None();
    }

    /** See {@link #none}. */
    record None() implements EventTarget {
        @Override
        public void write(List<String> lines) {}

        @Override
        public void close() {}
    }

    /** A stream that belongs to somebody else. */
    record Stream(PrintStream out) implements EventTarget {
        @Override
        public void write(List<String> lines) throws IOException {
            for (String line : lines) {
                out.println(line);
            }
            if (out.checkError()) {
                throw new IOException("the reader is gone");
            }
        }

        @Override
        public void close() {
            out.flush();
        }

        @Override
        public String toString() {
            return "standard output";
        }
    }

    /**
     * A file that is moved to {@code NAME.1}, and so on, before it exceeds {@code maxBytes}. Opened for each write: a
     * tool that moves it away is no problem.
     *
     * @param kept rotated files kept
     */
    record RotatedFile(Path file, long maxBytes, int kept) implements EventTarget {
        @Override
        public void write(List<String> lines) throws IOException {
            if (Files.exists(file) && Files.size(file) > maxBytes) {
                rotate();
            }
            ByteBuffer text = ByteBuffer.wrap((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                Files.write(file, text.array(), StandardOpenOption.APPEND);
                return;
            }
            try (FileChannel out = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                append(out, text);
            }
        }

        /** All of it or nothing: a disk that is full takes half of a line, and the next would go on in it. */
        private static void append(FileChannel out, ByteBuffer text) throws IOException {
            long end = out.size();
            try {
                out.position(end);
                if (end > 0 && !endsWithLine(out, end)) { // a power cut, or somebody's hand
                    out.write(ByteBuffer.wrap(new byte[] {'\n'}));
                }
                while (text.hasRemaining()) {
                    out.write(text);
                }
            } catch (IOException e) {
                out.truncate(end);
                throw e;
            }
        }

        private static boolean endsWithLine(FileChannel out, long end) throws IOException {
            ByteBuffer last = ByteBuffer.allocate(1);
            return out.read(last, end - 1) == 1 && last.get(0) == '\n';
        }

        private void rotate() throws IOException {
            for (int i = kept - 1; i >= 0; i--) {
                Path from = i == 0 ? file : numbered(i);
                if (Files.exists(from)) {
                    Files.move(from, numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }

        private Path numbered(int number) {
            return file.resolveSibling(file.getFileName() + "." + number);
        }

        @Override
        public void close() {}

        @Override
        public String toString() {
            return file.toString();
        }
    }
}
