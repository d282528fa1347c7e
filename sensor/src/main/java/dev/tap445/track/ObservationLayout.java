package dev.tap445.track;

/**
 * An observation as the payload of a ring record; little-endian. The record type says which {@link Observer} call it
 * is; unused fields are left as they are.
 *
 * <pre>
 *  0        8       16       24       32     40     48     56     60     64      68      72     76  80
 *  | client high, low | server high, low | time | more | last | port | code | count | extra | zone |   | tail …
 * </pre>
 *
 * tail: dialect codes of 4 bytes, or UTF-8 text; {@code count} of them.
 */
final class ObservationLayout {
    static final int HANDSHAKE = 1;
    static final int LATE_SYN = 2;
    static final int ANSWER_ALONE = 3;
    static final int WRONG_ACKNOWLEDGEMENT = 4;
    static final int OFFER = 5;
    static final int ANSWER = 6;
    static final int SMB1_SESSION = 7;
    static final int SMB1_TRAFFIC = 8;
    static final int CONTACT = 9;
    static final int ONE_WAY = 10;
    static final int LIFE = 11;
    static final int MAC = 12;
    static final int IDENTITY = 13;
    static final int SIGNING = 14;
    static final int GUEST = 15;
    static final int DUPLICATES = 16;
    static final int TRYING = 17;
    static final int ATTEMPTS = 18;
    static final int SEEN_IN = 19;
    static final int WAY_BACK = 20;
    /** Not a record: the client of an attempt that was summed with others of its server. */
    static final int CLIENT_OF_ATTEMPT = 21;

    static final int KINDS = 22;

    static final int CLIENT_HIGH = 0;
    static final int CLIENT_LOW = 8;
    static final int SERVER_HIGH = 16;
    static final int SERVER_LOW = 24;
    static final int TIME = 32;
    static final int MORE = 40;
    static final int LAST = 48;
    /** The client's port in the high half, the server's in the low. */
    static final int PORTS = 56;

    static final int CODE = 60;
    static final int COUNT = 64;
    static final int EXTRA = 68;
    /** Of all addresses in the record. */
    static final int ZONE = 72;

    static final int TAIL = 80;

    private static final String[] NAMES = {
        "",
        "handshake",
        "late_syn",
        "answer_alone",
        "wrong_acknowledgement",
        "offer",
        "answer",
        "smb1_session",
        "smb1_traffic",
        "contact",
        "one_way",
        "life",
        "mac",
        "identity",
        "signing",
        "guest",
        "duplicates",
        "trying",
        "attempts",
        "seen_in",
        "way_back",
        "client_of_attempt"
    };

    private ObservationLayout() {}

    /** Whether a verdict can hang on it: one that is lost makes "nothing was seen" an untrue word. */
    static boolean isEvidence(int kind) {
        return kind != LIFE
                && kind != MAC
                && kind != SEEN_IN
                && kind != WAY_BACK
                && kind != CLIENT_OF_ATTEMPT
                && kind != DUPLICATES;
    }

    /** The name used as a metric label. */
    static String name(int kind) {
        return NAMES[kind];
    }
}
