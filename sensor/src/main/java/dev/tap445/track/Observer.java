package dev.tap445.track;

import dev.tap445.decode.IdentityField;
import dev.tap445.decode.Offer;

/**
 * What trackers tell the inventory. Each call is a fact that can be added to what is known in any order, so that the
 * order of connections and the number of workers change nothing. Times are nanoseconds since the epoch, packet time.
 */
public interface Observer {

    /**
     * An attempt was settled.
     *
     * @param syns SYNs seen, duplicates left out
     * @param answer time of the SYN-ACK; 0 unless answered
     */
    void handshake(Endpoints ends, Outcome outcome, long firstSyn, long lastSyn, int syns, long answer);

    /** An attempt that is not settled sent its SYN for the second time. */
    void trying(Endpoints ends, long firstSyn);

    /** The SYN of an attempt that was already settled came again. */
    void lateSyn(Endpoints ends, Outcome outcome, long time);

    /** A SYN-ACK for which no attempt was seen. */
    void answerAlone(Endpoints ends, long time);

    /** SYN-ACK or RST whose acknowledgement fits no attempt. */
    void wrongAcknowledgement(Endpoints ends, long time);

    /** RST from the server's port for an attempt that was settled before, or for none that is known: it is not silent. */
    void heard(Endpoints ends, long time);

    /** A NEGOTIATE request. {@code dialects}: {@code count} codes; a follow-up of an SMB1 negotiate is not counted. */
    void offer(Endpoints ends, Offer offer, int[] dialects, int count, boolean followUp, long time);

    /**
     * An answer, or {@link dev.tap445.decode.Dialects#REFUSED}.
     *
     * @param offer what was answered
     */
    void answer(Endpoints ends, int dialect, Offer offer, Refusal refusal, long time);

    /** A connection on which SMB1 was accepted or is in use, once. */
    void smb1Session(Endpoints ends, Offer offer, long time);

    /** SMB1 messages other than NEGOTIATE since the last call for this connection. */
    void smb1Traffic(Endpoints ends, int messages, long bytes, long last);

    /**
     * Connection between the two, other than attempts; both are alive.
     *
     * @param lastClient last packet of the client; 0 where none was seen
     * @param lastServer likewise
     */
    void contact(Endpoints ends, long first, long lastClient, long lastServer);

    /** A connection of which one direction alone was seen. */
    void oneWay(Endpoints ends, boolean clientSeen, long time);

    /** A packet from this address. */
    void life(long high, long low, int zone, long time);

    /**
     * Something other than the opening of connections was seen up to this time: from the port of a server, or from any
     * host. A feed of SYNs alone has nothing of the kind, and all servers look silent in it.
     */
    void wayBack(long time);

    /** The source MAC in the low 48 bits, as of the first packet of a connection. */
    void mac(long high, long low, int zone, long mac, long time);

    /** Where the first packet of a connection was mirrored, a {@link dev.tap445.wire.Vantage}. */
    void seenIn(long high, long low, int zone, int vantage, long time);

    /** Text that a device says of itself. */
    void identity(long high, long low, int zone, IdentityField field, String text, long time);

    /** {@code mode}: 0 off, 1 enabled, 2 required. */
    void signing(long high, long low, int zone, int mode, long time);

    void guestSession(Endpoints ends, long time);

    /** SPAN duplicates since the last call. */
    void duplicates(long count);
}
