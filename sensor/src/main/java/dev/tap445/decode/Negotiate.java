package dev.tap445.decode;

import dev.tap445.wire.Bytes;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.Smb1;
import dev.tap445.wire.Smb2;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Reads NEGOTIATE requests and answers of SMB1 (MS-CIFS 2.2.4.52) and SMB2 (MS-SMB2 2.2.3, 2.2.4). A reusable cursor,
 * one per worker: a {@code request…} or {@code answer…} call sets it, the accessors read it.
 *
 * <p>All take the SMB message at {@code at}, of which {@code available} bytes may be read; {@code whole} says whether
 * that is all of it.
 */
public final class Negotiate {
    /** Dialects kept of one request. */
    public static final int MAX_DIALECTS = 64;
    /** Bytes of a request that are looked at: 10 000 dialects are somebody's joke. */
    public static final int MAX_LENGTH = 4096;

    private final int[] dialects = new int[MAX_DIALECTS];
    private int count;
    private boolean smb1Offered;
    private boolean smb2Offered;
    private boolean complete;
    private int securityMode;
    private @Nullable DecodeFailure failure;

    private void clear() {
        count = 0;
        smb1Offered = false;
        smb2Offered = false;
        complete = false;
        securityMode = -1;
        failure = null;
    }

    /** SMB1 request: word count 0, byte count, then dialects, each 0x02 and a NUL-terminated string. */
    public void smb1Request(ByteBuf m, int at, int available, boolean whole) {
        clear();
        int end = at + available;
        int bytes = at + Smb1.WORDS;
        if (end - bytes < 2) {
            failure = whole ? DecodeFailure.SMB1_TRUNCATED : null;
            return;
        }
        int words = Smb1.wordCount(m, at);
        bytes += 2 * words;
        if (words != 0) {
            failure = DecodeFailure.SMB1_WORD_COUNT;
        }
        if (end - bytes < 2) {
            failure = whole ? DecodeFailure.SMB1_TRUNCATED : failure;
            return;
        }
        int byteCount = Bytes.u16Le(m, bytes);
        int dialect = bytes + 2;
        int stop = dialect + byteCount;
        complete = stop <= end;
        if (stop > end) {
            failure = whole ? DecodeFailure.SMB1_BYTE_COUNT : failure;
            complete = whole; // a wrong byte count hides nothing: the message is all there
            stop = end;
        }
        dialects(m, dialect, stop);
        if (whole && stop < end) {
            failure = DecodeFailure.SMB1_BYTE_COUNT;
            complete &= Bytes.u8(m, stop) != Smb1.DIALECT_FORMAT; // more dialects that the count leaves out, or padding
        }
        if (complete && !smb1Offered && !smb2Offered) {
            failure = DecodeFailure.SMB1_NO_DIALECTS;
            complete = false;
        }
    }

    private void dialects(ByteBuf m, int from, int stop) {
        int at = from;
        while (at < stop) {
            if (Bytes.u8(m, at) != Smb1.DIALECT_FORMAT) {
                failure = DecodeFailure.SMB1_DIALECT_FORMAT;
                complete = false;
                return;
            }
            int name = at + 1;
            int nul = name;
            while (nul < stop && Bytes.u8(m, nul) != 0) {
                nul++;
            }
            if (nul == stop) {
                if (complete) {
                    failure = DecodeFailure.SMB1_DIALECT_FORMAT;
                    add(m, name, nul);
                }
                return;
            }
            add(m, name, nul);
            at = nul + 1;
        }
    }

    private void add(ByteBuf m, int from, int to) {
        int code = Dialects.ofString(m, from, to - from);
        if (Dialects.isSmb2String(code)) {
            smb2Offered = true;
        } else if (to > from) {
            smb1Offered = true; // an empty entry keeps its place in the list and offers nothing
        }
        if (count < MAX_DIALECTS) {
            dialects[count] = code;
        }
        count++;
    }

    /** SMB2 request: structure size 36, dialect count, then two bytes a dialect; contexts behind them are not needed. */
    public void smb2Request(ByteBuf m, int at, int available, boolean whole) {
        clear();
        smb2Offered = true;
        complete = true; // an SMB2 header offers SMB2 alone, whatever it lists
        if (available < Smb2.HEADER_LENGTH + Smb2.NEGOTIATE_REQUEST_LENGTH) {
            failure = whole ? DecodeFailure.SMB2_TRUNCATED : null;
            return;
        }
        if (Smb2.bodySize(m, at) != Smb2.NEGOTIATE_REQUEST_SIZE) {
            failure = DecodeFailure.SMB2_STRUCTURE;
            return;
        }
        securityMode = Smb2.requestSecurityMode(m, at);
        int listed = Smb2.dialectCount(m, at);
        int fit = (available - Smb2.HEADER_LENGTH - Smb2.NEGOTIATE_REQUEST_LENGTH) / 2;
        if (listed == 0 || listed > fit && whole) {
            failure = DecodeFailure.SMB2_DIALECTS;
        }
        for (int i = 0; i < Math.min(listed, Math.min(fit, MAX_DIALECTS)); i++) {
            int code = Dialects.ofRevision(Smb2.dialect(m, at, i));
            if (code != Dialects.NONE) {
                dialects[count++] = code;
            }
        }
    }

    /** The class of the last request. */
    public Offer offer() {
        if (!complete) {
            return smb1Offered && smb2Offered ? Offer.SMB1_AND_SMB2 : Offer.INCOMPLETE;
        }
        if (!smb1Offered) {
            return Offer.SMB2_ONLY;
        }
        return smb2Offered ? Offer.SMB1_AND_SMB2 : Offer.SMB1_ONLY;
    }

    /** Whether an SMB1 dialect was among what was seen of the last request. */
    public boolean smb1Offered() {
        return smb1Offered;
    }

    /** Dialects of the last request, which may be more than were kept. */
    public int count() {
        return count;
    }

    /** Code of the {@code index}th dialect; {@link Dialects#OTHER} beyond what is kept. */
    public int dialect(int index) {
        return index < Math.min(count, MAX_DIALECTS) ? dialects[index] : Dialects.OTHER;
    }

    /** SMB2 SecurityMode of the last request, or -1. */
    public int securityMode() {
        return securityMode;
    }

    /** What was wrong with the last request, though it may still have told its offer; null where nothing was. */
    public @Nullable DecodeFailure failure() {
        return failure;
    }
}
