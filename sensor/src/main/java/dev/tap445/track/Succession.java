package dev.tap445.track;

import static dev.tap445.track.FlowLayout.CLIENT;
import static dev.tap445.track.FlowLayout.CLIENT_SEEN;
import static dev.tap445.track.FlowLayout.CONTACTED;

import dev.tap445.decode.Segment;

/**
 * Goes over from a connection whose end was not seen to the one that has followed it on the same 4-tuple, once the signs
 * of that are complete. The tracker's thread.
 */
final class Succession {
    private final Successors signs;
    private final Lifetimes lifetimes;
    private final Handshakes handshakes;
    private final SmbConversation smb;
    private final StreamReader streams;

    Succession(Successors signs, Lifetimes lifetimes, SmbConversation smb, StreamReader streams) {
        this.signs = signs;
        this.lifetimes = lifetimes;
        this.handshakes = lifetimes.handshakes();
        this.smb = smb;
        this.streams = streams;
    }

    /** Goes over where this segment is the other half of a sign. */
    void onSegment(Flow flow, int direction, Segment s) {
        if (!signs.isEmpty() && signs.isConfirmed(flow, direction, s)) {
            succeed(flow, direction, s);
        }
    }

    /** Goes over to the connection that has followed this one on the same 4-tuple. */
    private void succeed(Flow flow, int direction, Segment s) {
        int client = signs.client(flow);
        int server = signs.server(flow);
        int slot = signs.take(flow);
        if (slot < 0) {
            handshakes.succeed(flow, client, direction, s);
            return;
        }
        handshakes.succeed(flow, client, server, slot == 0, s.time());
        flow.touch(direction, s.time());
        if (slot != 0) {
            flow.raise(CONTACTED | CLIENT_SEEN);
            streams.begin(flow, slot, s.time());
        }
        lifetimes.rearm(flow);
    }

    /**
     * Whether this is the first word of another connection, which waits for its answer unless there is no doubt.
     *
     * @param silence how long nothing was seen of the flow before, nanoseconds
     */
    boolean mayBegin(Flow flow, Segment s, long silence) {
        if (!Successors.isFar(flow, CLIENT, s) || !RecordStart.isNegotiate(s, flow.serverPort())) {
            return false;
        }
        if (Successors.isOutOfReach(flow, s, silence)) {
            handshakes.succeed(flow, s.sequence(), s.acknowledgement(), false, s.time());
            flow.touch(CLIENT, s.time());
            flow.raise(CONTACTED);
            smb.onSegment(flow, CLIENT, s);
            return false;
        }
        signs.onNegotiate(flow, s);
        return true;
    }
}
