package dev.tap445.track;

import static dev.tap445.track.FlowLayout.CLIENT;
import static dev.tap445.track.FlowLayout.CLIENT_FAILED;
import static dev.tap445.track.FlowLayout.CLIENT_LOST;
import static dev.tap445.track.FlowLayout.CLIENT_SYNCED;
import static dev.tap445.track.FlowLayout.SERVER;

import dev.tap445.decode.Segment;
import dev.tap445.wire.Bytes;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.Nbss;
import dev.tap445.wire.Smb1;
import dev.tap445.wire.Smb2;
import dev.tap445.wire.Tcp;
import io.netty.buffer.ByteBuf;

/**
 * Follows one direction of a connection from record to record (RFC 1002 section 4.3.1, MS-SMB2 2.1). What lies inside a
 * record that nobody needs is skipped by sequence number, seen or not; only the beginnings of records must come in
 * order, and those alone are reassembled, in a bounded {@link Reassembly} slot. After a loss it takes up again at the
 * next segment that begins with a record.
 */
final class StreamReader {
    /** Receives records as soon as as much of them is there as {@link #needed} asks for. */
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

    private static final int MAGIC_END = Nbss.HEADER_LENGTH + 4;
    private static final int MAX_SMB1_ANSWER = 512;
    private static final int MAX_SMB2_NEGOTIATE = Smb2.HEADER_LENGTH + Smb2.NEGOTIATE_REQUEST_LENGTH + 128;
    private static final int MAX_SETUP = Reassembly.SLOT - 2 * Nbss.HEADER_LENGTH;
    private static final int MAX_SESSION_REQUEST = 256;

    private final Reassembly reassembly;
    private final Records records;

    StreamReader(Reassembly reassembly, Records records) {
        this.reassembly = reassembly;
        this.records = records;
    }

