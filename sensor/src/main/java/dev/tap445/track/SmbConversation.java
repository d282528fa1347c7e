package dev.tap445.track;

import static dev.tap445.track.FlowLayout.CLIENT;
import static dev.tap445.track.FlowLayout.SERVER;
import static dev.tap445.track.FlowLayout.SMB1_SESSION;
import static dev.tap445.track.FlowLayout.SPEAKS_SMB2;

import dev.tap445.decode.Segment;
import dev.tap445.wire.Bytes;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.Nbss;
import dev.tap445.wire.Smb1;
import dev.tap445.wire.Smb2;
import io.netty.buffer.ByteBuf;

/**
 * Reads the records of a connection: tells what is an offer, an answer to one, or SMB1 in use, and passes over what is
 * neither. One per tracker.
 */
final class SmbConversation implements StreamReader.Records {
    /** Where the command and the reply flag of an SMB1 header end: what a message cut by the snap length must show. */
    private static final int SMB1_COMMAND_END = 10;

    /** The same of an SMB2 header: command, and the flag that tells an answer. */
    private static final int SMB2_COMMAND_END = 20;

    private final FailureSink failures;
    private final Endpoints ends = new Endpoints();
    private final Attribution attribution = new Attribution();
    private final Identities identities;
    private final Offers offers;
    private final Answers answers;

    SmbConversation(Observer observer, FailureSink failures) {
        this.failures = failures;
        this.identities = new Identities(observer, failures, ends);
        this.offers = new Offers(observer, failures, ends, attribution, identities);
        this.answers = new Answers(observer, failures, ends, attribution, identities, offers);
    }

    @Override
    public void onFailure(DecodeFailure reason) {
        failures.onFailure(reason);
    }

    @Override
    public void onRecord(Flow flow, int direction, ByteBuf m, int at, int available, int length, long timeNanos) {
        flow.endpoints(ends);
        attribution.onRecord(flow, direction, length);
        int type = Nbss.type(m, at);
        int body = at + Nbss.HEADER_LENGTH;
        int readable = available - Nbss.HEADER_LENGTH;
        if (type != Nbss.SESSION_MESSAGE) {
            if (type == Nbss.SESSION_REQUEST && direction == CLIENT) {
                identities.sessionRequest(m, body, readable, timeNanos);
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
                answers.smb1(flow, m, at, available, time);
            } else {
                offers.smb1(flow, m, at, available, available >= length, time);
            }
            return;
        }
        if (flow.is(SPEAKS_SMB2)) {
            onFailure(DecodeFailure.SMB_HEADER); // a file's content that looks like a record, taken up behind a loss
            return;
        }
        flow.addSmb1(length, time);
        if (!fromServer && Answers.wasTurnedDown(flow)) {
            return; // worms and password guessers send their next message whatever they were told
        }
        answers.session(flow, time);
        if (command == Smb1.COMMAND_SESSION_SETUP_ANDX && reply == fromServer && available > Smb1.HEADER_LENGTH) {
            identities.smb1SessionSetup(m, at, available, reply, time);
        }
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
                answers.smb2(flow, m, at, available, time);
            } else {
                offers.smb2(flow, m, at, available, available >= length, time);
            }
        } else if (available > Smb2.HEADER_LENGTH) {
            identities.smb2SessionSetup(m, at, available, response, time);
        }
    }

    /** The segment from which the records come that are handed over next. */
    void onSegment(Flow flow, int direction, Segment s) {
        attribution.onSegment(flow, direction, s);
    }

    /** What is handed over from now on was not in that segment: a timer or another packet brought it up. */
    void segmentEnds() {
        attribution.segmentEnds();
    }

    /** As {@link Answers#unansweredEnd}. */
    void unansweredEnd(Flow flow, Refusal refusal, int serverNext, long time) {
        answers.unansweredEnd(flow, refusal, serverNext, time);
    }

    /** As {@link Answers#silence}. */
    void silence(Flow flow) {
        answers.silence(flow);
    }

    /** The flow is forgotten: an offer that still waits is incomplete. */
    void end(Flow flow) {
        flow.endpoints(ends);
        offers.settle(flow, false);
    }
}
