package dev.tap445.decode;

import java.util.Locale;

/**
 * What became of a packet: each that reaches a worker ends in exactly one class, so that packets captured are packets
 * dropped plus packets classified, to the last one.
 */
public enum PacketClass {
    SEGMENT("TCP segment from or to a watched port, taken into its flow"),
    DUPLICATE("the same segment again, from another port of the mirror"),
    FRAGMENT("part of an IP packet; whole packets made of them are not counted again"),
    UNREACHABLE("ICMP error about a connection to a watched port"),
    LIFE("nothing but a sign of life of its sender"),
    IGNORED("no IP, or a sender or receiver that is no host"),
    FAILED("could not be decoded; the reason is counted beside it"),
    ERROR("a fault of the sensor itself, with a line in its log");

    private final String help;
    private final String label = name().toLowerCase(Locale.ROOT);

    PacketClass(String help) {
        this.help = help;
    }

    /** What it means, one line. */
    public String help() {
        return help;
    }

    /** The name used in metric labels. */
    public String label() {
        return label;
    }
}
