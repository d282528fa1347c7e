package dev.tap445.track;

import static dev.tap445.track.FlowLayout.*;

import dev.tap445.decode.Offer;
import java.util.Arrays;

/**
 * A movable view of one entry of a {@link FlowTable}. Sequence numbers are compared modulo 2^32 (RFC 9293 section 3.4).
 */
final class Flow {
    private final FlowTable table;
    private long[] c = new long[LONGS];
    private int b;
    private int entry;

    Flow(FlowTable table) {
        this.table = table;
    }

    Flow at(int entryIndex) {
        entry = entryIndex;
        c = table.chunk(entryIndex);
        b = FlowTable.base(entryIndex);
        return this;
    }

    int entry() {
        return entry;
    }

    void endpoints(Endpoints ends) {
        ends.set(
                c[b + CLIENT_HIGH],
                c[b + CLIENT_LOW],
                c[b + SERVER_HIGH],
                c[b + SERVER_LOW],
                serverPort(),
                clientPort(),
                zone());
    }

    int zone() {
        return table.zone(entry);
    }

    long clientHigh() {
        return c[b + CLIENT_HIGH];
    }

    long clientLow() {
        return c[b + CLIENT_LOW];
    }

    long serverHigh() {
        return c[b + SERVER_HIGH];
    }

    long serverLow() {
        return c[b + SERVER_LOW];
    }

    int clientPort() {
        return (int) (c[b + PORTS] >>> 48);
    }

    int serverPort() {
        return (int) (c[b + PORTS] >>> 32) & 0xffff;
    }

    int scope() {
        return (int) c[b + PORTS];
    }

    int flags() {
        return (int) c[b + HASH_FLAGS];
    }

    boolean is(int flag) {
        return (c[b + HASH_FLAGS] & Integer.toUnsignedLong(flag)) != 0;
    }

    void raise(int flag) {
        c[b + HASH_FLAGS] |= Integer.toUnsignedLong(flag);
    }

    void clear(int flag) {
        c[b + HASH_FLAGS] &= ~Integer.toUnsignedLong(flag);
    }

    boolean isSettled() {
        return (flags() & OUTCOME_MASK) != 0;
    }

    /** An attempt that waits for its outcome. */
    boolean isPending() {
        return (flags() & (HAS_ATTEMPT | OUTCOME_MASK)) == HAS_ATTEMPT;
    }

    Outcome outcome() {
        return Outcome.of((flags() & OUTCOME_MASK) - 1);
    }

    void outcome(Outcome outcome) {
        clear(OUTCOME_MASK);
        raise(outcome.ordinal() + 1);
    }

    long firstSyn() {
        return c[b + FIRST_SYN];
    }

    long lastSyn() {
        return c[b + LAST_SYN];
    }

    int isn() {
        return (int) (c[b + ATTEMPT] >>> 32);
    }

    int syns() {
        return (int) (c[b + ATTEMPT] >>> 16) & 0xffff;
    }

    int synPayload() {
        return (int) c[b + ATTEMPT] & 0xffff;
    }

    void startAttempt(int isn, int payload, long time) {
        clear(OUTCOME_MASK);
        raise(HAS_ATTEMPT);
        c[b + ATTEMPT] = (long) isn << 32 | 1 << 16 | Math.min(payload, 0xffff);
        c[b + FIRST_SYN] = time;
        c[b + LAST_SYN] = time;
    }

    void addSyn(long time) {
        if (syns() < 0xffff) {
            c[b + ATTEMPT] += 1 << 16;
        }
        c[b + FIRST_SYN] = Math.min(c[b + FIRST_SYN], time);
        c[b + LAST_SYN] = Math.max(c[b + LAST_SYN], time);
    }

    void copyAttempt(Flow from) {
        System.arraycopy(from.c, from.b + FIRST_SYN, c, b + FIRST_SYN, ATTEMPT - FIRST_SYN + 1);
        clear(OUTCOME_MASK);
        raise(HAS_ATTEMPT);
    }

