package dev.tap445.track;

import dev.tap445.decode.Negotiate;
import dev.tap445.decode.Segment;
import dev.tap445.wire.Bytes;
import dev.tap445.wire.Nbss;
import dev.tap445.wire.Smb1;
import dev.tap445.wire.Smb2;
import io.netty.buffer.ByteBuf;

/**
 * What the first bytes of a record tell of it (RFC 1002 section 4.3.1, MS-SMB2 2.1): whether one begins here at all, and
 * how much of it must be there before it says what anybody needs to know.
 */
final class RecordStart {
    /** Where the first four bytes of the SMB message end: less says nothing of a record. */
    static final int MAGIC_END = Nbss.HEADER_LENGTH + 4;

    /** What {@link #needed} says where nothing known to RFC 1002 begins. */
    static final int BAD_TYPE = -1;

    private static final int BAD_MAGIC = -2;
    private static final int MAX_SMB1_ANSWER = 512;
    private static final int MAX_SMB2_NEGOTIATE = Smb2.HEADER_LENGTH + Smb2.NEGOTIATE_REQUEST_LENGTH + 128;
    private static final int MAX_SETUP = Reassembly.SLOT - 2 * Nbss.HEADER_LENGTH;
    private static final int MAX_SESSION_REQUEST = 256;

    private RecordStart() {}

    /** Whether this looks like the beginning of a record: how a stream is taken up in its middle. */
    static boolean isHere(ByteBuf m, int at, int length, int port) {
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
        if (length < s.payloadLength() || length > Reassembly.SLOT || !isHere(m, at, length, port)) {
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

    private static boolean isMagic(int magic) {
        return magic == Smb1.MAGIC || magic == Smb2.MAGIC || Smb2.isTransform(magic);
    }

    /** Bytes needed from the record's header on before it can be handed over, or a negative reason why none begins. */
    static int needed(ByteBuf m, int at, int available, int port) {
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
                Math.min(length, Smb1.isReply(m, smb) ? MAX_SMB1_ANSWER : Negotiate.MAX_LENGTH);
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
}
