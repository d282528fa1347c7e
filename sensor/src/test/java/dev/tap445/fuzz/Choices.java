package dev.tap445.fuzz;

/** Decisions out of fuzzed bytes; 0 once those are used up, so that every input means something. */
final class Choices {
    private final byte[] bytes;
    private int at;

    Choices(byte[] bytes) {
        this.bytes = bytes;
    }

    int u8() {
        return at < bytes.length ? bytes[at++] & 0xff : 0;
    }

    /** 0 to {@code bound} - 1. */
    int below(int bound) {
        return bound <= 256 ? u8() % bound : (u8() << 8 | u8()) % bound;
    }

    boolean oneIn(int n) {
        return below(n) == n - 1;
    }

    boolean isEmpty() {
        return at >= bytes.length;
    }
}
