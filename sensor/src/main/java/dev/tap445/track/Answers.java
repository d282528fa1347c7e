package dev.tap445.track;

import static dev.tap445.track.FlowLayout.ANSWERED;
import static dev.tap445.track.FlowLayout.CLIENT;
import static dev.tap445.track.FlowLayout.CLIENT_FIN;
import static dev.tap445.track.FlowLayout.CLIENT_LOST;
import static dev.tap445.track.FlowLayout.CLIENT_SYNCED;
import static dev.tap445.track.FlowLayout.DIALECTS_KEPT;
import static dev.tap445.track.FlowLayout.OFFERED;
import static dev.tap445.track.FlowLayout.RESET;
import static dev.tap445.track.FlowLayout.SERVER;
import static dev.tap445.track.FlowLayout.SERVER_SPOKE;
import static dev.tap445.track.FlowLayout.SMB1_OFFER;
import static dev.tap445.track.FlowLayout.SMB1_SESSION;
import static dev.tap445.track.FlowLayout.SPEAKS_SMB2;
import static dev.tap445.track.FlowLayout.WILDCARD;

import dev.tap445.decode.Dialects;
import dev.tap445.decode.Offer;
import dev.tap445.wire.Bytes;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.Smb1;
import dev.tap445.wire.Smb2;
import io.netty.buffer.ByteBuf;

/**
 * What became of an offer: the dialect that the server chose, its refusal in so many words, by closing or by silence,
 * and SMB1 in use. One per tracker.
 */
final class Answers {
    private static final int SMB1_SIGNING_SHIFT = 2; // SecurityMode bits 2 and 3 (MS-CIFS 2.2.4.52.2)

    private final Observer observer;
    private final FailureSink failures;
    private final Endpoints ends;
    private final Attribution attribution;
    private final Identities identities;
    private final Offers offers;

    /** {@code ends}: those of the message at hand, kept up to date by who reads it. */
    Answers(
            Observer observer,
            FailureSink failures,
            Endpoints ends,
            Attribution attribution,
            Identities identities,
            Offers offers) {
        this.observer = observer;
        this.failures = failures;
        this.ends = ends;
        this.attribution = attribution;
        this.identities = identities;
        this.offers = offers;
    }

    /** An SMB1 NEGOTIATE response (MS-CIFS 2.2.4.52.2), {@code available} bytes of it. */
    void smb1(Flow flow, ByteBuf m, int at, int available, long time) {
        if (attribution.mayBeContent(flow, SERVER)) {
            failures.onFailure(DecodeFailure.SMB_HEADER);
            return;
        }
        if (flow.is(ANSWERED) && !answersTwice(flow, m, at, available)) {
            return;
        }
        if (available < Smb1.HEADER_LENGTH) {
            failures.onFailure(DecodeFailure.SMB1_TRUNCATED);
        } else if (Smb1.status(m, at) != 0) {
            refuse(flow, Refusal.ERROR_STATUS, time);
        } else if (available < Smb1.WORDS + 2) {
            failures.onFailure(DecodeFailure.SMB1_TRUNCATED);
        } else if (Smb1.wordCount(m, at) == 0) {
            withoutWords(flow, m, at, available, time);
        } else if (Bytes.u16Le(m, at + Smb1.WORDS) == Smb1.NO_DIALECT) {
            refuse(flow, Refusal.NO_DIALECT, time);
        } else {
            smb1Accepted(flow, m, at, available, time);
        }
    }

    private void withoutWords(Flow flow, ByteBuf m, int at, int available, long time) {
        if (available >= Smb1.BYTES_OF_NO_WORDS + 2 && Smb1.isNoDialectAmongBytes(m, at)) {
            refuse(flow, Refusal.NO_DIALECT, time);
        } else {
            failures.onFailure(DecodeFailure.SMB1_WORD_COUNT);
        }
    }

    private void smb1Accepted(Flow flow, ByteBuf m, int at, int available, long time) {
        int words = Smb1.wordCount(m, at);
        int dialect = chosen(flow, Bytes.u16Le(m, at + Smb1.WORDS), words);
        if (dialect == Dialects.NONE) {
            failures.onFailure(DecodeFailure.SMB1_ANSWER_INDEX);
            return;
        }
        flow.clear(SPEAKS_SMB2);
        offers.settle(flow, false);
        if (words == Smb1.WORDS_NT && available > Smb1.WORDS + 2) {
            identities.serverSigning(Bytes.u8(m, at + Smb1.WORDS + 2) >>> SMB1_SIGNING_SHIFT, time);
        }
        observer.answer(ends, dialect, attribution.answered(flow), Refusal.NONE, time);
        session(flow, time);
        attribution.hasAnswered(flow, ANSWERED);
    }

    /**
     * Whether SMB1 is accepted now though the last offer that was read got something else: there was another offer, which
     * was lost. Where data of the server is missing before, this may be the content of a file.
     */
    private boolean answersTwice(Flow flow, ByteBuf m, int at, int available) {
        return !flow.is(SMB1_SESSION)
                && !flow.is(CLIENT_LOST << SERVER)
                && !attribution.isAboutTheOffer(flow)
                && available >= Smb1.WORDS + 2
                && Smb1.status(m, at) == 0
                && Smb1.wordCount(m, at) > 0
                && Bytes.u16Le(m, at + Smb1.WORDS) != Smb1.NO_DIALECT;
    }

