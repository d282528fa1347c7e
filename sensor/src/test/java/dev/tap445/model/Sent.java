package dev.tap445.model;

import dev.tap445.support.Packet;

/**
 * A packet, and what it proves to whoever sees it.
 *
 * @param connection number of the connection that it belongs to
 */
record Sent(Packet packet, int connection, int server, int port, boolean fromServer, Mark mark) {
    /** What a single packet proves. */
    enum Mark {
        NOTHING,
        /** The server answered a SYN: SYN-ACK, or RST. */
        ANSWER,
        /** The server accepted SMB1, or spoke it in a session, in a segment that begins with the message. */
        SMB1,
        /** A packet of the server on another port. */
        LIFE
    }

    long time() {
        return packet.timeNanos();
    }

    Sent at(long time) {
        return new Sent(packet.at(time), connection, server, port, fromServer, mark);
    }

    Sent cut(int snapLength) {
        return new Sent(packet.cut(snapLength), connection, server, port, fromServer, mark);
    }

    /** Whether all that the mark needs was captured: the headers of the message, and the choice in it. */
    boolean proves(Mark what) {
        int needed = what == Mark.SMB1 ? 14 + 40 + 4 + 32 + 1 + 2 : 14 + 40;
        return mark == what && packet.frame().length >= Math.min(needed, packet.original());
    }
}
