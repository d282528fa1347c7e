package dev.tap445.track;

import static dev.tap445.track.FlowLayout.CLIENT;
import static dev.tap445.track.FlowLayout.CLIENT_FAILED;
import static dev.tap445.track.FlowLayout.CLIENT_LOST;
import static dev.tap445.track.FlowLayout.CLIENT_SYNCED;
import static dev.tap445.track.FlowLayout.SERVER;

import dev.tap445.decode.Segment;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.Nbss;
import dev.tap445.wire.Tcp;
import io.netty.buffer.ByteBuf;

/**
 * Follows one direction of a connection from record to record (RFC 1002 section 4.3.1, MS-SMB2 2.1). What lies inside a
 * record that nobody needs is skipped by sequence number, seen or not; only the beginnings of records must come in
 * order, and those alone are reassembled, in a bounded {@link Reassembly} slot. After a loss it takes up again at the
 * next segment that begins with a record.
 */
final class StreamReader {
    /** Receives records as soon as as much of them is there as {@link RecordStart#needed} asks for. */
    interface Records {
        /**
         * @param at offset of the record's header
         * @param available bytes that may be read there, header included
         * @param length bytes behind the header, as announced
         * @param direction who sent it
         */
        void onRecord(Flow flow, int direction, ByteBuf m, int at, int available, int length, long timeNanos);

        void onFailure(DecodeFailure reason);
    }

    /** A hole in front of a record is given up after this, packet time. */
    static final long HOLE_NANOS = 1_000_000_000L;

    /** A record that is not whole after this, packet time, is given up. */
    private static final long STALE_NANOS = 10_000_000_000L;

    private final Reassembly reassembly;
    private final Records records;

    StreamReader(Reassembly reassembly, Records records) {
        this.reassembly = reassembly;
        this.records = records;
    }

    /** Takes the payload of a segment. */
    void onPayload(Flow flow, int direction, Segment s) {
        int sequence = s.sequence() + (s.isSyn() || s.isSynAck() ? 1 : 0);
        if (!flow.is(CLIENT_SYNCED << direction)) {
            if (!resumes(flow, direction, s, sequence)) {
                return;
            }
            flow.raise(CLIENT_LOST << direction);
        }
        int slot = flow.slot(direction);
        if (slot != 0 && gaveUp(flow, direction, slot, sequence, s.time())) {
            if (!flow.is(CLIENT_SYNCED << direction) && !resumes(flow, direction, s, sequence)) {
                return;
            }
            slot = flow.slot(direction);
        }
        int ahead = sequence - flow.nextRecord(direction);
        if (ahead + s.payloadLength() <= 0) {
            return; // all of it lies in a record that is being skipped, or came before
        }
        if (slot != 0 || ahead > 0) {
            buffer(flow, direction, slot, ahead, s);
            return;
        }
        ByteBuf m = s.memory();
        int at = s.payloadOffset() - ahead;
        int there = s.payloadCaptured() + ahead;
        int consumed = walk(flow, direction, m, at, there, s.time());
        if (consumed < 0) {
            return;
        }
        if (s.payloadCaptured() < s.payloadLength()) {
            cutShort(flow, direction, m, at + consumed, there - consumed, s.time());
        } else if (there > consumed) {
            carry(flow, direction, m, at + consumed, there - consumed, s.time());
        }
    }

    /** Takes the stream up where the segment begins with a record; false where it does not. */
    private static boolean resumes(Flow flow, int direction, Segment s, int sequence) {
        if (!RecordStart.isHere(s.memory(), s.payloadOffset(), s.payloadCaptured(), flow.serverPort())) {
            return false;
        }
        flow.nextRecord(direction, sequence);
        return true;
    }

    /** Reads what {@code slot} holds of the client's stream, which begins there. */
    void begin(Flow flow, int slot, long time) {
        flow.slot(CLIENT, slot);
        drain(flow, CLIENT, slot, time);
    }

    /**
     * Hands over every record that is there in {@code length} bytes at {@code at}, where the next record begins.
     *
     * @return bytes consumed, which may be more than {@code length} (the rest is skipped by sequence number), or -1 where
     *     the stream is no longer followed
     */
    private int walk(Flow flow, int direction, ByteBuf m, int at, int length, long time) {
        int consumed = 0;
        while (consumed < length) {
            int record = at + consumed;
            int available = length - consumed;
            int need = RecordStart.needed(m, record, available, flow.serverPort());
            if (need < 0) {
                lose(
                        flow,
                        direction,
                        need == RecordStart.BAD_TYPE ? DecodeFailure.NBSS_TYPE : DecodeFailure.SMB_HEADER);
                return -1;
            }
            if (available < need) {
                return consumed;
            }
            int announced = Nbss.length(m, record, flow.serverPort() == Nbss.NETBIOS_PORT);
            int whole = Nbss.HEADER_LENGTH + announced;
            flow.nextRecord(direction, flow.nextRecord(direction) + whole);
            records.onRecord(flow, direction, m, record, Math.min(available, whole), announced, time);
            if (whole >= available) {
                return length;
            }
            consumed += whole;
        }
        return consumed;
    }

