package dev.tap445.fuzz;

import dev.tap445.decode.IdentityField;
import dev.tap445.decode.IdentityReader;
import dev.tap445.decode.IdentitySink;
import dev.tap445.decode.Negotiate;
import dev.tap445.decode.Offer;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.Smb1;
import dev.tap445.wire.Smb2;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Each reader of SMB messages on its own, on a message that ends where its memory ends. */
public final class MessageTarget implements IdentitySink {
    private static final MessageTarget SINK = new MessageTarget();
    private static final Negotiate NEGOTIATE = new Negotiate();

    private MessageTarget() {}

    public static void fuzzerTestOneInput(byte[] data) {
        ByteBuf m = Unpooled.wrappedBuffer(data);
        for (boolean whole : new boolean[] {false, true}) {
            if (data.length >= Smb1.HEADER_LENGTH) {
                NEGOTIATE.smb1Request(m, 0, data.length, whole);
                check(whole, data.length);
            }
            if (data.length >= Smb2.HEADER_LENGTH) {
                NEGOTIATE.smb2Request(m, 0, data.length, whole);
                check(whole, data.length);
            }
        }
        for (boolean reply : new boolean[] {false, true}) {
            if (data.length > Smb1.HEADER_LENGTH) {
                IdentityReader.smb1SessionSetup(m, 0, data.length, reply, SINK);
            }
            if (data.length > Smb2.HEADER_LENGTH) {
                IdentityReader.smb2SessionSetup(m, 0, data.length, reply, SINK);
            }
        }
        IdentityReader.sessionRequest(m, 0, data.length, SINK);
    }

    private static void check(boolean whole, int length) {
        if (NEGOTIATE.count() < 0 || NEGOTIATE.count() > length) {
            throw new AssertionError("more dialects than bytes");
        }
        if (!whole && NEGOTIATE.offer() == Offer.SMB1_ONLY && NEGOTIATE.count() == 0) {
            throw new AssertionError("SMB1-only without a dialect");
        }
    }

    @Override
    public void onIdentity(boolean ofServer, IdentityField field, String text) {
        if (text.codePoints().anyMatch(Character::isISOControl)) {
            throw new AssertionError("control characters in " + field);
        }
    }

    @Override
    public void onGuest() {}

    @Override
    public void onFailure(DecodeFailure reason) {}
}
