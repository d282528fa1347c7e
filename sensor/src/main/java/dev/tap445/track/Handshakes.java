package dev.tap445.track;

import static dev.tap445.track.FlowLayout.ANSWER_FIRST;
import static dev.tap445.track.FlowLayout.CLIENT;
import static dev.tap445.track.FlowLayout.GOES_ON;
import static dev.tap445.track.FlowLayout.HAS_ATTEMPT;
import static dev.tap445.track.FlowLayout.HAS_SIDE_ATTEMPTS;
import static dev.tap445.track.FlowLayout.RESET;
import static dev.tap445.track.FlowLayout.SERVER;
import static dev.tap445.track.FlowLayout.SERVER_SYN;
import static dev.tap445.track.FlowLayout.SIDE_ATTEMPT;

import dev.tap445.decode.Segment;
import dev.tap445.wire.Tcp;

/**
 * Decides what became of each attempt: one 4-tuple and initial sequence number, however many SYNs (RFC 9293 sections
 * 3.5 and 3.10.7). The attempt that owns the flow is kept in it; another SYN with a different number on a 4-tuple that
 * still lives becomes a <em>side attempt</em>, an entry of its own, and takes the flow over only when it is answered.
 */
final class Handshakes {
    /** What the tracker does for a handshake. */
    interface Flows {
        /** Ends the connection in this entry and makes room for a new one on the same 4-tuple. */
        void restart(Flow flow);

        /** The entry of a side attempt, made where it is missing and {@code create} says so, or -1. */
        int sideAttempt(Flow flow, int isn, boolean create);

        void removeSideAttempt(int entry);

        /** Something changed that another deadline follows from. */
        void rearm(Flow flow);
    }

    /** A SYN-ACK that the mirror delivered late still belongs to its handshake. */
    private static final long REORDER_NANOS = 1_000_000_000L;

    /** How far beyond the handshake a segment may lie to prove that the connection goes on. */
    private static final int GOES_ON_WINDOW = 1 << 20;

    private final TrackerOptions options;
    private final Observer observer;
    private final Successors successors;
    private final Flows flows;
    private final Flow side;
    private final Endpoints ends = new Endpoints();

    Handshakes(TrackerOptions options, Observer observer, Flows flows, FlowTable table, Successors successors) {
        this.options = options;
        this.successors = successors;
        this.observer = observer;
        this.flows = flows;
        this.side = new Flow(table);
    }

    void onSyn(Flow flow, Segment s) {
        if (flow.is(HAS_SIDE_ATTEMPTS) && flows.sideAttempt(flow, s.sequence(), false) >= 0) {
            beside(flow, s);
        } else if (flow.is(ANSWER_FIRST) && !flow.is(HAS_ATTEMPT)) {
            synAfterItsAnswer(flow, s);
            return;
        } else if (!flow.is(HAS_ATTEMPT)) {
            if (flow.packets(CLIENT) > 1 || flow.packets(SERVER) > 0) {
                newAttemptBeside(flow, s); // a SYN in the middle of a connection whose beginning was not seen
            } else {
                flow.startAttempt(s.sequence(), s.payloadLength(), s.time());
            }
        } else if (flow.isn() == s.sequence()) {
            again(flow, s);
        } else {
            newAttemptBeside(flow, s);
        }
        flows.rearm(flow);
    }

    private void synAfterItsAnswer(Flow flow, Segment s) {
        flow.startAttempt(s.sequence(), s.payloadLength(), s.time());
        if (flow.acknowledges(flow.nextRecord(CLIENT))
                && Math.abs(flow.answerTimeBeforeSyn() - s.time()) <= REORDER_NANOS) {
            flow.clear(ANSWER_FIRST);
            settle(flow, Outcome.ANSWERED, flow.answerTimeBeforeSyn());
        }
        flows.rearm(flow);
    }

    private void again(Flow flow, Segment s) {
        if (flow.isPending()) {
            flow.addSyn(s.time());
            if (flow.syns() == 2) {
                flow.endpoints(ends);
                observer.trying(ends, flow.firstSyn());
            }
        } else {
            flow.endpoints(ends);
            observer.lateSyn(ends, flow.outcome(), s.time());
        }
    }