    /** Keeps the beginning of a record until the rest of what is needed comes. */
    private void carry(Flow flow, int direction, ByteBuf m, int at, int length, long time) {
        int slot = reassembly.open(flow.nextRecord(direction), time);
        if (slot == 0 || !reassembly.add(slot, 0, m, at, length)) {
            reassembly.release(slot);
            lose(flow, direction, DecodeFailure.STREAM_GAP);
            return;
        }
        flow.slot(direction, slot);
    }

    /** The snap length cut the segment: what was seen of the last record is all there will be. */
    private void cutShort(Flow flow, int direction, ByteBuf m, int at, int left, long time) {
        if (left < RecordStart.MAGIC_END) {
            desynchronise(flow, direction);
            return;
        }
        int announced = Nbss.length(m, at, flow.serverPort() == Nbss.NETBIOS_PORT);
        flow.nextRecord(direction, flow.nextRecord(direction) + Nbss.HEADER_LENGTH + announced);
        records.onRecord(flow, direction, m, at, left, announced, time);
    }

    private void buffer(Flow flow, int direction, int openSlot, int ahead, Segment s) {
        int slot = openSlot != 0 ? openSlot : reassembly.open(flow.nextRecord(direction), s.time());
        if (slot == 0) {
            lose(flow, direction, DecodeFailure.STREAM_GAP);
            return;
        }
        flow.slot(direction, slot);
        if (direction == SERVER
                && flow.is(CLIENT_SYNCED)
                && s.has(Tcp.ACK)
                && s.acknowledgement() - flow.nextRecord(CLIENT) > Nbss.HEADER_LENGTH) {
            flow.raise(CLIENT_LOST); // when this is read, nobody knows any more what it was said to
        }
        boolean added = reassembly.add(slot, ahead, s.memory(), s.payloadOffset(), s.payloadCaptured());
        if (!added && ahead > 0) {
            salvage(flow, direction, slot, s.time());
            return;
        }
        drain(flow, direction, slot, s.time());
    }

    /** Hands over what has become whole in the slot. */
    private void drain(Flow flow, int direction, int slot, long time) {
        int length = reassembly.contiguous(slot);
        if (length == 0) {
            return;
        }
        ByteBuf m = reassembly.memory(slot);
        int at = reassembly.offset(slot);
        int consumed = walk(flow, direction, m, at, length, time);
        if (consumed == 0) {
            return;
        }
        if (consumed < 0) {
            return; // lose() released the slot
        }
        int base = reassembly.base(slot);
        int next = flow.nextRecord(direction) - base;
        flow.slot(direction, 0);
        moveRest(flow, direction, slot, next, time);
        reassembly.release(slot);
    }

    /** Takes what the slot holds from the next record on to a new slot. */
    private void moveRest(Flow flow, int direction, int slot, int next, long time) {
        int fresh = 0;
        for (int i = 0; i < reassembly.pieceCount(slot); i++) {
            int start = Math.max(reassembly.pieceStart(slot, i), next);
            int end = reassembly.pieceEnd(slot, i);
            if (start >= end) {
                continue;
            }
            if (fresh == 0) {
                fresh = reassembly.open(flow.nextRecord(direction), time);
                if (fresh == 0) {
                    lose(flow, direction, DecodeFailure.STREAM_GAP);
                    return;
                }
                flow.slot(direction, fresh);
            }
            reassembly.add(fresh, start - next, reassembly.memory(slot), reassembly.offset(slot) + start, end - start);
        }
        if (fresh != 0 && reassembly.contiguous(fresh) > 0) {
            drain(flow, direction, fresh, time);
        }
    }

    /** Whether the hole in the slot's data has been open too long; if so, takes up behind it where possible. */
    private boolean gaveUp(Flow flow, int direction, int slot, int sequence, long time) {
        boolean fills = sequence - reassembly.base(slot) <= reassembly.contiguous(slot);
        boolean late = time - reassembly.opened(slot) > HOLE_NANOS && hasHole(slot) && !fills;
        boolean far = sequence - reassembly.base(slot) >= Reassembly.SLOT;
        if (!late && !far) {
            return false;
        }
        salvage(flow, direction, slot, time);
        return true;
    }

