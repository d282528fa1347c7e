package dev.tap445.fuzz;

import dev.tap445.capture.CaptureException;
import dev.tap445.capture.FileSource;
import dev.tap445.capture.PacketSource;
import java.io.ByteArrayInputStream;

/** Capture files: pcap, pcapng and gzip, whatever is in them. */
public final class FileTarget {
    private FileTarget() {}

    public static void fuzzerTestOneInput(byte[] data) {
        long[] bytes = new long[1];
        try (FileSource source = FileSource.open("fuzzed", new ByteArrayInputStream(data), 0)) {
            int count;
            do {
                count = source.poll(
                        (memory, offset, captured, original, time, link, index) -> {
                            memory.asSlice(offset, captured); // throws where it is not there
                            bytes[0] += captured;
                        },
                        64);
            } while (count != PacketSource.END);
        } catch (CaptureException e) {
            if (e.getMessage() == null) {
                throw new AssertionError("no word on what is wrong", e);
            }
        }
    }
}
