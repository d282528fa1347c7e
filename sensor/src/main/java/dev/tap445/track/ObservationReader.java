package dev.tap445.track;

import static dev.tap445.track.ObservationLayout.*;

import dev.tap445.decode.IdentityField;
import dev.tap445.decode.Offer;
import dev.tap445.ring.RecordHandler;
import dev.tap445.ring.RecordRing;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/** The inventory's side of the observation queue: turns records back into {@link SummingObserver} calls. */
public final class ObservationReader implements RecordHandler {
    private final RecordRing ring;
    private final SummingObserver observer;
    private final Endpoints ends = new Endpoints();
    private int[] codes = new int[16];

    public ObservationReader(RecordRing ring, SummingObserver observer) {
        this.ring = ring;
        this.observer = observer;
    }

    /** Hands over up to {@code limit} observations; returns how many. */
    public int doWork(int limit) {
        return ring.drain(this, limit);
    }

    @Override
    public void onRecord(int type, ByteBuf m, int at, int length) {
        int ports = m.getIntLE(at + PORTS);
        ends.set(
                m.getLongLE(at + CLIENT_HIGH),
                m.getLongLE(at + CLIENT_LOW),
                m.getLongLE(at + SERVER_HIGH),
                m.getLongLE(at + SERVER_LOW),
                ports & 0xffff,
                ports >>> 16,
                m.getIntLE(at + ZONE));
        long time = m.getLongLE(at + TIME);
        long more = m.getLongLE(at + MORE);
        long last = m.getLongLE(at + LAST);
        int code = m.getIntLE(at + CODE);
        int count = m.getIntLE(at + COUNT);
        switch (type) {
            case HANDSHAKE -> observer.handshake(ends, Outcome.of(code), time, more, count, last);
            case ATTEMPTS ->
                observer.attempts(ends, Outcome.of(code), count, m.getLongLE(at + CLIENT_HIGH), time, more, last);
            case TRYING -> observer.trying(ends, time);
            case LATE_SYN -> observer.lateSyn(ends, Outcome.of(code), time);
            case ANSWER_ALONE -> observer.answerAlone(ends, time);
            case WRONG_ACKNOWLEDGEMENT -> notAnAnswer(code != 0, time);
            case OFFER -> offer(m, at, Offer.of(code), count, time);
            case ANSWER -> observer.answer(ends, count, Offer.of(code), Refusal.of(m.getIntLE(at + EXTRA)), time);
            case SMB1_SESSION -> observer.smb1Session(ends, Offer.of(code), time);
            case SMB1_TRAFFIC -> observer.smb1Traffic(ends, count, more, time);
            case CONTACT -> observer.contact(ends, time, more, last);
            case ONE_WAY -> observer.oneWay(ends, code != 0, time);
            case LIFE -> observer.life(ends.clientHigh(), ends.clientLow(), ends.zone(), time);
            case WAY_BACK -> observer.wayBack(time);
            case MAC -> observer.mac(ends.clientHigh(), ends.clientLow(), ends.zone(), more, time);
            case SEEN_IN -> observer.seenIn(ends.clientHigh(), ends.clientLow(), ends.zone(), code, time);
            case IDENTITY ->
                observer.identity(
                        ends.clientHigh(),
                        ends.clientLow(),
                        ends.zone(),
                        IdentityField.of(code),
                        text(m, at, count),
                        time);
            case SIGNING -> observer.signing(ends.clientHigh(), ends.clientLow(), ends.zone(), code, time);
            case GUEST -> observer.guestSession(ends, time);
            case DUPLICATES -> observer.duplicates(more);
            default -> throw new IllegalStateException("observation of unknown kind " + type);
        }
    }

    private void notAnAnswer(boolean stray, long time) {
        if (stray) {
            observer.heard(ends, time);
        } else {
            observer.wrongAcknowledgement(ends, time);
        }
    }

    private void offer(ByteBuf m, int at, Offer offer, int count, long time) {
        if (codes.length < count) {
            codes = new int[count];
        }
        for (int i = 0; i < count; i++) {
            codes[i] = m.getIntLE(at + TAIL + i * Integer.BYTES);
        }
        observer.offer(ends, offer, codes, count, m.getIntLE(at + EXTRA) != 0, time);
    }

    private static String text(ByteBuf m, int at, int length) {
        return m.toString(at + TAIL, length, StandardCharsets.UTF_8);
    }
}