    /** Takes the SYNs of the same attempt, seen apart from these. */
    void joinAttempt(Flow from) {
        int syns = Math.min(0xffff, syns() + from.syns());
        c[b + ATTEMPT] = c[b + ATTEMPT] & ~(0xffffL << 16) | (long) syns << 16;
        c[b + FIRST_SYN] = Math.min(c[b + FIRST_SYN], from.firstSyn());
        c[b + LAST_SYN] = Math.max(c[b + LAST_SYN], from.lastSyn());
    }

    /** Whether {@code acknowledgement} takes in the SYN: ISN+1, or up to the end of its Fast Open data. */
    boolean acknowledges(int acknowledgement) {
        int ahead = acknowledgement - isn() - 1;
        return ahead >= 0 && ahead <= synPayload();
    }

    /** Time of a SYN-ACK that came before its SYN; kept where the offer's time will be. */
    long answerTimeBeforeSyn() {
        return c[b + OFFER_TIME];
    }

    void answerTimeBeforeSyn(long time) {
        c[b + OFFER_TIME] = time;
    }

    long firstPacket() {
        return c[b + FIRST_PACKET];
    }

    long lastPacket(int direction) {
        return c[b + LAST_PACKET + direction];
    }

    void touch(int direction, long time) {
        long last = c[b + LAST_PACKET + direction];
        if (last == 0 || time < last) { // no packet is earlier than the first: looked at only where this may be it
            long first = c[b + FIRST_PACKET];
            if (first == 0 || time < first) {
                c[b + FIRST_PACKET] = time;
            }
        }
        if (time > last) {
            c[b + LAST_PACKET + direction] = time;
        }
        int shift = 40 - 8 * direction;
        if ((c[b + OFFER_AND_TICK] >>> shift & 0xff) < 0xff) {
            c[b + OFFER_AND_TICK] += 1L << shift;
        }
        raise(CLIENT_SEEN << direction);
    }

    /** Packets seen from this side, up to 255. */
    int packets(int direction) {
        return (int) (c[b + OFFER_AND_TICK] >>> 40 - 8 * direction) & 0xff;
    }

    int nextRecord(int direction) {
        return direction == CLIENT ? (int) (c[b + NEXT_RECORD] >>> 32) : (int) c[b + NEXT_RECORD];
    }

    void nextRecord(int direction, int sequence) {
        c[b + NEXT_RECORD] = half(c[b + NEXT_RECORD], direction, sequence);
        raise(CLIENT_SYNCED << direction);
    }

    int slot(int direction) {
        return direction == CLIENT ? (int) (c[b + SLOTS] >>> 32) : (int) c[b + SLOTS];
    }

    void slot(int direction, int slot) {
        c[b + SLOTS] = half(c[b + SLOTS], direction, slot);
    }

    private static long half(long both, int direction, int value) {
        return direction == CLIENT
                ? both & 0xffff_ffffL | (long) value << 32
                : both & 0xffff_ffff_0000_0000L | Integer.toUnsignedLong(value);
    }

    int smb1Messages() {
        return (int) (c[b + TRAFFIC] >>> 32);
    }

    long smb1Bytes() {
        return c[b + TRAFFIC] & 0xffff_ffffL;
    }

    void addSmb1(int bytes, long time) {
        long room = 0xffff_ffffL - smb1Bytes(); // the messages' count must not grow by what lengths claim
        c[b + TRAFFIC] += (1L << 32) + Math.min(bytes, room);
        c[b + LAST_SMB1] = Math.max(c[b + LAST_SMB1], time);
        raise(HAS_TRAFFIC);
    }

    long lastSmb1() {
        return c[b + LAST_SMB1];
    }

    /** Whether there are SMB1 messages not yet reported. */
    boolean hasTraffic() {
        return is(HAS_TRAFFIC);
    }

