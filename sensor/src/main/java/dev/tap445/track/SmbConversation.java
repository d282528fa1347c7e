package dev.tap445.track;

import static dev.tap445.track.FlowLayout.ANSWERED;
import static dev.tap445.track.FlowLayout.CLIENT;
import static dev.tap445.track.FlowLayout.CLIENT_LOST;
import static dev.tap445.track.FlowLayout.CLIENT_SYNCED;
import static dev.tap445.track.FlowLayout.DIALECTS_KEPT;
import static dev.tap445.track.FlowLayout.HAS_ATTEMPT;
import static dev.tap445.track.FlowLayout.OFFERED;
import static dev.tap445.track.FlowLayout.OFFER_REPORTED;
import static dev.tap445.track.FlowLayout.SERVER;
import static dev.tap445.track.FlowLayout.SERVER_SPOKE;
import static dev.tap445.track.FlowLayout.SMB1_DIALECT_SEEN;
import static dev.tap445.track.FlowLayout.SMB1_OFFER;
import static dev.tap445.track.FlowLayout.SMB1_SESSION;
import static dev.tap445.track.FlowLayout.SPEAKS_SMB2;
import static dev.tap445.track.FlowLayout.WILDCARD;

import dev.tap445.decode.Dialects;
import dev.tap445.decode.IdentityField;
import dev.tap445.decode.IdentityReader;
import dev.tap445.decode.IdentitySink;
import dev.tap445.decode.Negotiate;
import dev.tap445.decode.Offer;
import dev.tap445.decode.Segment;
import dev.tap445.wire.Bytes;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.Nbss;
import dev.tap445.wire.Smb1;
import dev.tap445.wire.Smb2;
import dev.tap445.wire.Tcp;
import io.netty.buffer.ByteBuf;

/**
 * What the records of a connection say: offers, answers and SMB1 in use. An offer that was not seen whole waits for its
 * answer, which may prove what it was. One per tracker.
 */
final class SmbConversation implements StreamReader.Records, IdentitySink {
    /** Where the command and the reply flag of an SMB1 header end: what a message cut by the snap length must show. */
    private static final int SMB1_COMMAND_END = 10;

    /** The same of an SMB2 header: command, and the flag that tells an answer. */
    private static final int SMB2_COMMAND_END = 20;

    /** Where an offer, or its answer, ends at most when nothing was said before it, but for a NetBIOS session. */
    private static final int NEAR = 1024;

    private static final int SMB1_SIGNING_SHIFT = 2; // SecurityMode bits 2 and 3 (MS-CIFS 2.2.4.52.2)

    private final Observer observer;
    private final FailureSink failures;
    private final Endpoints ends = new Endpoints();
    private final Negotiate negotiate = new Negotiate();
    private final int[] codes = new int[Negotiate.MAX_DIALECTS];
    private final RecentFacts signings = new RecentFacts();
    private long identityTime;
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

    SmbConversation(Observer observer, FailureSink failures) {
        this.observer = observer;
        this.failures = failures;
    }

    @Override
    public void onFailure(DecodeFailure reason) {
        failures.onFailure(reason);
    }

    @Override
    public void onRecord(Flow flow, int direction, ByteBuf m, int at, int available, int length, long timeNanos) {
        flow.endpoints(ends);
        int start = flow.nextRecord(direction) - Nbss.HEADER_LENGTH - length;
        earlier = isOfEarlier(flow, direction, start);
        another = earlier || isOfAnother(flow, direction);
        alone = acknowledges && start == sequence && length + Nbss.HEADER_LENGTH == payloadLength;
        int type = Nbss.type(m, at);
        int body = at + Nbss.HEADER_LENGTH;
        int readable = available - Nbss.HEADER_LENGTH;
        if (type != Nbss.SESSION_MESSAGE) {
            if (type == Nbss.SESSION_REQUEST && direction == CLIENT) {
                identityTime = timeNanos;
                IdentityReader.sessionRequest(m, body, readable, this);
            }
            return;
        }
        if (length < 4 || readable < 4) {
            if (length > 0) {
                onFailure(DecodeFailure.NBSS_LENGTH);
            }
            return;
        }
        int magic = Bytes.i32(m, body);
        if (magic == Smb1.MAGIC) {
            smb1(flow, direction, m, body, readable, length, timeNanos);
        } else if (magic == Smb2.MAGIC) {
            smb2(flow, direction, m, body, readable, length, timeNanos);
        } else if (!Smb2.isTransform(magic)) {
            onFailure(DecodeFailure.SMB_HEADER);
        }
    }

