package dev.tap445.track;

import static dev.tap445.track.FlowLayout.ANSWERED;
import static dev.tap445.track.FlowLayout.CLIENT;
import static dev.tap445.track.FlowLayout.CLIENT_LOST;
import static dev.tap445.track.FlowLayout.CLIENT_SYNCED;
import static dev.tap445.track.FlowLayout.HAS_ATTEMPT;
import static dev.tap445.track.FlowLayout.OFFERED;
import static dev.tap445.track.FlowLayout.OFFER_REPORTED;
import static dev.tap445.track.FlowLayout.SERVER;
import static dev.tap445.track.FlowLayout.SERVER_SPOKE;
import static dev.tap445.track.FlowLayout.SMB1_DIALECT_SEEN;
import static dev.tap445.track.FlowLayout.SPEAKS_SMB2;
import static dev.tap445.track.FlowLayout.WILDCARD;

import dev.tap445.decode.Offer;
import dev.tap445.decode.Segment;
import dev.tap445.wire.Nbss;
import dev.tap445.wire.Tcp;

/**
 * Which offer a message belongs to. Offers are lost, come twice and come behind their answers: the sequence numbers of
 * the segment at hand say whether a message is about the last offer that was read, about one before it, or about one
 * that was lost; and whether it is a message at all, where it was taken up behind a loss. One per tracker.
 */
final class Attribution {
    /** Where an offer, or its answer, ends at most when nothing was said before it, but for a NetBIOS session. */
    private static final int NEAR = 1024;

    /** The segment at hand is of a client that knows all that was seen of the server. */
    private boolean acknowledged;
    /** Where the segment at hand begins, and what its sender has of the other side, where it says so. */
    private int sequence;

    private int payloadLength;
    private int acknowledgement;
    private boolean acknowledges;

    /** What is at hand may belong to another offer than the last that was read. */
    private boolean another;
    /** It surely belongs to one before that. */
    private boolean earlier;
    /** The record at hand is all that its segment holds. */
    private boolean alone;

    /**
     * The segment from which the next records are. Where it tells that the server sent something since the offer, whether
     * that was captured, or could be read, or is known from the sequence numbers alone, this is noted: such an offer was
     * answered somehow, and its end is no refusal.
     */
    void onSegment(Flow flow, int direction, Segment s) {
        boolean synced = flow.is(CLIENT_SYNCED << SERVER);
        acknowledged =
                direction == CLIENT && synced && s.has(Tcp.ACK) && s.acknowledgement() - flow.nextRecord(SERVER) >= 0;
        sequence = s.sequence();
        payloadLength = s.payloadLength();
        acknowledges = s.has(Tcp.ACK);
        acknowledgement = s.acknowledgement();
        another = false;
        earlier = false;
        if (Offers.awaitsAnswer(flow) && serverSpoke(flow, direction, synced)) {
            flow.raise(SERVER_SPOKE);
        }
    }

    private boolean serverSpoke(Flow flow, int direction, boolean synced) {
        if (direction == SERVER) {
            return synced ? sequence + payloadLength - flow.nextRecord(SERVER) > 0 : payloadLength > 0;
        }
        return synced && acknowledges && acknowledgement - flow.nextRecord(SERVER) > 0;
    }

    /** What is handed over from now on was not in that segment: a timer or another packet brought it up. */
    void segmentEnds() {
        acknowledged = false;
        acknowledges = false;
        another = false;
        earlier = false;
    }

    /** A record of {@code length} bytes behind its header, which the flow has just gone over. */
    void onRecord(Flow flow, int direction, int length) {
        int start = flow.nextRecord(direction) - Nbss.HEADER_LENGTH - length;
        earlier = isOfEarlier(flow, direction, start);
        another = earlier || isOfAnother(flow, direction);
        alone = acknowledges && start == sequence && length + Nbss.HEADER_LENGTH == payloadLength;
    }

