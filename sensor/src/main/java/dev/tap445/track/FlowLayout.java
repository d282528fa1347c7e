package dev.tap445.track;

/**
 * A flow in {@value #LONGS} longs of a primitive array: {@code LONGS * 8} bytes, no object of its own.
 *
 * <pre>
 *  0-3   client address (high, low), server address (high, low)
 *  4     client port (16) | server port (16) | scope (32): 0, or the ISN of a side attempt
 *  5     hash (32) | flags (32)
 *  6     doubt (1) | offer (7) | dialects offered (8) | client packets (8) | server packets (8) | timer tick (32)
 *  7     last client packet, ns     8  last server packet, ns
 *  9     next record of the client's stream (32) | of the server's (32), sequence numbers
 *  10-12 fingerprints of the client's last three packets: fingerprint (32) | microseconds (32)
 *  13-15 the same of the server's
 *  16    reassembly slots (32) | (32); 0 is none
 *  17    first packet, ns
 *  18    first SYN, ns        19  last SYN, ns
 *  20    ISN (32) | SYNs (16) | SYN payload bytes (16)
 *  21    end of the offer (32) | what the client had of the server then (32), sequence numbers
 *  22    SMB1 messages not yet reported (32) | their bytes (32)
 *  23    last SMB1 message, ns
 *  24    time of the offer, ns
 *  25-27 dialects of the offer, twelve codes of 16 bits
 * </pre>
 *
 * What each packet and each timer needs lies in front: with a million flows every cache line is a miss.
 */
final class FlowLayout {
    static final int CLIENT_HIGH = 0;
    static final int CLIENT_LOW = 1;
    static final int SERVER_HIGH = 2;
    static final int SERVER_LOW = 3;
    static final int PORTS = 4;
    static final int HASH_FLAGS = 5;
    static final int OFFER_AND_TICK = 6;
    static final int LAST_PACKET = 7; // + direction
    static final int NEXT_RECORD = 9;
    static final int FINGERPRINTS = 10; // + 3 * direction
    static final int SLOTS = 16;
    static final int FIRST_PACKET = 17;
    static final int FIRST_SYN = 18;
    static final int LAST_SYN = 19;
    static final int ATTEMPT = 20;
    static final int OFFER_PLACE = 21;
    static final int TRAFFIC = 22;
    static final int LAST_SMB1 = 23;
    static final int OFFER_TIME = 24;
    static final int DIALECTS = 25;
    static final int LONGS = 28;

    static final int FINGERPRINTS_KEPT = 3;
    static final int DIALECTS_KEPT = 12;

    /** Directions: who sent. */
    static final int CLIENT = 0;

    static final int SERVER = 1;

    // flags
    static final int OUTCOME_MASK = 0x7; // 0: none yet, else Outcome ordinal + 1
    static final int HAS_ATTEMPT = 1 << 3;
    static final int CLIENT_SYNCED = 1 << 4; // << direction
    static final int CLIENT_SEEN = 1 << 6; // << direction
    static final int OFFERED = 1 << 8; // a NEGOTIATE was seen
    static final int OFFER_REPORTED = 1 << 9;
    static final int WILDCARD = 1 << 10; // answered 0x02FF
    static final int ANSWERED = 1 << 11; // or refused
    static final int SMB1_SESSION = 1 << 12;
    static final int CLIENT_FIN = 1 << 13; // << direction
    static final int RESET = 1 << 15;
    static final int GOES_ON = 1 << 16; // beyond the handshake without its SYN-ACK
    static final int ANSWER_FIRST = 1 << 17; // SYN-ACK seen, SYN not (yet)
    static final int SIDE_ATTEMPT = 1 << 18; // this entry is an attempt beside the flow of the same 4-tuple
    static final int HAS_SIDE_ATTEMPTS = 1 << 19;
    static final int ONE_WAY_REPORTED = 1 << 20;
    static final int SERVER_SYN = 1 << 21; // simultaneous open
    static final int CLIENT_LOST = 1 << 22; // << direction: data missing where a message began; since the last offer
    static final int HAS_TRAFFIC = 1 << 24; // TRAFFIC is not zero: that lies farther back
    static final int SMB1_OFFER = 1 << 25; // the offer had an SMB1 header
    static final int SMB1_DIALECT_SEEN = 1 << 26;
    static final int CONTACTED = 1 << 27; // more than an attempt
    static final int CLIENT_FAILED = 1 << 28; // << direction: a bad record was counted for this direction

    static final int SERVER_SPOKE = 1 << 30; // since the offer, though no answer was understood, or it was given up
    static final int SPEAKS_SMB2 = 1 << 31; // the server sent SMB2 since the last SMB1 NEGOTIATE

    private FlowLayout() {}
}
