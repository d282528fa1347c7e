package dev.tap445.track;

import static dev.tap445.track.ObservationLayout.*;

import dev.tap445.decode.IdentityField;
import dev.tap445.decode.Offer;
import dev.tap445.ring.RecordRing;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/**
 * The tracker's side of the observation queue: writes each observation into a bounded ring. Where the ring is full, a
 * replay waits for the inventory, since nothing is lost by being slow; live, the observation is dropped and counted by
 * kind. Live, most of the ring is kept for what SMB says: from an eighth on, attempts that nothing answered, and from
 * half on all attempts are summed by server in a bounded {@link AttemptTally} until there is room again, their clients
 * counted as dropped; from half on signs of life, RSTs of strangers and MACs are dropped. Thread: the worker's. The
 * counters may be read by any.
 */
public final class ObservationWriter implements Observer {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    /** Fill from which on attempts and signs of life are not told one by one. */
    private static final double PRESSURE = 0.5;
    /** The same for attempts that nothing answered, which a flood consists of: what SMB says is not to wait behind them. */
    private static final double FLOOD = 0.125;
    /** Fill below which sums are handed over. */
    private static final double RELIEF = 0.0625;

    private static final long WAIT_NANOS = 20_000;

    private final RecordRing ring;
    private final ByteBuf slab;
    private final boolean lossless;
    private final long[] dropped = new long[KINDS];
    /** Written at most before they are made visible: timers and the end settle thousands of flows at once. */
    private static final int BATCH = 256;

    private int unpublished;
    private boolean patient;
    private final AttemptTally tally = new AttemptTally();
    private volatile boolean abandoned;

    public ObservationWriter(RecordRing ring, boolean lossless) {
        this.ring = ring;
        this.slab = ring.slab();
        this.lossless = lossless;
    }

    /** Makes everything written visible to the inventory. */
    public void publish() {
        if (!tally.isEmpty() && ring.fillRatio() < RELIEF) {
            tally.drain(this::sum);
        }
        ring.publish();
    }

    /** The input has ended: from now on a full ring is waited for, since no packet is lost by that. */
    public void waitFromNowOn() {
        patient = true;
    }

    /** Nothing will follow: hands over the sums too, waiting for room where that is needed. */
    public void finish() {
        while (!tally.isEmpty() && !abandoned) {
            tally.drain(this::sum);
            ring.publish();
            if (!tally.isEmpty()) {
                LockSupport.parkNanos(WAIT_NANOS);
            }
        }
        ring.publish();
    }

    private boolean isPressed() {
        return isFilled(PRESSURE);
    }

    private boolean isFilled(double share) {
        return !lossless && ring.fillRatio() > share;
    }

    private boolean sum(Endpoints server, Outcome outcome, int count, long syns, long first, long last, long answer) {
        int at = ring.tryClaim(TAIL);
        if (at < 0) {
            return false;
        }
        write(at, server, first);
        slab.setLongLE(at + CLIENT_HIGH, syns);
        slab.setLongLE(at + MORE, last);
        slab.setLongLE(at + LAST, answer);
        slab.setIntLE(at + CODE, outcome.ordinal());
        slab.setIntLE(at + COUNT, count);
        ring.commit(at, ATTEMPTS);
        return true;
    }

    /** Any thread: nobody drains the ring any more; a waiting write gives up. */
    public void abandon() {
        abandoned = true;
    }

    /** Any thread: dropped observations by kind, for every kind. */
    public Map<String, Long> dropped() {
        Map<String, Long> result = new TreeMap<>();
        for (int kind = 1; kind < KINDS; kind++) {
            result.put(name(kind), (long) CELL.getAcquire(dropped, kind));
        }
        return result;
    }

    /** Any thread: dropped observations that a verdict can hang on. */
    public long lost() {
        long sum = 0;
        for (int kind = 1; kind < KINDS; kind++) {
            sum += isEvidence(kind) ? (long) CELL.getAcquire(dropped, kind) : 0;
        }
        return sum;
    }

    private int claim(int kind, int tail) {
        int at = ring.tryClaim(TAIL + tail);
        if (++unpublished >= BATCH) {
            unpublished = 0;
            ring.publish();
        }
        if (at < 0 && (lossless || patient)) {
            at = waitFor(tail);
        }
        if (at < 0) {
            drop(kind);
        }
        return at;
    }

