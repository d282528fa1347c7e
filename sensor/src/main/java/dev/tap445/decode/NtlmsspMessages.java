package dev.tap445.decode;

import static dev.tap445.decode.IdentityText.report;

import dev.tap445.wire.Bytes;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.Ntlmssp;
import io.netty.buffer.ByteBuf;

/**
 * The NTLMSSP message in a security blob, raw or within SPNEGO (MS-NLMP 2.2.1): names of machines and domains. The user
 * name and the responses are never read.
 */
final class NtlmsspMessages {
    private static final int SIGNATURE_LENGTH = 8;
    /** AV pairs of a challenge that are looked at. */
    private static final int MAX_AV_PAIRS = 32;

    private NtlmsspMessages() {}

    /**
     * @param end end of the blob as announced
     * @param captured end of what may be read; what lies between it and {@code end} is missing, not wrong
     * @return whether there is such a message in the blob
     */
    static boolean read(ByteBuf m, int blob, int end, int captured, boolean ofServer, IdentitySink sink) {
        int at = find(m, blob, Math.min(end, captured));
        if (at < 0) {
            return false;
        }
        Message message = new Message(m, at, end, captured, ofServer, sink);
        if (message.has(Ntlmssp.MIN_LENGTH)) {
            switch (Ntlmssp.type(m, at)) {
                case Ntlmssp.NEGOTIATE -> negotiate(message);
                case Ntlmssp.CHALLENGE -> challenge(message);
                case Ntlmssp.AUTHENTICATE -> authenticate(message);
                default -> sink.onFailure(DecodeFailure.NTLMSSP);
            }
        }
        return true;
    }

    private static int find(ByteBuf m, int from, int end) {
        for (int at = from; at + SIGNATURE_LENGTH <= end; at++) {
            if (Bytes.u8(m, at) == 'N' && Bytes.i64(m, at) == Ntlmssp.SIGNATURE) {
                return at;
            }
        }
        return -1;
    }

    private static void negotiate(Message message) {
        if (message.ofServer || !message.has(Ntlmssp.NEGOTIATE_FLAGS_END)) {
            return;
        }
        boolean domain = Ntlmssp.domainSupplied(message.memory, message.at);
        boolean workstation = Ntlmssp.workstationSupplied(message.memory, message.at);
        if ((domain || workstation) && message.has(Ntlmssp.NEGOTIATE_LENGTH)) {
            if (workstation) {
                message.text(Ntlmssp.NEGOTIATE_WORKSTATION, IdentityField.NTLM_HOSTNAME, false);
            }
            if (domain) {
                message.text(Ntlmssp.NEGOTIATE_DOMAIN, IdentityField.NTLM_DOMAIN, false);
            }
        }
    }

    private static void authenticate(Message message) {
        if (!message.ofServer && message.has(Ntlmssp.AUTHENTICATE_LENGTH)) {
            boolean unicode = Ntlmssp.isUnicode(message.memory, message.at);
            message.text(Ntlmssp.AUTHENTICATE_WORKSTATION, IdentityField.NTLM_HOSTNAME, unicode);
            message.text(Ntlmssp.AUTHENTICATE_DOMAIN, IdentityField.NTLM_DOMAIN, unicode);
        }
    }

    private static void challenge(Message message) {
        ByteBuf m = message.memory;
        if (!message.ofServer
                || !message.has(Ntlmssp.CHALLENGE_FLAGS_END)
                || !Ntlmssp.hasTargetInfo(m, message.at)
                || !message.has(Ntlmssp.CHALLENGE_LENGTH)
                || !message.holds(Ntlmssp.CHALLENGE_TARGET_INFO)) {
            return;
        }
        int pair = (int) message.start(Ntlmssp.CHALLENGE_TARGET_INFO); // within the message
        int end = pair + Ntlmssp.fieldLength(m, message.at, Ntlmssp.CHALLENGE_TARGET_INFO);
        for (int i = 0; i < MAX_AV_PAIRS && pair < end; i++) {
            if (end - pair < Ntlmssp.AV_HEADER_LENGTH) {
                message.sink.onFailure(DecodeFailure.NTLMSSP);
                return;
            }
            int length = Ntlmssp.avLength(m, pair);
            int value = pair + Ntlmssp.AV_HEADER_LENGTH;
            if (length > end - value) {
                message.sink.onFailure(DecodeFailure.NTLMSSP);
                return;
            }
            switch (Ntlmssp.avId(m, pair)) {
                case Ntlmssp.AV_END -> {
                    return;
                }
                case Ntlmssp.AV_COMPUTER_NAME -> message.text(value, length, IdentityField.NTLM_HOSTNAME, true);
                case Ntlmssp.AV_DOMAIN_NAME -> message.text(value, length, IdentityField.NTLM_DOMAIN, true);
                default -> {}
            }
            pair = value + length;
        }
    }

    /** A message and the bounds of its fields. */
    private record Message(ByteBuf memory, int at, int end, int captured, boolean ofServer, IdentitySink sink) {

        /** Whether {@code length} bytes of it are there; counts it where they ought to be. */
        boolean has(int length) {
            return within(at, length);
        }

        /** Whether the bytes that the field at {@code field} points to are there. */
        boolean holds(int field) {
            return within(start(field), Ntlmssp.fieldLength(memory, at, field));
        }

        long start(int field) {
            return at + Ntlmssp.fieldOffset(memory, at, field);
        }

        private boolean within(long from, int length) {
            if (from + length > end) {
                sink.onFailure(DecodeFailure.NTLMSSP);
                return false;
            }
            return from + length <= captured;
        }

        void text(int field, IdentityField as, boolean unicode) {
            int length = Ntlmssp.fieldLength(memory, at, field);
            if (length != 0 && holds(field)) {
                if (Ntlmssp.fieldOffset(memory, at, field) < Ntlmssp.MIN_LENGTH) {
                    sink.onFailure(DecodeFailure.NTLMSSP);
                } else {
                    text((int) start(field), length, as, unicode);
                }
            }
        }

        void text(int from, int length, IdentityField as, boolean unicode) {
            report(
                    sink,
                    ofServer,
                    as,
                    unicode ? IdentityText.utf16(memory, from, length) : IdentityText.oem(memory, from, length));
        }
    }
}
