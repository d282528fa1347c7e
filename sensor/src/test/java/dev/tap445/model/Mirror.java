package dev.tap445.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/** What a mirror port makes of the packets: each value is a way in which real ones are bad. */
enum Mirror {
    /** Nothing is lost, nothing is changed. */
    PERFECT,
    /** Both ports of a path are mirrored: each packet comes twice, the second some milliseconds later. */
    TWICE,
    LOSES_A_FEW,
    LOSES_MANY,
    LOSES_MOST,
    /** All is lost for some seconds. */
    OUTAGES,
    /** Packets overtake one another by some milliseconds. */
    REORDERS,
    /** One direction comes some milliseconds behind the other. */
    SKEWED,
    /** The packets are cut. */
    CUTS,
    CLIENTS_ALONE,
    SERVERS_ALONE,
    /** Of some connections one direction is seen, of others both. */
    ASYMMETRIC,
    /** It begins and ends in the middle. */
    WINDOW,
    /** SYN, FIN, RST, and segments that begin with SMB1 or an SMB2 NEGOTIATE: the lean filter. */
    LEAN,
    /** Several of these. */
    ALL_AT_ONCE;

    private static final long MILLISECOND = 1_000_000L;

    /** Whether the whole truth is to be seen. */
    boolean showsAll() {
        return this == PERFECT || this == TWICE;
    }

    List<Sent> shows(List<Sent> packets, long seed) {
        SplittableRandom random = new SplittableRandom(seed * 31 + ordinal());
        if (this != ALL_AT_ONCE) {
            return apply(packets, random);
        }
        List<Sent> seen = packets;
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            seen = values()[1 + random.nextInt(values().length - 2)].apply(seen, random);
        }
        return seen;
    }

    private List<Sent> apply(List<Sent> packets, SplittableRandom random) {
        return switch (this) {
            case PERFECT, ALL_AT_ONCE -> packets;
            case TWICE -> twice(packets, random);
            case LOSES_A_FEW -> lose(packets, p -> random.nextInt(100) < 3);
            case LOSES_MANY -> lose(packets, p -> random.nextInt(100) < 20);
            case LOSES_MOST -> lose(packets, p -> random.nextInt(100) < 60);
            case OUTAGES -> outages(packets, random);
            case REORDERS -> later(packets, p -> random.nextInt(4) * MILLISECOND);
            case SKEWED -> skewed(packets, random);
            case CUTS -> cut(packets, 54 + random.nextInt(130));
            case CLIENTS_ALONE -> lose(packets, Sent::fromServer);
            case SERVERS_ALONE -> lose(packets, p -> !p.fromServer());
            case ASYMMETRIC -> asymmetric(packets, random);
            case WINDOW -> window(packets, random);
            case LEAN -> lose(packets, p -> !isLean(p));
        };
    }

    private static List<Sent> lose(List<Sent> packets, Predicate<Sent> lost) {
        return packets.stream().filter(lost.negate()).toList();
    }

    private static List<Sent> twice(List<Sent> packets, SplittableRandom random) {
        List<Sent> all = new ArrayList<>(packets);
        long apart = (1 + random.nextInt(3)) * MILLISECOND / 4;
        packets.forEach(p -> all.add(p.at(p.time() + apart)));
        return byTime(all);
    }

    private static List<Sent> outages(List<Sent> packets, SplittableRandom random) {
        List<Sent> left = packets;
        for (int i = 1 + random.nextInt(4); i > 0 && !left.isEmpty(); i--) {
            long from = left.get(random.nextInt(left.size())).time();
            long to = from + (1 + random.nextInt(100)) * MILLISECOND * (random.nextBoolean() ? 1 : 200);
            left = lose(left, p -> p.time() >= from && p.time() < to);
        }
        return left;
    }

    private static List<Sent> skewed(List<Sent> packets, SplittableRandom random) {
        boolean server = random.nextBoolean();
        long behind = (1 + random.nextInt(40)) * MILLISECOND;
        return later(packets, p -> p.fromServer() == server ? behind : 0);
    }

    private static List<Sent> later(List<Sent> packets, java.util.function.ToLongFunction<Sent> by) {
        return byTime(
                packets.stream().map(p -> p.at(p.time() + by.applyAsLong(p))).toList());
    }

    private static List<Sent> byTime(List<Sent> packets) {
        return packets.stream().sorted(Comparator.comparingLong(Sent::time)).toList();
    }

    private static List<Sent> cut(List<Sent> packets, int snapLength) {
        return packets.stream().map(p -> p.cut(snapLength)).toList();
    }

    private static List<Sent> asymmetric(List<Sent> packets, SplittableRandom random) {
        Set<Integer> hidden = new HashSet<>();
        boolean server = random.nextBoolean();
        for (Sent packet : packets) {
            if (random.nextInt(10) == 0) {
                hidden.add(packet.connection());
            }
        }
        return lose(packets, p -> p.fromServer() == server && hidden.contains(p.connection()));
    }

    private static List<Sent> window(List<Sent> packets, SplittableRandom random) {
        if (packets.isEmpty()) {
            return packets;
        }
        int from = random.nextInt(packets.size());
        return packets.subList(from, from + random.nextInt(packets.size() - from) + 1);
    }

    private static boolean isLean(Sent p) {
        byte[] frame = p.packet().frame();
        if (p.port() == 80 || (frame[47] & 0x07) != 0) {
            return p.port() != 80 || (frame[47] & 0x12) == 0x12;
        }
        if (frame.length < 54 + 18) {
            return frame.length > 54 && frame[54] != 0;
        }
        boolean negotiate = frame[58] == (byte) 0xfe && frame[54 + 4 + 12] == 0;
        return frame[54] != 0 || frame[58] == (byte) 0xff || negotiate;
    }
}
