package dev.tap445.bench;

/** Kinds of traffic, by the names of {@code Traffic.Kind}. */
enum Load {
    SMALL("small packets", 10_000_000),
    BULK("bulk", 2_000_000),
    FEW("1 000 flows", 8_000_000),
    FLOWS("%,d flows", 8_000_000),
    FLOOD("spoofed SYN flood", 4_000_000);

    /** {@code %,d}: an eighth of the packets. */
    final String title;

    /** Packets at scale 1. */
    final long packets;

    Load(String title, long packets) {
        this.title = title;
        this.packets = packets;
    }
}