    private void newAttemptBeside(Flow flow, Segment s) {
        if (isOver(flow)) {
            restart(flow);
            flow.startAttempt(s.sequence(), s.payloadLength(), s.time());
        } else {
            beside(flow, s);
        }
    }

    private void beside(Flow flow, Segment s) {
        int entry = flows.sideAttempt(flow, s.sequence(), true);
        if (entry >= 0) {
            side.at(entry);
            if (!side.is(HAS_ATTEMPT)) {
                side.raise(SIDE_ATTEMPT);
                side.startAttempt(s.sequence(), s.payloadLength(), s.time());
                flow.raise(HAS_SIDE_ATTEMPTS);
                successors.onSyn(flow, s.sequence());
            } else {
                if (flow.lastPacket(SERVER) >= side.firstSyn()) {
                    spoke(flow, flow.lastPacket(SERVER));
                }
                again(side, s);
            }
            flows.rearm(side);
        }
    }

    /** Whether the connection in this entry has ended; an attempt that still waits has not, unless both sides closed. */
    private boolean isOver(Flow flow) {
        boolean closed = Patience.isClosed(flow);
        if (flow.isPending()) {
            if (!closed) {
                return false;
            }
            settle(flow, flow.is(GOES_ON) ? Outcome.ONE_WAY : Outcome.PENDING);
        }
        return closed
                || flow.is(RESET)
                || flow.isSettled() && flow.outcome() != Outcome.ANSWERED && flow.outcome() != Outcome.ONE_WAY;
    }

    void onSynAck(Flow flow, Segment s) {
        boolean expected = flow.is(HAS_ATTEMPT) && flow.acknowledges(s.acknowledgement());
        if (expected || promote(flow, s.acknowledgement(), SERVER, s)) {
            answer(flow, s);
            return;
        }
        if (flow.is(HAS_ATTEMPT) ? flow.isSettled() : isElsewhere(flow, s)) {
            successors.onSynAck(flow, s.acknowledgement(), s.sequence() + 1);
        }
        if (hasEnded(flow)) {
            restart(flow); // another connection, the SYN of which was not seen
            flow.touch(SERVER, s.time());
            answerWithoutSyn(flow, s);
        } else if (flow.is(HAS_ATTEMPT)) {
            spoke(flow, s.time());
        } else {
            answerWithoutSyn(flow, s);
        }
    }

    private static boolean isElsewhere(Flow flow, Segment s) {
        int apart = s.sequence() + 1 - flow.nextRecord(SERVER);
        return flow.is(FlowLayout.CLIENT_SYNCED << SERVER) && (apart > GOES_ON_WINDOW || apart < -GOES_ON_WINDOW);
    }

    /** Another connection has begun on this 4-tuple: both its sides said so, though its SYN was not seen. */
    void succeed(Flow flow, int client, int server, boolean answered, long time) {
        restart(flow);
        flow.nextRecord(CLIENT, client);
        flow.nextRecord(SERVER, server);
        if (answered) {
            flow.raise(ANSWER_FIRST);
            flow.answerTimeBeforeSyn(time);
            flow.endpoints(ends);
            observer.answerAlone(ends, time);
        }
    }

    /** A side attempt was answered, as what followed says. */
    void succeed(Flow flow, int next, int sender, Segment s) {
        promote(flow, next, sender, s);
    }

    /** A client that goes on from the SYN of a side attempt has got its SYN-ACK, though that was not seen. */
    void onClientBeside(Flow flow, Segment s) {
        boolean own = flow.isPending() && s.sequence() == flow.isn() + 1;
        if (s.has(Tcp.ACK) && !own) {
            promote(flow, s.sequence(), CLIENT, s);
        }
    }

    /** Whether this was a connection, and both sides have closed it or one has reset it. */
    private static boolean hasEnded(Flow flow) {
        boolean lived = flow.is(HAS_ATTEMPT)
                ? flow.isSettled() && (flow.outcome() == Outcome.ANSWERED || flow.outcome() == Outcome.ONE_WAY)
                : flow.is(ANSWER_FIRST);
        return lived && Patience.isClosed(flow);
    }

    private void restart(Flow flow) {
        boolean others = flow.is(HAS_SIDE_ATTEMPTS);
        flows.restart(flow);
        if (others) {
            flow.raise(HAS_SIDE_ATTEMPTS);
        }
    }

