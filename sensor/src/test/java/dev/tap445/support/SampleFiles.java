package dev.tap445.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The captures that belong to the project. */
public final class SampleFiles {
    private SampleFiles() {}

    public static Path directory() {
        return Path.of(System.getProperty("tap445.root", ".."), "sensor", "samples");
    }

    /** All in classic pcap, sorted. */
    public static List<Path> captures() {
        return pcaps(directory());
    }

    /** Classic pcap files in a directory, sorted. */
    public static List<Path> pcaps(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.toString().endsWith(".pcap")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it is a pcap file in full, and not one that was broken on purpose. */
    public static boolean isWhole(Path pcap) {
        try {
            byte[] head = Files.readAllBytes(pcap);
            if (head.length < 24) {
                return false;
            }
            int magic = java.nio.ByteBuffer.wrap(head).getInt();
            return magic == 0xd4c3_b2a1 || magic == 0xa1b2_c3d4 || magic == 0x4d3c_b2a1 || magic == 0xa1b2_3c4d;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
