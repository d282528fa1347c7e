package dev.tap445.decode;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Dialect names as small codes, so that the hot path carries integers. Codes of the common names are constants; an
 * unknown SMB1 string gets the next code, up to {@link #MAX_LEARNED} of them, after which all share {@link #OTHER}: a
 * hostile client cannot grow the table further. Learning is rare and thread-safe; reading a name is lock-free.
 */
public final class Dialects {
    public static final int NONE = 0;
    /** An SMB1 dialect of which only the answer was seen. */
    public static final int UNKNOWN = 1;
    /** A string beyond what is learned, or one that is not to be learned. */
    public static final int OTHER = 2;

    public static final int REFUSED = 3;
    public static final int SMB_2_002 = 4;
    public static final int SMB_2_WILDCARD = 5;
    public static final int SMB_2_0_2 = 6;
    public static final int SMB_2_1 = 7;
    public static final int SMB_3_0 = 8;
    public static final int SMB_3_0_2 = 9;
    public static final int SMB_3_1_1 = 10;
    public static final int NT_LM_0_12 = 11;
    /** First code of an SMB1 dialect known by name. */
    private static final int FIRST_SMB1 = NT_LM_0_12;

    /** The longest dialect string kept, in bytes. */
    public static final int MAX_NAME = 64;

    static final int MAX_LEARNED = 1000;

    private static final List<String> KNOWN = List.of(
            "",
            "unknown",
            "other",
            "refused",
            "SMB 2.002",
            "SMB 2.???",
            "2.0.2",
            "2.1",
            "3.0",
            "3.0.2",
            "3.1.1",
            "NT LM 0.12",
            "PC NETWORK PROGRAM 1.0",
            "LANMAN1.0",
            "Windows for Workgroups 3.1a",
            "LM1.2X002",
            "LANMAN2.1",
            "DOS LM1.2X002",
            "DOS LANMAN2.1",
            "MICROSOFT NETWORKS 1.03",
            "MICROSOFT NETWORKS 3.0",
            "NT LANMAN 1.0",
            "XENIX CORE",
            "PCLAN1.0",
            "Samba",
            "POSIX 2");
    private static final byte[][] KNOWN_BYTES =
            KNOWN.stream().map(name -> name.getBytes(StandardCharsets.US_ASCII)).toArray(byte[][]::new);

    private static final ConcurrentHashMap<String, Integer> LEARNED = new ConcurrentHashMap<>();
    private static final CopyOnWriteArrayList<String> LEARNED_NAMES = new CopyOnWriteArrayList<>();

    private Dialects() {}

    /**
     * Code of the SMB1-header dialect string of {@code length} bytes at {@code at}; {@link #NONE} of an empty one, which
     * some scanners send at the end of the list.
     */
    public static int ofString(ByteBuf m, int at, int length) {
        if (length == 0) {
            return NONE;
        }
        for (int code = SMB_2_002; code < KNOWN_BYTES.length; code++) {
            byte[] known = KNOWN_BYTES[code];
            if (known.length == length && isNameOfString(code) && matches(m, at, known)) {
                return code;
            }
        }
        return learn(m, at, Math.min(length, MAX_NAME));
    }

    private static boolean isNameOfString(int code) {
        return code < SMB_2_0_2 || code > SMB_3_1_1;
    }

    private static boolean matches(ByteBuf m, int at, byte[] known) {
        for (int i = 0; i < known.length; i++) {
            if (m.getByte(at + i) != known[i]) {
                return false;
            }
        }
        return true;
    }

    private static int learn(ByteBuf m, int at, int length) {
        StringBuilder name = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            char c = (char) (m.getByte(at + i) & 0xff);
            name.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        String text = name.toString();
        if (KNOWN.contains(text)) {
            return OTHER; // what a report would take for something else: "refused", "3.1.1"
        }
        Integer code = LEARNED.get(text);
        return code != null ? code : add(text);
    }

    private static synchronized int add(String text) {
        Integer code = LEARNED.get(text);
        if (code != null) {
            return code;
        }
        if (LEARNED_NAMES.size() >= MAX_LEARNED || text.isBlank()) {
            return OTHER;
        }
        LEARNED_NAMES.add(text);
        int next = KNOWN.size() + LEARNED_NAMES.size() - 1;
        LEARNED.put(text, next);
        return next;
    }

    /** Code of a name that {@link #name} gave, now or in an earlier process. */
    public static int ofName(String name) {
        int known = KNOWN.indexOf(name);
        if (known >= 0) {
            return known;
        }
        Integer learned = LEARNED.get(name);
        return learned != null ? learned : add(name.substring(0, Math.min(name.length(), MAX_NAME)));
    }

    /** For tests: empties what was learned; codes given out before mean nothing afterwards. */
    static synchronized void forget() {
        LEARNED.clear();
        LEARNED_NAMES.clear();
    }

    /** Code of an SMB2 DialectRevision (MS-SMB2 2.2.3), or {@link #NONE} where there is no such dialect. */
    public static int ofRevision(int revision) {
        return switch (revision) {
            case 0x0202 -> SMB_2_0_2;
            case 0x0210 -> SMB_2_1;
            case 0x0300 -> SMB_3_0;
            case 0x0302 -> SMB_3_0_2;
            case 0x0311 -> SMB_3_1_1;
            default -> NONE;
        };
    }

    /** Whether an SMB1 header that lists it offers SMB2 by that. */
    public static boolean isSmb2String(int code) {
        return code == SMB_2_002 || code == SMB_2_WILDCARD;
    }

    public static boolean isSmb1(int code) {
        return code >= FIRST_SMB1 || code == UNKNOWN || code == OTHER;
    }

    /** "smb1", "smb2", "smb3", or "none" for a refusal. */
    public static String family(int code) {
        if (isSmb1(code)) {
            return "smb1";
        }
        return switch (code) {
            case SMB_2_0_2, SMB_2_1, SMB_2_002, SMB_2_WILDCARD -> "smb2";
            case SMB_3_0, SMB_3_0_2, SMB_3_1_1 -> "smb3";
            default -> "none";
        };
    }

    /** The name as offered, or the SMB2 dialect's name. */
    public static String name(int code) {
        return code < KNOWN.size() ? KNOWN.get(code) : LEARNED_NAMES.get(code - KNOWN.size());
    }
}