    private void answer(Flow flow, Segment s) {
        if (flow.isPending() && s.time() - flow.lastSyn() <= options.timeout()) {
            settle(flow, Outcome.ANSWERED, s.time());
            if (!flow.is(FlowLayout.CLIENT_SYNCED)) { // else it came behind what follows it
                flow.nextRecord(CLIENT, s.acknowledgement());
                flow.nextRecord(SERVER, s.sequence() + (s.has(Tcp.SYN) ? 1 : 0));
            }
            flows.rearm(flow);
        } else if (flow.isPending() || flow.outcome() == Outcome.UNANSWERED) {
            flow.endpoints(ends);
            observer.answerAlone(ends, s.time());
        }
    }

    private void answerWithoutSyn(Flow flow, Segment s) {
        if (flow.is(ANSWER_FIRST)) {
            return; // the server repeats itself
        }
        flow.endpoints(ends);
        observer.answerAlone(ends, s.time());
        if (flow.is(FlowLayout.OFFERED) || isElsewhere(flow, s)) {
            return; // it came behind what follows it, or begins another connection
        }
        flow.raise(ANSWER_FIRST);
        flow.answerTimeBeforeSyn(s.time());
        flow.nextRecord(CLIENT, s.acknowledgement());
        flow.nextRecord(SERVER, s.sequence() + 1);
    }

    /** The side attempt before {@code next} becomes the flow's own, as the sender says; false where there is none. */
    private boolean promote(Flow flow, int next, int sender, Segment s) {
        if (!flow.is(HAS_SIDE_ATTEMPTS)) {
            return false;
        }
        int entry = flows.sideAttempt(flow, next - 1, false);
        if (entry < 0 || !side.at(entry).isPending()) {
            return false;
        }
        if (flow.isPending() && !flow.is(GOES_ON)) {
            side.at(entry);
            int mine = flow.isn();
            int other = flows.sideAttempt(flow, mine, true);
            if (other >= 0) {
                Flow old = side.at(other);
                if (old.isPending()) {
                    old.joinAttempt(flow); // left from a connection that was forgotten meanwhile
                } else if (old.is(HAS_ATTEMPT)) {
                    settle(flow, Outcome.PENDING);
                } else {
                    old.raise(SIDE_ATTEMPT);
                    old.copyAttempt(flow);
                }
                flows.rearm(old);
            } else {
                settle(flow, Outcome.PENDING);
            }
            flow.copyAttempt(side.at(entry));
        } else {
            if (flow.isPending()) {
                settleOneWay(flow); // a connection, which the server has forgotten if it answers another
            }
            flows.restart(flow);
            flow.copyAttempt(side.at(entry));
        }
        flow.raise(HAS_SIDE_ATTEMPTS);
        flows.removeSideAttempt(entry);
        flow.touch(sender, s.time());
        return true;
    }

    void onServerReset(Flow flow, Segment s) {
        if (flow.isPending() && s.has(Tcp.ACK) && flow.acknowledges(s.acknowledgement())) {
            settle(flow, Outcome.REFUSED);
            flows.rearm(flow);
            return;
        }
        if (flow.isSettled() && flow.outcome() == Outcome.REFUSED) {
            flow.endpoints(ends);
            observer.heard(ends, s.time()); // a client asks some more times
        }
        if (flow.is(HAS_SIDE_ATTEMPTS)) {
            int entry = flows.sideAttempt(flow, s.acknowledgement() - 1, false);
            if (entry >= 0) {
                settle(side.at(entry), Outcome.REFUSED);
                flows.rearm(side);
                return;
            }
        }
        if (flow.isPending()) {
            spoke(flow, s.time());
        }
    }

    void onClientReset(Flow flow, Segment s) {
        int ahead = s.sequence() - flow.isn();
        if (flow.isPending() && !flow.is(GOES_ON) && (ahead == 0 || ahead == 1)) {
            settle(flow, Outcome.ABORTED);
            flows.rearm(flow);
        }
    }

