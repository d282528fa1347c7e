package dev.tap445.track;

import static dev.tap445.track.FlowLayout.CLIENT;
import static dev.tap445.track.FlowLayout.CLIENT_SYNCED;
import static dev.tap445.track.FlowLayout.SERVER;

import dev.tap445.decode.Segment;
import dev.tap445.wire.Tcp;

/**
 * Signs that a 4-tuple carries another connection than the one that is followed, whose end was not seen, and neither the
 * SYN that came then. A sign counts when the other segment that it asks for has come, with the very sequence numbers:
 *
 * <ul>
 *   <li>a SYN, and a segment of either side that lies close behind it and far from both streams;
 *   <li>a SYN-ACK that fits no attempt, and what one side sends first after it;
 *   <li>a NEGOTIATE alone in its segment, both of its sequence numbers far from the two streams, and the answer to it. A
 *       file that is copied can look like one of the two, but not like both, one in each direction.
 * </ul>
 *
 * At most {@value #ENTRIES} signs wait; another takes the place of an older one. One thread.
 */
final class Successors {
    static final int ENTRIES = 256;

    private static final int SYN = -1;

    /** Farther than the end of any record from its beginning, 24 bits of length (MS-SMB2 2.1). */
    static final int FAR = 1 << 25;

    private static final int NEAR = 1 << 20;

    /** No connection is faster than ten gigabits a second, whatever of it was not seen. */
    private static final double BYTES_A_NANO = 1.25;

    private final Reassembly reassembly;
    private final int[] flows = new int[ENTRIES]; // entry + 1; 0 is free
    private final int[] clients = new int[ENTRIES];
    private final int[] servers = new int[ENTRIES];
    private final int[] ends = new int[ENTRIES];
    private final int[] slots = new int[ENTRIES]; // of the NEGOTIATE; 0 for a SYN-ACK, less for a SYN
    private int waiting;

    Successors(Reassembly reassembly) {
        this.reassembly = reassembly;
    }

    boolean isEmpty() {
        return waiting == 0;
    }

    /** A SYN beside a connection that was not closed. */
    void onSyn(Flow flow, int isn) {
        put(flow, isn + 1, 0, isn + 1, SYN);
    }

    /** A SYN-ACK that fits no attempt: where both streams would begin. */
    void onSynAck(Flow flow, int client, int server) {
        put(flow, client, server, client, 0);
    }

    /** A NEGOTIATE far from what is known, whose payload is all there. */
    void onNegotiate(Flow flow, Segment s) {
        int slot = reassembly.open(s.sequence(), s.time());
        if (slot != 0) {
            reassembly.add(slot, 0, s.memory(), s.payloadOffset(), s.payloadCaptured());
            put(flow, s.sequence(), s.acknowledgement(), s.sequence() + s.payloadLength(), slot);
        }
    }

    private void put(Flow flow, int client, int server, int end, int slot) {
        int i = flow.entry() & ENTRIES - 1;
        clear(i);
        flows[i] = flow.entry() + 1;
        clients[i] = client;
        servers[i] = server;
        ends[i] = end;
        slots[i] = slot;
        waiting++;
    }

    private void clear(int i) {
        if (flows[i] != 0) {
            reassembly.release(Math.max(0, slots[i]));
            flows[i] = 0;
            waiting--;
        }
    }

    /** Nothing more will come of this flow. */
    void forget(int entry) {
        int i = entry & ENTRIES - 1;
        if (flows[i] == entry + 1) {
            clear(i);
        }
    }

    /** Nothing more will come of any flow. */
    void clear() {
        for (int i = 0; i < ENTRIES && waiting > 0; i++) {
            clear(i);
        }
    }

    /** Whether the segment is the other half of a sign that waits for this flow. */
    boolean isConfirmed(Flow flow, int direction, Segment s) {
        int i = flow.entry() & ENTRIES - 1;
        if (flows[i] != flow.entry() + 1 || !s.has(Tcp.ACK) || s.has(Tcp.SYN) || s.has(Tcp.RST)) {
            return false;
        }
        if (slots[i] == SYN) {
            int behind = (direction == CLIENT ? s.sequence() : s.acknowledgement()) - clients[i];
            return behind >= 0 && behind < NEAR && isFar(flow, direction, s);
        }
        if (slots[i] != 0) {
            return direction == SERVER
                    && s.sequence() == servers[i]
                    && s.acknowledgement() == ends[i]
                    && RecordStart.isNegotiate(s, flow.serverPort());
        }
        int known = s.acknowledgement() - clients[i];
        return direction == CLIENT
                ? s.sequence() == clients[i] && s.acknowledgement() == servers[i]
                : s.sequence() == servers[i] && known >= 0 && known < NEAR;
    }

    /** Where the client's stream begins, by the sign that waits. */
    int client(Flow flow) {
        return clients[flow.entry() & ENTRIES - 1];
    }

    int server(Flow flow) {
        return servers[flow.entry() & ENTRIES - 1];
    }

    /** Takes the sign away; the slot that holds the NEGOTIATE, now the caller's, 0 for a SYN-ACK, less for a SYN. */
    int take(Flow flow) {
        int i = flow.entry() & ENTRIES - 1;
        int slot = slots[i];
        slots[i] = 0;
        clear(i);
        return slot;
    }

    /** Whether a segment lies far from both streams. */
    static boolean isFar(Flow flow, int direction, Segment s) {
        return flow.is(CLIENT_SYNCED)
                && flow.is(CLIENT_SYNCED << SERVER)
                && s.has(Tcp.ACK)
                && isFar(s.sequence() - flow.nextRecord(direction))
                && isFar(s.acknowledgement() - flow.nextRecord(SERVER - direction));
    }

    private static boolean isFar(int distance) {
        return distance > FAR || distance < -FAR;
    }

    /** Whether neither stream can have come there in {@code nanos}. */
    static boolean isOutOfReach(Flow flow, Segment s, long nanos) {
        double reach = FAR + BYTES_A_NANO * Math.max(0, nanos);
        return Integer.toUnsignedLong(s.sequence() - flow.nextRecord(CLIENT)) > reach
                && Integer.toUnsignedLong(s.acknowledgement() - flow.nextRecord(SERVER)) > reach;
    }
}
