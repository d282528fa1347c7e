package dev.tap445.export;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
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
            try (BufferedWriter out = Files.newBufferedWriter(
                    file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                for (String line : lines) {
                    out.write(line);
                    out.write('\n');
                }
            }
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