    /** Takes the payload of a segment. */
    void onPayload(Flow flow, int direction, Segment s) {
        int sequence = s.sequence() + (s.isSyn() || s.isSynAck() ? 1 : 0);
        int captured = s.payloadCaptured();
        boolean cut = captured < s.payloadLength();
        ByteBuf m = s.memory();
        int at = s.payloadOffset();
        if (!flow.is(CLIENT_SYNCED << direction)) {
            if (!startsRecord(m, at, captured, flow.serverPort())) {
                return;
            }
            flow.nextRecord(direction, sequence);
            flow.raise(CLIENT_LOST << direction);
        }
        int slot = flow.slot(direction);
        if (slot != 0 && gaveUp(flow, direction, slot, sequence, s.time())) {
            if (!flow.is(CLIENT_SYNCED << direction)) {
                if (!startsRecord(m, at, captured, flow.serverPort())) {
                    return;
                }
                flow.nextRecord(direction, sequence);
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
        int consumed = walk(flow, direction, m, at - ahead, captured + ahead, s.time());
        if (consumed < 0) {
            return;
        }
        int left = captured + ahead - consumed;
        if (cut) {
            cutShort(flow, direction, m, at - ahead + consumed, left, s.time());
        } else if (left > 0) {
            carry(flow, direction, m, at - ahead + consumed, left, s.time());
        }
    }

    /** Whether this looks like the beginning of a record: how a stream is taken up in its middle. */
    private static boolean startsRecord(ByteBuf m, int at, int length, int port) {
        if (length < MAGIC_END) {
            return false;
        }
        int type = Nbss.type(m, at);
        if (type == Nbss.SESSION_REQUEST && port == Nbss.NETBIOS_PORT) {
            return Nbss.length(m, at, true) == 2 * Nbss.ENCODED_NAME_LENGTH;
        }
        return type == Nbss.SESSION_MESSAGE
                && isMagic(Bytes.i32(m, at + Nbss.HEADER_LENGTH))
                && Nbss.length(m, at, port == Nbss.NETBIOS_PORT) >= Smb1.HEADER_LENGTH;
    }

    /** Whether a segment holds a NEGOTIATE of SMB1 or SMB2, or the answer to one, the whole of it and nothing else. */
    static boolean isNegotiate(Segment s, int port) {
        ByteBuf m = s.memory();
        int at = s.payloadOffset();
        int length = s.payloadCaptured();
        if (length < s.payloadLength() || length > Reassembly.SLOT || !startsRecord(m, at, length, port)) {
            return false;
        }
        int smb = at + Nbss.HEADER_LENGTH;
        int whole = Nbss.length(m, at, port == Nbss.NETBIOS_PORT);
        if (Nbss.type(m, at) != Nbss.SESSION_MESSAGE || whole + Nbss.HEADER_LENGTH != length) {
            return false;
        }
        return Smb1.isMagic(m, smb)
                ? Smb1.command(m, smb) == Smb1.COMMAND_NEGOTIATE
                : Smb2.isMagic(m, smb) && whole >= Smb2.HEADER_LENGTH && Smb2.command(m, smb) == Smb2.COMMAND_NEGOTIATE;
    }

    /** Reads what {@code slot} holds of the client's stream, which begins there. */
    void begin(Flow flow, int slot, long time) {
        flow.slot(CLIENT, slot);
        drain(flow, CLIENT, slot, time);
    }

    private static boolean isMagic(int magic) {
        return magic == Smb1.MAGIC || magic == Smb2.MAGIC || Smb2.isTransform(magic);
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
            int need = needed(m, record, available, flow.serverPort());
            if (need < 0) {
                lose(flow, direction, need == BAD_TYPE ? DecodeFailure.NBSS_TYPE : DecodeFailure.SMB_HEADER);
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

    private static final int BAD_TYPE = -1;
    private static final int BAD_MAGIC = -2;

    /** Bytes needed from the record's header on before it can be handed over, or a negative reason. */
    private static int needed(ByteBuf m, int at, int available, int port) {
        if (available < 1) {
            return Nbss.HEADER_LENGTH;
        }
        int type = Nbss.type(m, at);
        if (!Nbss.isKnown(type)) {
            return BAD_TYPE;
        }
        if (available < Nbss.HEADER_LENGTH) {
            return Nbss.HEADER_LENGTH;
        }
        int length = Nbss.length(m, at, port == Nbss.NETBIOS_PORT);
        if (type == Nbss.SESSION_REQUEST) {
            return Nbss.HEADER_LENGTH + Math.min(length, MAX_SESSION_REQUEST);
        }
        if (type != Nbss.SESSION_MESSAGE || length < 4) {
            return Nbss.HEADER_LENGTH;
        }
        if (available < MAGIC_END) {
            return MAGIC_END;
        }
        int smb = at + Nbss.HEADER_LENGTH;
        int magic = Bytes.i32(m, smb);
        if (magic == Smb1.MAGIC) {
            return Nbss.HEADER_LENGTH + smb1Needed(m, smb, available - Nbss.HEADER_LENGTH, length);
        }
        if (magic == Smb2.MAGIC) {
            return Nbss.HEADER_LENGTH + smb2Needed(m, smb, available - Nbss.HEADER_LENGTH, length);
        }
        return Smb2.isTransform(magic) ? MAGIC_END : BAD_MAGIC;
    }

    private static int smb1Needed(ByteBuf m, int smb, int available, int length) {
        int header = Math.min(length, Smb1.HEADER_LENGTH);
        if (available < header || header < Smb1.HEADER_LENGTH) {
            return header;
        }
        return switch (Smb1.command(m, smb)) {
            case Smb1.COMMAND_NEGOTIATE ->
                Math.min(length, Smb1.isReply(m, smb) ? MAX_SMB1_ANSWER : dev.tap445.decode.Negotiate.MAX_LENGTH);
            case Smb1.COMMAND_SESSION_SETUP_ANDX -> Math.min(length, MAX_SETUP);
            default -> header;
        };
    }

    private static int smb2Needed(ByteBuf m, int smb, int available, int length) {
        int header = Math.min(length, Smb2.HEADER_LENGTH);
        if (available < header || header < Smb2.HEADER_LENGTH) {
            return header;
        }
        return switch (Smb2.command(m, smb)) {
            case Smb2.COMMAND_NEGOTIATE -> Math.min(length, MAX_SMB2_NEGOTIATE);
            case Smb2.COMMAND_SESSION_SETUP -> Math.min(length, MAX_SETUP);
            default -> header;
        };
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
        if (left < MAGIC_END) {
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
            if (!startsRecord(m, at, length, flow.serverPort())) {
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
        if (length < MAGIC_END) {
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