    private void smb1(Flow flow, int direction, ByteBuf m, int at, int available, int length, long time) {
        if (available < SMB1_COMMAND_END || length < Smb1.HEADER_LENGTH) {
            onFailure(DecodeFailure.SMB1_TRUNCATED);
            return;
        }
        int command = Smb1.command(m, at);
        boolean reply = Smb1.isReply(m, at);
        boolean fromServer = direction == SERVER;
        if (command == Smb1.COMMAND_NEGOTIATE) {
            if (reply != fromServer) {
                onFailure(DecodeFailure.SMB_DIRECTION);
            } else if (reply) {
                smb1Answer(flow, m, at, available, time);
            } else {
                smb1Offer(flow, m, at, available, available >= length, time);
            }
            return;
        }
        if (flow.is(SPEAKS_SMB2)) {
            onFailure(DecodeFailure.SMB_HEADER); // a file's content that looks like a record, taken up behind a loss
            return;
        }
        flow.addSmb1(length, time);
        if (!fromServer && wasTurnedDown(flow)) {
            return; // worms and password guessers send their next message whatever they were told
        }
        session(flow, time);
        if (command == Smb1.COMMAND_SESSION_SETUP_ANDX && reply == fromServer && available > Smb1.HEADER_LENGTH) {
            identityTime = time;
            IdentityReader.smb1SessionSetup(m, at, available, reply, this);
        }
    }

    /** The last offer was refused, or answered with SMB2: what the client says in SMB1 since then makes no session. */
    private static boolean wasTurnedDown(Flow flow) {
        return flow.is(OFFERED) && flow.is(ANSWERED) && !flow.is(SMB1_SESSION);
    }

    private void smb2(Flow flow, int direction, ByteBuf m, int at, int available, int length, long time) {
        if (available < SMB2_COMMAND_END || length < Smb2.HEADER_LENGTH) {
            onFailure(DecodeFailure.SMB2_TRUNCATED);
            return;
        }
        if (Smb2.headerSize(m, at) != Smb2.HEADER_LENGTH) {
            onFailure(DecodeFailure.SMB2_STRUCTURE); // the magic and zeros: exploits fill memory with that
            return;
        }
        int command = Smb2.command(m, at);
        boolean response = Smb2.isResponse(m, at);
        boolean speaks = response || command > Smb2.COMMAND_NEGOTIATE;
        if (speaks && response == (direction == SERVER) && !flow.is(SMB1_SESSION)) {
            flow.raise(SPEAKS_SMB2);
        }
        if (command > Smb2.COMMAND_SESSION_SETUP) {
            return;
        }
        if (response != (direction == SERVER)) {
            onFailure(DecodeFailure.SMB_DIRECTION);
            return;
        }
        if (command == Smb2.COMMAND_NEGOTIATE) {
            if (response) {
                smb2Answer(flow, m, at, available, time);
            } else {
                smb2Offer(flow, m, at, available, available >= length, time);
            }
        } else if (available > Smb2.HEADER_LENGTH) {
            identityTime = time;
            IdentityReader.smb2SessionSetup(m, at, available, response, this);
        }
    }

    private void smb1Offer(Flow flow, ByteBuf m, int at, int available, boolean whole, long time) {
        if (mayBeContent(flow, CLIENT)) {
            onFailure(DecodeFailure.SMB_HEADER);
            return;
        }
        if (flow.is(OFFERED)) {
            settle(flow, false); // a second NEGOTIATE: the first stays what it was
        }
        negotiate.smb1Request(m, at, available, whole);
        countFailure();
        begin(flow, time);
        flow.clear(SPEAKS_SMB2);
        flow.raise(SMB1_OFFER | (negotiate.smb1Offered() ? SMB1_DIALECT_SEEN : 0));
        flow.offer(negotiate.offer());
        keepDialects(flow);
        if (flow.offer() != Offer.INCOMPLETE) {
            reportAtOnce(flow);
        }
    }

