package dev.tap445.wire;

import java.util.OptionalInt;

/**
 * Where a frame was when it was mirrored: a VLAN, an overlay network or an ERSPAN session, as one number.
 *
 * <pre>
 *  31    28 27       24 23                     0
 *  | kind  | 0         | VLAN id, VNI, session  |
 * </pre>
 */
public final class Vantage {
    /** No tag, no tunnel. */
    public static final int NONE = 0;

    public static final int VLAN = 1;
    public static final int VNI = 2;
    public static final int ERSPAN = 3;

    private static final int KIND_SHIFT = 28;
    private static final int ID_MASK = 0x00ff_ffff;
    private static final String[] NAMES = {"", "vlan", "vni", "erspan"};
    private static final int[] MAX_ID = {0, 0xfff, ID_MASK, Tunnel.ERSPAN_SESSION_MASK};

    private Vantage() {}

    /** {@code kind}: one of the constants above. */
    public static int of(int kind, int id) {
        return kind << KIND_SHIFT | id & ID_MASK;
    }

    public static int kind(int vantage) {
        return vantage >>> KIND_SHIFT;
    }

    /** VLAN id, VNI or session. */
    public static int id(int vantage) {
        return vantage & ID_MASK;
    }

    /** {@code vlan20}, {@code vni5001}, {@code erspan7}; empty for {@link #NONE}. */
    public static String text(int vantage) {
        return vantage == NONE ? "" : NAMES[kind(vantage)] + id(vantage);
    }

    /** The reverse of {@link #text}; empty where it is none. */
    public static OptionalInt parse(String text) {
        for (int kind = VLAN; kind <= ERSPAN; kind++) {
            String number = text.startsWith(NAMES[kind]) ? text.substring(NAMES[kind].length()) : "";
            if (!number.isEmpty()
                    && number.length() <= 8
                    && (number.charAt(0) != '0' || number.length() == 1)
                    && number.chars().allMatch(c -> c >= '0' && c <= '9')
                    && Integer.parseInt(number) <= MAX_ID[kind]) {
                return OptionalInt.of(of(kind, Integer.parseInt(number)));
            }
        }
        return OptionalInt.empty();
    }
}