    private void drop(int kind) {
        CELL.setRelease(dropped, kind, dropped[kind] + 1); // pairs with getAcquire in dropped
    }

    private int waitFor(int tail) {
        ring.publish();
        int at = -1;
        while (at < 0 && !abandoned) {
            LockSupport.parkNanos(WAIT_NANOS);
            at = ring.tryClaim(TAIL + tail);
        }
        return at;
    }

    private int claim(int kind, Endpoints ends, long time, int tail) {
        int at = claim(kind, tail);
        if (at >= 0) {
            write(at, ends, time);
        }
        return at;
    }

    private void write(int at, Endpoints ends, long time) {
        slab.setLongLE(at + CLIENT_HIGH, ends.clientHigh());
        slab.setLongLE(at + CLIENT_LOW, ends.clientLow());
        slab.setLongLE(at + SERVER_HIGH, ends.serverHigh());
        slab.setLongLE(at + SERVER_LOW, ends.serverLow());
        slab.setLongLE(at + TIME, time);
        slab.setIntLE(at + PORTS, ends.clientPort() << 16 | ends.port());
        slab.setIntLE(at + ZONE, ends.zone());
    }

    private int claim(int kind, long high, long low, int zone, long time, int tail) {
        int at = claim(kind, tail);
        if (at >= 0) {
            slab.setLongLE(at + CLIENT_HIGH, high);
            slab.setLongLE(at + CLIENT_LOW, low);
            slab.setLongLE(at + TIME, time);
            slab.setIntLE(at + ZONE, zone);
        }
        return at;
    }

    @Override
    public void handshake(Endpoints ends, Outcome outcome, long firstSyn, long lastSyn, int syns, long answer) {
        if (isToBeSummed(outcome) && tally.add(ends, outcome, firstSyn, lastSyn, syns, answer)) {
            drop(CLIENT_OF_ATTEMPT);
            return;
        }
        int at = claim(HANDSHAKE, ends, firstSyn, 0);
        if (at >= 0) {
            slab.setLongLE(at + MORE, lastSyn);
            slab.setLongLE(at + LAST, answer);
            slab.setIntLE(at + CODE, outcome.ordinal());
            slab.setIntLE(at + COUNT, syns);
            ring.commit(at, HANDSHAKE);
        }
    }

    @Override
    public void trying(Endpoints ends, long firstSyn) {
        plain(TRYING, ends, firstSyn);
    }

    /** An attempt in vain must not be told before the answers that wait among the sums. */
    private boolean isToBeSummed(Outcome outcome) {
        return !tally.isEmpty() || isFilled(outcome == Outcome.UNANSWERED ? FLOOD : PRESSURE);
    }

    @Override
    public void lateSyn(Endpoints ends, Outcome outcome, long time) {
        if (outcome == Outcome.UNANSWERED && isToBeSummed(outcome) && tally.addLate(ends, outcome, time)) {
            drop(CLIENT_OF_ATTEMPT);
            return;
        }
        int at = claim(LATE_SYN, ends, time, 0);
        if (at >= 0) {
            slab.setIntLE(at + CODE, outcome.ordinal());
            ring.commit(at, LATE_SYN);
        }
    }

    @Override
    public void answerAlone(Endpoints ends, long time) {
        plain(ANSWER_ALONE, ends, time);
    }

    @Override
    public void wrongAcknowledgement(Endpoints ends, long time) {
        notAnAnswer(0, ends, time);
    }

    /** Backscatter of a flood elsewhere: a host each. */
    @Override
    public void heard(Endpoints ends, long time) {
        if (isPressed()) {
            drop(WRONG_ACKNOWLEDGEMENT);
            return;
        }
        notAnAnswer(1, ends, time);
    }

    private void notAnAnswer(int stray, Endpoints ends, long time) {
        int at = claim(WRONG_ACKNOWLEDGEMENT, ends, time, 0);
        if (at >= 0) {
            slab.setIntLE(at + CODE, stray);
            ring.commit(at, WRONG_ACKNOWLEDGEMENT);
        }
    }

    @Override
    public void guestSession(Endpoints ends, long time) {
        plain(GUEST, ends, time);
    }

    private void plain(int kind, Endpoints ends, long time) {
        int at = claim(kind, ends, time, 0);
        if (at >= 0) {
            ring.commit(at, kind);
        }
    }