    /** The connection ends, or is silent: no message, but said of the last offer all the same. */
    void onEnd(Flow flow) {
        earlier = false; // the record before may have been of any connection
        another = flow.is(CLIENT_LOST);
    }

    /** An offer is read: one that comes behind its own answer, as some mirrors deliver it, does not wait for another. */
    void begin(Flow flow, long time) {
        boolean first = !flow.is(OFFERED);
        boolean late = first && !acknowledged;
        boolean givenUp = !acknowledges || sequence - flow.nextRecord(CLIENT) >= 0; // on the rest of it, some time ago
        flow.offerInDoubt(Offers.awaitsAnswer(flow) || givenUp && !first);
        flow.clear(CLIENT_LOST | OFFER_REPORTED | SMB1_DIALECT_SEEN | SERVER_SPOKE | (late ? 0 : ANSWERED | WILDCARD));
        flow.raise(OFFERED | (givenUp || !first && !acknowledged ? SERVER_SPOKE : 0));
        flow.offerPlace(flow.nextRecord(CLIENT), acknowledges ? acknowledgement : flow.nextRecord(SERVER));
        flow.offerTime(time);
    }

    /** The last offer has its answer, or the one before it, which may have waited too. */
    void hasAnswered(Flow flow, int flag) {
        if (earlier) {
            flow.offerInDoubt(false);
        } else {
            flow.raise(flag);
        }
    }

    /** The offer that the server answers now; unseen, where it may be another than the last that was read. */
    Offer answered(Flow flow) {
        return isAboutTheOffer(flow) ? flow.offer() : Offer.UNSEEN;
    }

    /** Whether the message at hand can only belong to the last offer that was read. */
    boolean isAboutTheOffer(Flow flow) {
        return flow.is(OFFERED) && !another && !flow.isOfferInDoubt();
    }

    /**
     * Whether the server had not got the last offer that was read when it said what begins at {@code start}, or the client
     * knew this when it made that offer.
     */
    private boolean isOfEarlier(Flow flow, int direction, int start) {
        return direction == SERVER
                && flow.is(OFFERED)
                && (start - flow.offerAcknowledgement() < 0 || acknowledges && acknowledgement - flow.offerEnd() < 0);
    }

    /** Whether there may have been another offer, which was lost, since the last that was read. */
    private boolean isOfAnother(Flow flow, int direction) {
        if (!flow.is(OFFERED)) {
            return false;
        }
        if (direction == CLIENT || !acknowledges) {
            return flow.is(CLIENT_LOST);
        }
        int since = acknowledgement - flow.offerEnd();
        boolean more = flow.is(CLIENT_LOST)
                || flow.is(CLIENT_SYNCED) && acknowledgement - flow.nextRecord(CLIENT) > Nbss.HEADER_LENGTH;
        return more && since > Nbss.HEADER_LENGTH; // less is no message: a FIN
    }

    /**
     * Whether what looks like a NEGOTIATE, or the answer to one, may be the content of a file: it was taken up behind a
     * loss, on a connection that speaks SMB2 already, or does not fill its segment, as both do, since nobody says more
     * before the other has answered.
     */
    boolean mayBeContent(Flow flow, int direction) {
        if (!flow.is(CLIENT_LOST << direction)) {
            return false;
        }
        boolean begun = direction == SERVER || flow.is(OFFERED) || acknowledged;
        return flow.is(SPEAKS_SMB2) && begun || !alone && !isAtBeginning(flow, direction);
    }

    /** Whether no more than a NetBIOS session's request, or a short negotiation, can lie between this and what is known. */
    private static boolean isAtBeginning(Flow flow, int direction) {
        if (direction == SERVER) {
            return flow.is(OFFERED) && flow.nextRecord(SERVER) - flow.offerAcknowledgement() <= NEAR;
        }
        int behind = flow.nextRecord(CLIENT) - (flow.is(OFFERED) ? flow.offerEnd() : flow.isn());
        return (flow.is(OFFERED) || flow.is(HAS_ATTEMPT)) && behind > 0 && behind <= NEAR;
    }
}
