package dev.tap445.track;

import static dev.tap445.track.FlowLayout.ANSWERED;
import static dev.tap445.track.FlowLayout.CLIENT;
import static dev.tap445.track.FlowLayout.CLIENT_LOST;
import static dev.tap445.track.FlowLayout.DIALECTS_KEPT;
import static dev.tap445.track.FlowLayout.HAS_ATTEMPT;
import static dev.tap445.track.FlowLayout.OFFERED;
import static dev.tap445.track.FlowLayout.OFFER_REPORTED;
import static dev.tap445.track.FlowLayout.SERVER_SPOKE;
import static dev.tap445.track.FlowLayout.SMB1_DIALECT_SEEN;
import static dev.tap445.track.FlowLayout.SMB1_OFFER;
import static dev.tap445.track.FlowLayout.SPEAKS_SMB2;
import static dev.tap445.track.FlowLayout.WILDCARD;

import dev.tap445.decode.Negotiate;
import dev.tap445.decode.Offer;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.Smb2;
import io.netty.buffer.ByteBuf;

/**
 * The offers of clients: read from their NEGOTIATE, kept in the flow and reported, at once or, where they were not seen
 * whole, once an answer may have proven what they were. One per tracker.
 */
final class Offers {
    private final Observer observer;
    private final FailureSink failures;
    private final Endpoints ends;
    private final Attribution attribution;
    private final Identities identities;
    private final Negotiate negotiate = new Negotiate();
    private final int[] codes = new int[Negotiate.MAX_DIALECTS];

    /** {@code ends}: those of the message at hand, kept up to date by who reads it. */
    Offers(Observer observer, FailureSink failures, Endpoints ends, Attribution attribution, Identities identities) {
        this.observer = observer;
        this.failures = failures;
        this.ends = ends;
        this.attribution = attribution;
        this.identities = identities;
    }

    /** Whether an offer waits for an answer of which not one byte has come. */
    static boolean awaitsAnswer(Flow flow) {
        return flow.is(OFFERED) && (flow.flags() & (ANSWERED | WILDCARD | SERVER_SPOKE)) == 0;
    }

    /** An SMB1 NEGOTIATE (MS-CIFS 2.2.4.52.1), {@code available} bytes of it. */
    void smb1(Flow flow, ByteBuf m, int at, int available, boolean whole, long time) {
        if (attribution.mayBeContent(flow, CLIENT)) {
            failures.onFailure(DecodeFailure.SMB_HEADER);
            return;
        }
        settle(flow, false); // a second NEGOTIATE: the first stays what it was
        negotiate.smb1Request(m, at, available, whole);
        countFailure();
        attribution.begin(flow, time);
        flow.clear(SPEAKS_SMB2);
        flow.raise(SMB1_OFFER | (negotiate.smb1Offered() ? SMB1_DIALECT_SEEN : 0));
        flow.offer(negotiate.offer());
        keepDialects(flow);
        if (flow.offer() != Offer.INCOMPLETE) {
            reportAtOnce(flow);
        }
    }

    /** An SMB2 NEGOTIATE (MS-SMB2 2.2.3), {@code available} bytes of it. */
    void smb2(Flow flow, ByteBuf m, int at, int available, boolean whole, long time) {
        if (attribution.mayBeContent(flow, CLIENT) && !flow.is(SPEAKS_SMB2)) {
            failures.onFailure(DecodeFailure.SMB_HEADER);
            return;
        }
        negotiate.smb2Request(m, at, available, whole);
        countFailure();
        if (negotiate.failure() == DecodeFailure.SMB2_STRUCTURE) {
            return; // not a NEGOTIATE, so no evidence that this client speaks SMB2
        }
        if (negotiate.securityMode() >= 0) {
            identities.clientSigning(negotiate.securityMode(), time);
        }
        if (isSecondHalf(flow)) {
            settle(flow, true);
            flow.raise(WILDCARD);
            int count = takeCodes();
            observer.offer(ends, flow.offer(), codes, count, true, time);
            return;
        }
        boolean firstHalfMissed = flow.is(WILDCARD) || mayFollowUnseen(flow) && !isFirstMessage(m, at, available);
        settle(flow, false);
        attribution.begin(flow, time);
        if (firstHalfMissed) { // what the SMB1 NEGOTIATE before it offered is not known
            flow.raise(SMB1_OFFER | WILDCARD);
            flow.offer(Offer.INCOMPLETE);
        } else {
            flow.clear(SMB1_OFFER | SMB1_DIALECT_SEEN);
            flow.offer(Offer.SMB2_ONLY);
        }
        keepDialects(flow);
        reportAtOnce(flow);
    }

    /** [MS-SMB2] 3.2.4.2.2.1: it follows an SMB1 NEGOTIATE that lists SMB2, and is that one's second half. */
    private static boolean isSecondHalf(Flow flow) {
        boolean mayFollow = flow.is(SMB1_OFFER) && !flow.is(ANSWERED) && flow.offer() != Offer.SMB1_ONLY;
        return flow.is(OFFERED) && (flow.is(WILDCARD) || mayFollow);
    }

    /** Whether there may have been a NEGOTIATE before it. */
    private static boolean mayFollowUnseen(Flow flow) {
        return flow.is(OFFERED) || !flow.is(HAS_ATTEMPT) || flow.is(CLIENT_LOST);
    }

    /** Whether the MessageId is there to be read, and 0: no NEGOTIATE came before this one. */
    private static boolean isFirstMessage(ByteBuf m, int at, int available) {
        return available >= Smb2.MESSAGE_ID_END && Smb2.messageId(m, at) == 0;
    }

    private void keepDialects(Flow flow) {
        flow.dialectCount(negotiate.count());
        for (int i = 0; i < kept(); i++) {
            flow.dialect(i, negotiate.dialect(i));
        }
    }

    private int kept() {
        return Math.min(negotiate.count(), DIALECTS_KEPT);
    }

    /** Takes the dialects of the request at hand, of which there may be more than a flow keeps; their number. */
    private int takeCodes() {
        int count = Math.min(negotiate.count(), codes.length);
        for (int i = 0; i < count; i++) {
            codes[i] = negotiate.dialect(i);
        }
        return count;
    }

    private void countFailure() {
        DecodeFailure failure = negotiate.failure();
        if (failure != null) {
            failures.onFailure(failure);
        }
    }

    private void reportAtOnce(Flow flow) {
        report(flow, takeCodes());
    }

    private void report(Flow flow, int count) {
        flow.raise(OFFER_REPORTED);
        observer.offer(ends, flow.offer(), codes, count, false, flow.offerTime());
    }

    /** Reports an offer that waited: as both where an SMB1 dialect was seen and SMB2 is proven, incomplete otherwise. */
    void settle(Flow flow, boolean smb2Proven) {
        if (!flow.is(OFFERED) || flow.is(OFFER_REPORTED)) {
            return;
        }
        if (smb2Proven && flow.is(SMB1_DIALECT_SEEN)) {
            flow.offer(Offer.SMB1_AND_SMB2);
        }
        int count = Math.min(flow.dialectCount(), DIALECTS_KEPT);
        for (int i = 0; i < count; i++) {
            codes[i] = flow.dialect(i);
        }
        report(flow, count);
    }
}