    private boolean hasHole(int slot) {
        return reassembly.pieceCount(slot) > (reassembly.contiguous(slot) > 0 ? 1 : 0);
    }

    /**
     * Gives up the hole. What lies before it is handed over as it is, and tells where the next record begins; without
     * that the first piece behind the hole that begins with a record is where the stream goes on.
     */
    private void salvage(Flow flow, int direction, int slot, long time) {
        records.onFailure(DecodeFailure.STREAM_GAP);
        flow.raise(CLIENT_LOST << direction);
        flow.slot(direction, 0);
        int first = reassembly.contiguous(slot) > 0 ? 1 : 0;
        boolean handedOver = handOver(flow, direction, slot, time);
        flow.raise(CLIENT_LOST << direction); // behind an offer too, if that was one
        if (!handedOver) {
            desynchronise(flow, direction);
        }
        for (int i = first; i < reassembly.pieceCount(slot); i++) {
            takeUp(flow, direction, slot, i, time);
        }
        reassembly.release(slot);
    }

    private void takeUp(Flow flow, int direction, int slot, int piece, long time) {
        int start = reassembly.pieceStart(slot, piece);
        int length = reassembly.pieceEnd(slot, piece) - start;
        int sequence = reassembly.base(slot) + start;
        ByteBuf m = reassembly.memory(slot);
        int at = reassembly.offset(slot) + start;
        int open = flow.slot(direction);
        if (open != 0) { // the piece before this one ended inside a record
            reassembly.add(open, sequence - reassembly.base(open), m, at, length);
            return;
        }
        int skipped = flow.is(CLIENT_SYNCED << direction) ? flow.nextRecord(direction) - sequence : -1;
        if (skipped < 0) {
            if (!RecordStart.isHere(m, at, length, flow.serverPort())) {
                desynchronise(flow, direction);
                return;
            }
            flow.nextRecord(direction, sequence);
            flow.raise(CLIENT_LOST << direction);
            skipped = 0;
        }
        if (skipped >= length) {
            return;
        }
        int consumed = skipped + Math.max(0, walk(flow, direction, m, at + skipped, length - skipped, time));
        if (consumed < length && flow.is(CLIENT_SYNCED << direction)) {
            carry(flow, direction, m, at + consumed, length - consumed, time);
        }
    }

    private void lose(Flow flow, int direction, DecodeFailure reason) {
        if (!flow.is(CLIENT_FAILED << direction)) {
            flow.raise(CLIENT_FAILED << direction);
            records.onFailure(reason);
        }
        flow.raise(CLIENT_LOST << direction);
        desynchronise(flow, direction);
    }

    private void desynchronise(Flow flow, int direction) {
        flow.clear(CLIENT_SYNCED << direction);
        release(flow, direction);
    }

    /** Whatever part of a record is still kept at the end: handed over as it is. */
    void flush(Flow flow, int direction, long time) {
        while (flow.slot(direction) != 0 && hasHole(flow.slot(direction))) {
            salvage(flow, direction, flow.slot(direction), time);
        }
        int slot = flow.slot(direction);
        if (slot != 0) {
            flow.slot(direction, 0);
            handOver(flow, direction, slot, time);
            reassembly.release(slot);
        }
    }

    /** The record that the slot begins with, as far as it is there; false where not even its header is. */
    private boolean handOver(Flow flow, int direction, int slot, long time) {
        int length = reassembly.contiguous(slot);
        if (length < RecordStart.MAGIC_END) {
            return false;
        }
        int announced = announced(flow, slot);
        flow.nextRecord(direction, reassembly.base(slot) + Nbss.HEADER_LENGTH + announced);
        int available = Math.min(length, Nbss.HEADER_LENGTH + announced);
        records.onRecord(flow, direction, reassembly.memory(slot), reassembly.offset(slot), available, announced, time);
        return true;
    }

    private int announced(Flow flow, int slot) {
        boolean netbios = flow.serverPort() == Nbss.NETBIOS_PORT;
        return Nbss.length(reassembly.memory(slot), reassembly.offset(slot), netbios);
    }

    /** Gives a record up whose rest has not come for long, so that nobody can hold all buffers. */
    void abandon(Flow flow, int direction, long time) {
        int slot = flow.slot(direction);
        if (slot != 0 && time - reassembly.opened(slot) > STALE_NANOS) {
            flush(flow, direction, flow.lastPacket(direction));
            lose(flow, direction, DecodeFailure.STREAM_GAP);
        }
    }

    void release(Flow flow, int direction) {
        int slot = flow.slot(direction);
        if (slot != 0) {
            flow.slot(direction, 0);
            reassembly.release(slot);
        }
    }
}