    /**
     * Whether what looks like a NEGOTIATE, or the answer to one, may be the content of a file: it was taken up behind a
     * loss, on a connection that speaks SMB2 already, or does not fill its segment, as both do, since nobody says more
     * before the other has answered.
     */
    private boolean mayBeContent(Flow flow, int direction) {
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

    private void smb2Offer(Flow flow, ByteBuf m, int at, int available, boolean whole, long time) {
        if (mayBeContent(flow, CLIENT) && !flow.is(SPEAKS_SMB2)) {
            onFailure(DecodeFailure.SMB_HEADER);
            return;
        }
        negotiate.smb2Request(m, at, available, whole);
        countFailure();
        if (negotiate.failure() == DecodeFailure.SMB2_STRUCTURE) {
            return; // not a NEGOTIATE, so no evidence that this client speaks SMB2
        }
        if (negotiate.securityMode() >= 0) {
            signing(ends.clientHigh(), ends.clientLow(), ends.zone(), signing(negotiate.securityMode()), time);
        }
        // [MS-SMB2] 3.2.4.2.2.1: it follows an SMB1 NEGOTIATE that lists SMB2, and is that one's second half
        boolean mayFollow = flow.is(SMB1_OFFER) && !flow.is(ANSWERED) && flow.offer() != Offer.SMB1_ONLY;
        boolean afterSmb1 = flow.is(OFFERED) && (flow.is(WILDCARD) || mayFollow);
        boolean beginningMissed = !flow.is(HAS_ATTEMPT) || flow.is(CLIENT_LOST);
        boolean followsUnseen = (flow.is(OFFERED) || beginningMissed) && !isFirstMessage(m, at, available);
        if (!afterSmb1 && (flow.is(WILDCARD) || followsUnseen)) {
            if (flow.is(OFFERED)) {
                settle(flow, false);
            }
            begin(flow, time); // the SMB1 NEGOTIATE before it was missed: what it offered is not known
            flow.raise(SMB1_OFFER | WILDCARD);
            flow.offer(Offer.INCOMPLETE);
            keepDialects(flow);
            reportAtOnce(flow);
        } else if (afterSmb1) {
            settle(flow, true);
            flow.raise(WILDCARD);
            int count = takeCodes();
            observer.offer(ends, flow.offer(), codes, count, true, time);
        } else {
            if (flow.is(OFFERED)) {
                settle(flow, false);
            }
            begin(flow, time);
            flow.clear(SMB1_OFFER | SMB1_DIALECT_SEEN);
            flow.offer(Offer.SMB2_ONLY);
            keepDialects(flow);
            reportAtOnce(flow);
        }
    }

    /** Whether the MessageId is there to be read, and 0: no NEGOTIATE came before this one. */
    private static boolean isFirstMessage(ByteBuf m, int at, int available) {
        return available >= Smb2.MESSAGE_ID_END && Smb2.messageId(m, at) == 0;
    }

    /** An offer that comes behind its own answer, as some mirrors deliver it, does not wait for another. */
    private void begin(Flow flow, long time) {
        boolean first = !flow.is(OFFERED);
        boolean late = first && !acknowledged;
        boolean givenUp = !acknowledges || sequence - flow.nextRecord(CLIENT) >= 0; // on the rest of it, some time ago
        flow.offerInDoubt(awaitsAnswer(flow) || givenUp && !first);
        flow.clear(CLIENT_LOST | OFFER_REPORTED | SMB1_DIALECT_SEEN | SERVER_SPOKE | (late ? 0 : ANSWERED | WILDCARD));
        flow.raise(OFFERED | (givenUp || !first && !acknowledged ? SERVER_SPOKE : 0));
        flow.offerPlace(flow.nextRecord(CLIENT), acknowledges ? acknowledgement : flow.nextRecord(SERVER));
        flow.offerTime(time);
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
            onFailure(failure);
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
    private void settle(Flow flow, boolean smb2Proven) {
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

    private void smb1Answer(Flow flow, ByteBuf m, int at, int available, long time) {
        if (mayBeContent(flow, SERVER)) {
            onFailure(DecodeFailure.SMB_HEADER);
            return;
        }
        if (flow.is(ANSWERED) && !answersTwice(flow, m, at, available)) {
            return;
        }
        if (available < Smb1.HEADER_LENGTH) {
            onFailure(DecodeFailure.SMB1_TRUNCATED);
            return;
        }
        if (Smb1.status(m, at) != 0) {
            refuse(flow, Refusal.ERROR_STATUS, time);
            return;
        }
        if (available < Smb1.WORDS + 2) {
            onFailure(DecodeFailure.SMB1_TRUNCATED);
            return;
        }
        int words = Smb1.wordCount(m, at);
        if (words == 0) {
            if (available >= Smb1.BYTES_OF_NO_WORDS + 2 && Smb1.isNoDialectAmongBytes(m, at)) {
                refuse(flow, Refusal.NO_DIALECT, time);
            } else {
                onFailure(DecodeFailure.SMB1_WORD_COUNT);
            }
            return;
        }
        int index = Bytes.u16Le(m, at + Smb1.WORDS);
        if (index == Smb1.NO_DIALECT) {
            refuse(flow, Refusal.NO_DIALECT, time);
            return;
        }
        int dialect = chosen(flow, index, words);
        if (dialect == Dialects.NONE) {
            onFailure(DecodeFailure.SMB1_ANSWER_INDEX);
            return;
        }
        flow.clear(SPEAKS_SMB2);
        settle(flow, false);
        if (words == Smb1.WORDS_NT && available > Smb1.WORDS + 2) {
            int mode = Bytes.u8(m, at + Smb1.WORDS + 2) >>> SMB1_SIGNING_SHIFT;
            signing(ends.serverHigh(), ends.serverLow(), ends.zone(), signing(mode), time);
        }
        observer.answer(ends, dialect, answered(flow), Refusal.NONE, time);
        session(flow, time);
        hasAnswered(flow, ANSWERED);
    }

    /** The last offer has its answer, or the one before it, which may have waited too. */
    private void hasAnswered(Flow flow, int flag) {
        if (earlier) {
            flow.offerInDoubt(false);
        } else {
            flow.raise(flag);
        }
    }

    /**
     * Whether SMB1 is accepted now though the last offer that was read got something else: there was another offer, which
     * was lost. Where data of the server is missing before, this may be the content of a file.
     */
    private boolean answersTwice(Flow flow, ByteBuf m, int at, int available) {
        return !flow.is(SMB1_SESSION)
                && !flow.is(CLIENT_LOST << SERVER)
                && !isAboutTheOffer(flow)
                && available >= Smb1.WORDS + 2
                && Smb1.status(m, at) == 0
                && Smb1.wordCount(m, at) > 0
                && Bytes.u16Le(m, at + Smb1.WORDS) != Smb1.NO_DIALECT;
    }

    /** The dialect at {@code index} of the offer; {@link Dialects#NONE} where that cannot have been chosen. */
    private int chosen(Flow flow, int index, int words) {
        boolean offerKnown = flow.is(SMB1_OFFER) && isAboutTheOffer(flow) && flow.offer() != Offer.INCOMPLETE;
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

    private void smb2Answer(Flow flow, ByteBuf m, int at, int available, long time) {
        if (flow.is(ANSWERED)) {
            return;
        }
        if (Smb2.status(m, at) != 0) {
            refuse(flow, Refusal.ERROR_STATUS, time);
            return;
        }
        if (available < Smb2.HEADER_LENGTH + Smb2.NEGOTIATE_RESPONSE_LENGTH) {
            settle(flow, isAboutTheOffer(flow)); // whichever dialect that is, it is one of SMB2
            onFailure(DecodeFailure.SMB2_TRUNCATED);
            return;
        }
        int revision = Smb2.answeredDialect(m, at);
        if (revision == Smb2.WILDCARD) {
            settle(flow, isAboutTheOffer(flow));
            hasAnswered(flow, WILDCARD);
            return;
        }
        int dialect = Dialects.ofRevision(revision);
        if (dialect == Dialects.NONE) {
            onFailure(DecodeFailure.SMB2_ANSWER_DIALECT);
            return;
        }
        settle(flow, isAboutTheOffer(flow));
        signing(ends.serverHigh(), ends.serverLow(), ends.zone(), signing(Smb2.responseSecurityMode(m, at)), time);
        Offer offer = answered(flow);
        // [MS-SMB2] 3.3.5.3.1: nobody chooses SMB2 of an offer without it; that was another, which was lost
        observer.answer(ends, dialect, offer == Offer.SMB1_ONLY ? Offer.UNSEEN : offer, Refusal.NONE, time);
        hasAnswered(flow, ANSWERED);
    }

    /** The offer that the server answers now; unseen, where it may be another than the last that was read. */
    private Offer answered(Flow flow) {
        return isAboutTheOffer(flow) ? flow.offer() : Offer.UNSEEN;
    }

    private boolean isAboutTheOffer(Flow flow) {
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

    private void signing(long high, long low, int zone, int mode, long time) {
        if (signings.isNews(high, low, zone, mode, time)) {
            observer.signing(high, low, zone, mode, time);
        }
    }

    /** 0 off, 1 enabled, 2 required, from the bits "enabled" and "required". */
    private static int signing(int bits) {
        return (bits & 2) != 0 ? 2 : bits & 1;
    }

    private void refuse(Flow flow, Refusal refusal, long time) {
        settle(flow, false);
        boolean said = refusal == Refusal.NO_DIALECT || refusal == Refusal.ERROR_STATUS;
        observer.answer(ends, Dialects.REFUSED, answered(flow), refusal, time);
        hasAnswered(flow, said ? ANSWERED : SERVER_SPOKE); // an answer that comes all the same is one
    }

    private void session(Flow flow, long time) {
        if (flow.is(SMB1_SESSION)) {
            return;
        }
        flow.raise(SMB1_SESSION);
        Offer offer = answered(flow);
        boolean led = offer == Offer.SMB1_ONLY || offer == Offer.SMB1_AND_SMB2;
        observer.smb1Session(ends, led ? offer : Offer.UNSEEN, time);
    }

    /**
     * Notes that the server sent something since the offer, whether it was captured, or could be read, or is known from
     * the sequence numbers alone: such an offer was answered somehow, and its end is no refusal.
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
        if (!awaitsAnswer(flow)) {
            return;
        }
        if (direction == SERVER) {
            int end = s.sequence() + s.payloadLength();
            if (synced ? end - flow.nextRecord(SERVER) > 0 : s.payloadLength() > 0) {
                flow.raise(SERVER_SPOKE);
            }
        } else if (synced && s.has(Tcp.ACK) && s.acknowledgement() - flow.nextRecord(SERVER) > 0) {
            flow.raise(SERVER_SPOKE);
        }
    }

    /** What is handed over from now on was not in that segment: a timer or another packet brought it up. */
    void segmentEnds() {
        acknowledged = false;
        acknowledges = false;
        another = false;
        earlier = false;
    }

    /** Whether an offer waits for an answer of which not one byte has come. */
    boolean awaitsAnswer(Flow flow) {
        return flow.is(OFFERED) && (flow.flags() & (ANSWERED | WILDCARD | SERVER_SPOKE)) == 0;
    }

    /**
     * The connection ends, or has been silent, with an offer unanswered: refused, if it is certain that the server sent
     * nothing.
     *
     * @param serverNext the server's next sequence number as its FIN or RST, or the client's acknowledgement, tells it
     */
    void unansweredEnd(Flow flow, Refusal refusal, int serverNext, long time) {
        if (awaitsAnswer(flow) && flow.is(CLIENT_SYNCED << SERVER) && flow.nextRecord(SERVER) == serverNext) {
            flow.endpoints(ends);
            another = flow.is(CLIENT_LOST);
            refuse(flow, refusal, time);
        }
    }

    /** Silence for too long: the server must have been seen since the offer, and the client not have left. */
    void silence(Flow flow) {
        long server = flow.lastPacket(SERVER);
        boolean clientLeft = flow.is(FlowLayout.RESET) || flow.is(FlowLayout.CLIENT_FIN);
        boolean heard = flow.packets(SERVER) > 1; // one may be a SYN-ACK that came late
        if (heard && !clientLeft && server >= flow.offerTime() && flow.slot(SERVER) == 0) {
            unansweredEnd(
                    flow,
                    Refusal.SILENCE,
                    flow.nextRecord(SERVER),
                    Math.max(server, flow.lastPacket(FlowLayout.CLIENT)));
        }
    }

    /** The flow is forgotten: an offer that still waits is incomplete. */
    void end(Flow flow) {
        flow.endpoints(ends);
        settle(flow, false);
    }

    @Override
    public void onIdentity(boolean ofServer, IdentityField field, String text) {
        if (ofServer) {
            observer.identity(ends.serverHigh(), ends.serverLow(), ends.zone(), field, text, identityTime);
        } else {
            observer.identity(ends.clientHigh(), ends.clientLow(), ends.zone(), field, text, identityTime);
        }
    }

    @Override
    public void onGuest() {
        observer.guestSession(ends, identityTime);
    }
}