    void clearTraffic() {
        c[b + TRAFFIC] = 0;
        clear(HAS_TRAFFIC);
    }

    Offer offer() {
        return Offer.of((int) (c[b + OFFER_AND_TICK] >>> 56) & 0x7f);
    }

    void offer(Offer offer) {
        c[b + OFFER_AND_TICK] = c[b + OFFER_AND_TICK] & 0x80ff_ffff_ffff_ffffL | (long) offer.ordinal() << 56;
    }

    /** Whether an offer before this one was not answered either: nobody knows which of them the next answer is for. */
    boolean isOfferInDoubt() {
        return c[b + OFFER_AND_TICK] < 0;
    }

    void offerInDoubt(boolean doubt) {
        c[b + OFFER_AND_TICK] = c[b + OFFER_AND_TICK] & Long.MAX_VALUE | (doubt ? Long.MIN_VALUE : 0);
    }

    /** Where the offer ends in the client's stream, and how much of the server's the client had when it made it. */
    void offerPlace(int end, int acknowledgement) {
        c[b + OFFER_PLACE] = (long) end << 32 | Integer.toUnsignedLong(acknowledgement);
    }

    int offerEnd() {
        return (int) (c[b + OFFER_PLACE] >>> 32);
    }

    int offerAcknowledgement() {
        return (int) c[b + OFFER_PLACE];
    }

    long offerTime() {
        return c[b + OFFER_TIME];
    }

    void offerTime(long time) {
        c[b + OFFER_TIME] = time;
    }

    /** How many dialects were offered, up to 255; the first {@link FlowLayout#DIALECTS_KEPT} are kept. */
    int dialectCount() {
        return (int) (c[b + OFFER_AND_TICK] >>> 48) & 0xff;
    }

    void dialectCount(int count) {
        c[b + OFFER_AND_TICK] = c[b + OFFER_AND_TICK] & ~(0xffL << 48) | (long) Math.min(count, 0xff) << 48;
    }

    int dialect(int index) {
        return (int) (c[b + DIALECTS + (index >>> 2)] >>> 16 * (index & 3)) & 0xffff;
    }

    void dialect(int index, int code) {
        int shift = 16 * (index & 3);
        int at = b + DIALECTS + (index >>> 2);
        c[at] = c[at] & ~(0xffffL << shift) | (long) code << shift;
    }

    /**
     * Whether one of the last packets of this side was the same within {@code windowMicros}; remembers this one
     * otherwise.
     */
    boolean isDuplicate(int direction, int fingerprint, long timeNanos, int windowMicros) {
        int micros = (int) (timeNanos / 1000);
        int at = b + FINGERPRINTS + FINGERPRINTS_KEPT * direction;
        for (int i = 0; i < FINGERPRINTS_KEPT; i++) {
            long kept = c[at + i];
            int apart = micros - (int) kept;
            if ((int) (kept >>> 32) == fingerprint && kept != 0 && Math.abs(apart) <= windowMicros) {
                return true;
            }
        }
        c[at + 2] = c[at + 1];
        c[at + 1] = c[at];
        c[at] = (long) fingerprint << 32 | Integer.toUnsignedLong(micros);
        return false;
    }

    /** Timer wheel tick at which this flow was last active. */
    int activeTick() {
        return (int) c[b + OFFER_AND_TICK];
    }

    void activeTick(int tick) {
        c[b + OFFER_AND_TICK] = c[b + OFFER_AND_TICK] & 0xffff_ffff_0000_0000L | Integer.toUnsignedLong(tick);
    }

    /** Forgets everything but key and fingerprints, for a new connection on the same 4-tuple. */
    void reset() {
        Arrays.fill(c, b + OFFER_AND_TICK, b + FINGERPRINTS, 0);
        Arrays.fill(c, b + SLOTS, b + LONGS, 0);
        c[b + HASH_FLAGS] &= 0xffff_ffff_0000_0000L;
    }
}
