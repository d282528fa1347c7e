package dev.tap445.decode;

import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.Nbss;
import dev.tap445.wire.NetbiosName;
import dev.tap445.wire.Smb2;
import dev.tap445.wire.Smb2SessionSetup;
import io.netty.buffer.ByteBuf;

/**
 * Finds what a device says of itself in SESSION_SETUP messages and NetBIOS session requests. Stateless; hostile lengths
 * end in {@link IdentitySink#onFailure}. It never reads account names, passwords and hashes.
 */
public final class IdentityReader {
    /** A called name that stands for whoever listens ({@code *SMBSERVER}, {@code *}). */
    private static final String ANY_SERVER = "*";

    private IdentityReader() {}

    /** SMB1 SESSION_SETUP_ANDX (MS-CIFS 2.2.4.53, MS-SMB 2.2.4.6); {@code at} is the SMB header, header checked. */
    public static void smb1SessionSetup(ByteBuf m, int at, int available, boolean reply, IdentitySink sink) {
        Smb1SessionSetups.read(m, at, available, reply, sink);
    }

    /** SMB2 SESSION_SETUP (MS-SMB2 2.2.5, 2.2.6); {@code at} is the SMB2 header, header checked. */
    public static void smb2SessionSetup(ByteBuf m, int at, int available, boolean reply, IdentitySink sink) {
        int status = Smb2.status(m, at);
        if (reply && status != 0 && status != Smb2SessionSetup.MORE_PROCESSING_REQUIRED) {
            return; // an ERROR response (MS-SMB2 2.2.2)
        }
        int fixed = reply ? Smb2SessionSetup.ANSWER_LENGTH : Smb2SessionSetup.REQUEST_LENGTH;
        if (available < fixed) {
            sink.onFailure(DecodeFailure.SMB2_TRUNCATED);
            return;
        }
        if (Smb2.bodySize(m, at) != (reply ? Smb2SessionSetup.ANSWER_SIZE : Smb2SessionSetup.REQUEST_SIZE)) {
            sink.onFailure(DecodeFailure.SMB2_STRUCTURE);
            return;
        }
        if (reply && status == 0 && Smb2SessionSetup.isGuest(m, at)) {
            sink.onGuest();
        }
        int length = Smb2SessionSetup.blobLength(m, at, reply);
        if (length == 0) {
            return;
        }
        int offset = Smb2SessionSetup.blobOffset(m, at, reply);
        if (offset < fixed || offset + length > available) {
            sink.onFailure(DecodeFailure.SMB2_TRUNCATED);
        }
        if (offset >= fixed) {
            int blob = at + offset;
            NtlmsspMessages.read(m, blob, blob + length, at + available, reply, sink);
        }
    }

    /** NetBIOS session request (RFC 1002 section 4.3.2); {@code at} is behind the record header. */
    public static void sessionRequest(ByteBuf m, int at, int available, IdentitySink sink) {
        int end = at + available;
        if (available < 2 * Nbss.ENCODED_NAME_LENGTH) {
            sink.onFailure(DecodeFailure.NBSS_LENGTH);
            return;
        }
        int called = NetbiosName.check(m, at, end);
        if (called < 0) {
            sink.onFailure(DecodeFailure.NETBIOS_NAME);
            return;
        }
        String server = netbiosName(m, at);
        if (!server.startsWith(ANY_SERVER)) {
            IdentityText.report(sink, true, IdentityField.NETBIOS_NAME, server);
        }
        if (NetbiosName.check(m, at + called, end) < 0) {
            sink.onFailure(DecodeFailure.NETBIOS_NAME);
            return;
        }
        IdentityText.report(sink, false, IdentityField.NETBIOS_NAME, netbiosName(m, at + called));
    }

    /** The text without its padding, blanks or zeros, and without the byte for its kind. */
    private static String netbiosName(ByteBuf m, int at) {
        int length = NetbiosName.TEXT_LENGTH;
        while (length > 0 && isPadding(NetbiosName.byteAt(m, at, length - 1))) {
            length--;
        }
        StringBuilder name = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            name.append(IdentityText.ascii(NetbiosName.byteAt(m, at, i)));
        }
        return name.toString().strip();
    }

    private static boolean isPadding(int value) {
        return value == ' ' || value == 0;
    }
}
