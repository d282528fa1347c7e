package dev.tap445.decode;

import static dev.tap445.decode.IdentityText.report;

import dev.tap445.wire.Bytes;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.Smb1;
import dev.tap445.wire.Smb1SessionSetup;
import io.netty.buffer.ByteBuf;

/** SMB1 SESSION_SETUP_ANDX and those chained behind it: texts of the sender, guest bit, NTLMSSP in the blob. */
final class Smb1SessionSetups {
    /** Commands of a chain that are looked at. */
    private static final int MAX_CHAIN = 4;

    private Smb1SessionSetups() {}

    static void read(ByteBuf m, int at, int available, boolean reply, IdentitySink sink) {
        int end = at + available;
        int block = Smb1.WORD_COUNT;
        for (int i = 0; i < MAX_CHAIN; i++) {
            if (!command(m, at, at + block, end, reply, sink)) {
                return;
            }
            int next = Smb1SessionSetup.nextCommand(m, at + block);
            int offset = Smb1SessionSetup.nextOffset(m, at + block);
            if (next != Smb1SessionSetup.NO_FURTHER_COMMAND && offset <= block) {
                sink.onFailure(DecodeFailure.SMB1_ANDX);
                return;
            }
            if (next != Smb1.COMMAND_SESSION_SETUP_ANDX) {
                return;
            }
            block = offset;
        }
        sink.onFailure(DecodeFailure.SMB1_ANDX);
    }

    /** Reads one command; false where its words are not there or not those of a SESSION_SETUP_ANDX. */
    private static boolean command(ByteBuf m, int header, int block, int end, boolean reply, IdentitySink sink) {
        if (block >= end) {
            sink.onFailure(DecodeFailure.SMB1_TRUNCATED);
            return false;
        }
        int words = Bytes.u8(m, block);
        if (reply && words == 0) {
            return false; // an error
        }
        if (reply ? !isAnswer(words) : !isRequest(words)) {
            sink.onFailure(DecodeFailure.SMB1_WORD_COUNT);
            return false;
        }
        int byteCount = Smb1SessionSetup.byteCountOffset(block, words);
        int bytes = byteCount + Smb1SessionSetup.BYTE_COUNT_LENGTH;
        if (bytes > end) {
            sink.onFailure(DecodeFailure.SMB1_TRUNCATED);
            return false;
        }
        int declared = bytes + Bytes.u16Le(m, byteCount);
        if (declared > end) {
            sink.onFailure(DecodeFailure.SMB1_BYTE_COUNT);
        }
        if (reply) {
            answer(m, header, block, words, bytes, declared, end, sink);
        } else {
            request(m, header, block, words, bytes, declared, end, sink);
        }
        return true;
    }

    private static boolean isRequest(int words) {
        return words == Smb1SessionSetup.WORDS_NT
                || words == Smb1SessionSetup.WORDS_EXTENDED
                || words == Smb1SessionSetup.WORDS_LANMAN;
    }

    private static boolean isAnswer(int words) {
        return words == Smb1SessionSetup.WORDS_ANSWER || words == Smb1SessionSetup.WORDS_EXTENDED_ANSWER;
    }

    private static void request(
            ByteBuf m, int header, int block, int words, int bytes, int declared, int end, IdentitySink sink) {
        int secret = Smb1SessionSetup.secretLength(m, block, words);
        if (bytes + secret > declared) {
            sink.onFailure(DecodeFailure.SMB1_BYTE_COUNT);
            return;
        }
        Smb1Strings texts = texts(m, header, bytes + secret, declared, end);
        if (words == Smb1SessionSetup.WORDS_EXTENDED) {
            boolean ntlm = NtlmsspMessages.read(m, bytes, bytes + secret, end, false, sink);
            if (ntlm || Smb1.hasExtendedSecurity(m, header)) {
                system(texts, false, sink);
            } else {
                sink.onFailure(DecodeFailure.SMB1_WORD_COUNT); // an exploit's way: what follows is no text
            }
        } else {
            texts.skip(); // the account
            report(sink, false, IdentityField.SMB1_DOMAIN, texts.next());
            report(sink, false, IdentityField.NATIVE_OS, texts.next());
            report(sink, false, IdentityField.NATIVE_LANMAN, texts.next());
        }
    }

    private static void answer(
            ByteBuf m, int header, int block, int words, int bytes, int declared, int end, IdentitySink sink) {
        if (Smb1SessionSetup.isGuest(m, block) && Smb1.status(m, header) == 0) {
            sink.onGuest();
        }
        int blob = words == Smb1SessionSetup.WORDS_EXTENDED_ANSWER ? Smb1SessionSetup.answerBlobLength(m, block) : 0;
        if (bytes + blob > declared) {
            sink.onFailure(DecodeFailure.SMB1_BYTE_COUNT);
            return;
        }
        NtlmsspMessages.read(m, bytes, bytes + blob, end, true, sink);
        Smb1Strings texts = texts(m, header, bytes + blob, declared, end);
        system(texts, true, sink);
    }

    /**
     * Operating system, LAN manager, domain. Windows Server 2003 puts an empty text behind its system: what stands in the
     * domain's place is then told by its blanks, which a domain does not have (RFC 1123 section 2.1).
     */
    private static void system(Smb1Strings texts, boolean ofServer, IdentitySink sink) {
        report(sink, ofServer, IdentityField.NATIVE_OS, texts.next());
        String lanman = texts.next();
        String domain = texts.next();
        if (lanman.isEmpty() && domain.indexOf(' ') > 0) {
            lanman = domain;
            domain = "";
        }
        report(sink, ofServer, IdentityField.NATIVE_LANMAN, lanman);
        report(sink, ofServer, IdentityField.SMB1_DOMAIN, domain);
    }

    private static Smb1Strings texts(ByteBuf m, int header, int from, int declared, int end) {
        return new Smb1Strings(m, header, from, Math.min(declared, end), Smb1.isUnicode(m, header), declared > end);
    }
}
