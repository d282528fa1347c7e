package dev.tap445.capture;

import org.jspecify.annotations.Nullable;

/** Parses one file format. Bytes are hostile: a declared length is believed only where the bytes are there. */
abstract sealed class RecordParser permits PcapParser, PcapngParser {
    /** Longest file header, in bytes. */
    static final int MAX_HEADER = 28;

    private @Nullable String problem;
    private long problemOffset;

    /**
     * Hands over up to {@code limit} packets; less where the stream would have to be waited for.
     *
     * @return how many, or {@link PacketSource#END}
     */
    abstract int parse(PacketHandler handler, int limit, int source);

    /** What is wrong with the file, once {@link #parse} ended. */
    @Nullable String problem() {
        return problem;
    }

    /** Offset of the record that is wrong. */
    long problemOffset() {
        return problemOffset;
    }

    /** The wire length as declared; lengths of 2 GiB and more, which no packet has, as the greatest there is. */
    static int wireLength(int declared) {
        return declared < 0 ? Integer.MAX_VALUE : declared;
    }

    /** Keeps the first problem. */
    final void damaged(long offset, String what) {
        if (problem == null) {
            problem = what;
            problemOffset = offset;
        }
    }
}
