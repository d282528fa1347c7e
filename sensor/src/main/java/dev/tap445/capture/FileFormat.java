package dev.tap445.capture;

import static dev.tap445.capture.PcapngDescriptor.INT;

import java.lang.foreign.MemorySegment;

/** Tells what a capture is by its first bytes, never by its name. */
final class FileFormat {
    /** Bytes needed to tell. */
    static final int MAGIC_LENGTH = 4;

    private static final int GZIP_MASK = 0xffff;
    private static final int GZIP = 0x8b1f;
    private static final int ZSTD = 0xfd2f_b528;
    private static final int LZ4 = 0x184d_2204;
    private static final int XZ = 0x587a_37fd;
    private static final int SNOOP = 0x6f6f_6e73;

    private FileFormat() {}

    static boolean isGzip(MemorySegment memory, long at) {
        return (memory.get(INT, at) & GZIP_MASK) == GZIP;
    }

    /** The parser for what stands at the window's position. */
    static RecordParser parser(Window window) throws CaptureException {
        if (!window.fill(MAGIC_LENGTH)) {
            String problem = window.problem();
            if (problem != null) {
                throw new CaptureException(problem);
            }
            throw new CaptureException(
                    window.limit() == 0
                            ? "is empty: nothing was captured"
                            : "is not a capture (only " + window.limit() + " bytes)");
        }
        int magic = window.memory().get(INT, window.position());
        if (PcapParser.recognises(magic)) {
            return PcapParser.open(window);
        }
        if (magic == PcapngDescriptor.SECTION) {
            return PcapngParser.open(window);
        }
        throw new CaptureException(
                switch (magic) {
                    case ZSTD -> "is packed with zstd: try zstd -dc FILE | tap445 read -";
                    case LZ4 -> "is packed with lz4: try lz4 -dc FILE | tap445 read -";
                    case XZ -> "is packed with xz: try xz -dc FILE | tap445 read -";
                    case SNOOP -> "is a snoop capture: try editcap -F pcap FILE OUT, then tap445 read OUT";
                    default ->
                        "is not a pcap or pcapng capture; if Wireshark opens it, convert it: editcap -F pcap FILE OUT";
                });
    }
}