    /** Any other segment while the attempt is pending: the SYN-ACK was missed, or this answers a simultaneous open. */
    void onOther(Flow flow, int direction, Segment s) {
        if (direction == CLIENT) {
            int ahead = s.sequence() - flow.isn() - 1;
            if (s.has(Tcp.ACK) && ahead >= 0 && ahead < GOES_ON_WINDOW) {
                if (ahead == 0 && !flow.is(GOES_ON)) {
                    flow.nextRecord(CLIENT, s.sequence()); // both streams begin here
                    flow.nextRecord(SERVER, s.acknowledgement());
                }
                goesOn(flow);
            }
            return;
        }
        if (s.has(Tcp.SYN)) {
            flow.raise(SERVER_SYN);
            return;
        }
        int ahead = s.acknowledgement() - flow.isn() - 1;
        if (s.has(Tcp.ACK) && ahead >= 0 && ahead < GOES_ON_WINDOW) {
            if (flow.is(SERVER_SYN)) {
                answer(flow, s);
            } else {
                goesOn(flow);
            }
        } else {
            spoke(flow, s.time());
        }
    }

    /**
     * Something came from the server's port that is no answer to the SYN: it holds another connection for the same
     * 4-tuple and says so (RFC 5961 section 4). Whatever becomes of the attempt, this port is not silent.
     */
    private void spoke(Flow flow, long time) {
        flow.endpoints(ends);
        observer.wrongAcknowledgement(ends, time);
    }

    private void goesOn(Flow flow) {
        if (!flow.is(GOES_ON)) {
            flow.raise(GOES_ON);
            flows.rearm(flow);
        }
    }

    void onUnreachable(Flow flow, int sequence) {
        if (flow.isPending() && flow.isn() == sequence) {
            settle(flow, Outcome.UNREACHABLE);
            flows.rearm(flow);
        } else if (flow.is(HAS_SIDE_ATTEMPTS)) {
            int entry = flows.sideAttempt(flow, sequence, false);
            if (entry >= 0) {
                settle(side.at(entry), Outcome.UNREACHABLE);
                flows.rearm(side);
            }
        }
    }

    /** How long after its last SYN, or the sign that it goes on, the attempt is settled by the clock. */
    long settleAfter(Flow flow) {
        return flow.is(GOES_ON) ? Math.min(options.timeout(), REORDER_NANOS) : options.timeout();
    }

    /** The clock says that nothing more will come. */
    void expire(Flow flow) {
        if (flow.is(GOES_ON)) {
            settleOneWay(flow);
        } else {
            settle(flow, Outcome.UNANSWERED);
        }
    }

    /** A SYN-ACK that the mirror lost. What else was seen of the server proves that it was sent. */
    private void settleOneWay(Flow flow) {
        settle(flow, Outcome.ONE_WAY);
        if (flow.packets(SERVER) > 0) {
            observer.answerAlone(ends, flow.lastPacket(SERVER));
        }
    }

    /** The input ends at {@code end}, packet time. */
    void finish(Flow flow, long end) {
        if (!flow.isPending()) {
            return;
        }
        boolean timedOut = end - flow.lastSyn() >= options.timeout()
                || flow.syns() > 1 && end - flow.firstSyn() >= options.timeout();
        if (flow.is(GOES_ON)) {
            settleOneWay(flow);
        } else {
            settle(flow, timedOut ? Outcome.UNANSWERED : Outcome.PENDING);
        }
    }

    /** The entry is needed for another at {@code time}: what has not waited long enough stays pending. */
    void evict(Flow flow, long time) {
        if (!flow.isPending()) {
            return;
        }
        if (flow.is(GOES_ON)) {
            settleOneWay(flow);
        } else {
            boolean timedOut = time - flow.lastSyn() >= options.timeout();
            settle(flow, timedOut ? Outcome.UNANSWERED : Outcome.PENDING);
        }
    }

    private void settle(Flow flow, Outcome outcome) {
        settle(flow, outcome, 0);
    }

    /** {@code answer}: time of the SYN-ACK, 0 where there is none. */
    private void settle(Flow flow, Outcome outcome, long answer) {
        if (!flow.isPending()) {
            return;
        }
        flow.outcome(outcome);
        flow.endpoints(ends);
        observer.handshake(ends, outcome, flow.firstSyn(), flow.lastSyn(), flow.syns(), answer);
    }
}