    @Override
    public void offer(Endpoints ends, Offer offer, int[] dialects, int count, boolean followUp, long time) {
        int at = claim(OFFER, ends, time, count * Integer.BYTES);
        if (at >= 0) {
            slab.setIntLE(at + CODE, offer.ordinal());
            slab.setIntLE(at + COUNT, count);
            slab.setIntLE(at + EXTRA, followUp ? 1 : 0);
            for (int i = 0; i < count; i++) {
                slab.setIntLE(at + TAIL + i * Integer.BYTES, dialects[i]);
            }
            ring.commit(at, OFFER);
        }
    }

    @Override
    public void answer(Endpoints ends, int dialect, Offer offer, Refusal refusal, long time) {
        int at = claim(ANSWER, ends, time, 0);
        if (at >= 0) {
            slab.setIntLE(at + CODE, offer.ordinal());
            slab.setIntLE(at + COUNT, dialect);
            slab.setIntLE(at + EXTRA, refusal.ordinal());
            ring.commit(at, ANSWER);
        }
    }

    @Override
    public void smb1Session(Endpoints ends, Offer offer, long time) {
        int at = claim(SMB1_SESSION, ends, time, 0);
        if (at >= 0) {
            slab.setIntLE(at + CODE, offer.ordinal());
            ring.commit(at, SMB1_SESSION);
        }
    }

    @Override
    public void smb1Traffic(Endpoints ends, int messages, long bytes, long last) {
        int at = claim(SMB1_TRAFFIC, ends, last, 0);
        if (at >= 0) {
            slab.setLongLE(at + MORE, bytes);
            slab.setIntLE(at + COUNT, messages);
            ring.commit(at, SMB1_TRAFFIC);
        }
    }

    @Override
    public void contact(Endpoints ends, long first, long lastClient, long lastServer) {
        int at = claim(CONTACT, ends, first, 0);
        if (at >= 0) {
            slab.setLongLE(at + MORE, lastClient);
            slab.setLongLE(at + LAST, lastServer);
            ring.commit(at, CONTACT);
        }
    }

    @Override
    public void oneWay(Endpoints ends, boolean clientSeen, long time) {
        int at = claim(ONE_WAY, ends, time, 0);
        if (at >= 0) {
            slab.setIntLE(at + CODE, clientSeen ? 1 : 0);
            ring.commit(at, ONE_WAY);
        }
    }

    @Override
    public void life(long high, long low, int zone, long time) {
        if (isPressed()) {
            drop(LIFE);
            return;
        }
        int at = claim(LIFE, high, low, zone, time, 0);
        if (at >= 0) {
            ring.commit(at, LIFE);
        }
    }

    @Override
    public void wayBack(long time) {
        int at = claim(WAY_BACK, 0);
        if (at >= 0) {
            slab.setLongLE(at + TIME, time);
            ring.commit(at, WAY_BACK);
        }
    }

    @Override
    public void mac(long high, long low, int zone, long mac, long time) {
        if (isPressed()) {
            drop(MAC);
            return;
        }
        int at = claim(MAC, high, low, zone, time, 0);
        if (at >= 0) {
            slab.setLongLE(at + MORE, mac);
            ring.commit(at, MAC);
        }
    }

    @Override
    public void seenIn(long high, long low, int zone, int vantage, long time) {
        if (isPressed()) {
            drop(SEEN_IN);
            return;
        }
        int at = claim(SEEN_IN, high, low, zone, time, 0);
        if (at >= 0) {
            slab.setIntLE(at + CODE, vantage);
            ring.commit(at, SEEN_IN);
        }
    }

    @Override
    public void identity(long high, long low, int zone, IdentityField field, String text, long time) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int at = claim(IDENTITY, high, low, zone, time, utf8.length);
        if (at >= 0) {
            slab.setIntLE(at + CODE, field.ordinal());
            slab.setIntLE(at + COUNT, utf8.length);
            slab.setBytes(at + TAIL, utf8);
            ring.commit(at, IDENTITY);
        }
    }

    @Override
    public void signing(long high, long low, int zone, int mode, long time) {
        int at = claim(SIGNING, high, low, zone, time, 0);
        if (at >= 0) {
            slab.setIntLE(at + CODE, mode);
            ring.commit(at, SIGNING);
        }
    }

    @Override
    public void duplicates(long count) {
        int at = claim(DUPLICATES, 0);
        if (at >= 0) {
            slab.setLongLE(at + MORE, count);
            ring.commit(at, DUPLICATES);
        }
    }
}