    /** The dialect at {@code index} of the offer; {@link Dialects#NONE} where that cannot have been chosen. */
    private int chosen(Flow flow, int index, int words) {
        boolean offerKnown =
                flow.is(SMB1_OFFER) && attribution.isAboutTheOffer(flow) && flow.offer() != Offer.INCOMPLETE;
        if (!offerKnown) {
            return words == Smb1.WORDS_NT ? Dialects.NT_LM_0_12 : Dialects.UNKNOWN;
        }
        if (index >= flow.dialectCount()) {
            return Dialects.NONE;
        }
        if (index >= DIALECTS_KEPT) {
            return words == Smb1.WORDS_NT ? Dialects.NT_LM_0_12 : Dialects.OTHER;
        }
        int code = flow.dialect(index);
        if (code == Dialects.NONE) {
            return Dialects.OTHER; // SMB1 all the same, though it has no name
        }
        return Dialects.isSmb2String(code) ? Dialects.NONE : code;
    }

    /** An SMB2 NEGOTIATE response (MS-SMB2 2.2.4), {@code available} bytes of it. */
    void smb2(Flow flow, ByteBuf m, int at, int available, long time) {
        if (flow.is(ANSWERED)) {
            return;
        }
        if (Smb2.status(m, at) != 0) {
            refuse(flow, Refusal.ERROR_STATUS, time);
            return;
        }
        if (available < Smb2.HEADER_LENGTH + Smb2.NEGOTIATE_RESPONSE_LENGTH) {
            offers.settle(flow, attribution.isAboutTheOffer(flow)); // whichever dialect that is, it is one of SMB2
            failures.onFailure(DecodeFailure.SMB2_TRUNCATED);
            return;
        }
        int revision = Smb2.answeredDialect(m, at);
        if (revision == Smb2.WILDCARD) {
            offers.settle(flow, attribution.isAboutTheOffer(flow));
            attribution.hasAnswered(flow, WILDCARD);
            return;
        }
        int dialect = Dialects.ofRevision(revision);
        if (dialect == Dialects.NONE) {
            failures.onFailure(DecodeFailure.SMB2_ANSWER_DIALECT);
            return;
        }
        offers.settle(flow, attribution.isAboutTheOffer(flow));
        identities.serverSigning(Smb2.responseSecurityMode(m, at), time);
        Offer offer = attribution.answered(flow);
        // [MS-SMB2] 3.3.5.3.1: nobody chooses SMB2 of an offer without it; that was another, which was lost
        observer.answer(ends, dialect, offer == Offer.SMB1_ONLY ? Offer.UNSEEN : offer, Refusal.NONE, time);
        attribution.hasAnswered(flow, ANSWERED);
    }

    private void refuse(Flow flow, Refusal refusal, long time) {
        offers.settle(flow, false);
        boolean said = refusal == Refusal.NO_DIALECT || refusal == Refusal.ERROR_STATUS;
        observer.answer(ends, Dialects.REFUSED, attribution.answered(flow), refusal, time);
        attribution.hasAnswered(flow, said ? ANSWERED : SERVER_SPOKE); // an answer that comes all the same is one
    }

    /** SMB1 is accepted, or in use. */
    void session(Flow flow, long time) {
        if (flow.is(SMB1_SESSION)) {
            return;
        }
        flow.raise(SMB1_SESSION);
        Offer offer = attribution.answered(flow);
        boolean led = offer == Offer.SMB1_ONLY || offer == Offer.SMB1_AND_SMB2;
        observer.smb1Session(ends, led ? offer : Offer.UNSEEN, time);
    }

    /** The last offer was refused, or answered with SMB2: what the client says in SMB1 since then makes no session. */
    static boolean wasTurnedDown(Flow flow) {
        return flow.is(OFFERED) && flow.is(ANSWERED) && !flow.is(SMB1_SESSION);
    }

    /**
     * The connection ends, or has been silent, with an offer unanswered: refused, if it is certain that the server sent
     * nothing.
     *
     * @param serverNext the server's next sequence number as its FIN or RST, or the client's acknowledgement, tells it
     */
    void unansweredEnd(Flow flow, Refusal refusal, int serverNext, long time) {
        if (Offers.awaitsAnswer(flow) && flow.is(CLIENT_SYNCED << SERVER) && flow.nextRecord(SERVER) == serverNext) {
            flow.endpoints(ends);
            attribution.onEnd(flow);
            refuse(flow, refusal, time);
        }
    }

    /** Silence for too long: the server must have been seen since the offer, and the client not have left. */
    void silence(Flow flow) {
        long server = flow.lastPacket(SERVER);
        boolean clientLeft = flow.is(RESET) || flow.is(CLIENT_FIN);
        boolean heard = flow.packets(SERVER) > 1; // one may be a SYN-ACK that came late
        if (heard && !clientLeft && server >= flow.offerTime() && flow.slot(SERVER) == 0) {
            unansweredEnd(flow, Refusal.SILENCE, flow.nextRecord(SERVER), Math.max(server, flow.lastPacket(CLIENT)));
        }
    }
}
