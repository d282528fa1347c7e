package dev.tap445.decode;

import dev.tap445.support.ByteWriter;

/** Made-up SESSION_SETUP messages and NTLMSSP blobs; the account in them is {@link #ACCOUNT}. */
final class SetupMessages {
    static final String ACCOUNT = "jdoe-the-account";

    static final int UNICODE = 0x8000;
    static final int EXTENDED_SECURITY = 0x0800;
    static final int REPLY = 0x80;
    private static final int NO_CHAIN = 0xff;

    private SetupMessages() {}

    static ByteWriter smb1Header(int flags, int flags2) {
        return new ByteWriter()
                .u8(0xff)
                .ascii("SMB")
                .u8(0x73)
                .u32(0)
                .u8(flags)
                .u16Le(flags2)
                .zeros(20);
    }

    private static ByteWriter texts(ByteWriter out, boolean unicode, String... texts) {
        if (unicode && out.length() % 2 != 0) {
            out.u8(0);
        }
        for (String text : texts) {
            if (unicode) {
                out.utf16Z(text);
            } else {
                out.asciiZ(text);
            }
        }
        return out;
    }

    /** Puts the byte count where the words end and everything behind it. */
    private static byte[] finish(ByteWriter words, ByteWriter bytes) {
        byte[] all = bytes.toArray();
        byte[] tail = java.util.Arrays.copyOfRange(all, words.length() + 2, all.length);
        return words.u16Le(tail.length).put(tail).toArray();
    }

    private static ByteWriter andX(int flags, int flags2, int words) {
        return smb1Header(flags, flags2).u8(words).u8(NO_CHAIN).u8(0).u16Le(0);
    }

    private static ByteWriter copy(ByteWriter words) {
        return new ByteWriter().put(words.toArray()).u16Le(0);
    }

    /** NT LM 0.12 without extended security: 13 words. */
    static byte[] smb1Nt(boolean unicode, int oem, int nt) {
        ByteWriter words = andX(0, unicode ? UNICODE : 0, 13)
                .u16Le(16644)
                .u16Le(50)
                .u16Le(1)
                .u32Le(0)
                .u16Le(oem)
                .u16Le(nt)
                .zeros(8);
        ByteWriter bytes = copy(words).fill(0xa5, oem + nt);
        return finish(words, texts(bytes, unicode, ACCOUNT, "ACCOUNTING", "Windows 4.0", "Windows NT 4.0"));
    }

    /** Before NT LM 0.12: 10 words. */
    static byte[] smb1Lanman() {
        ByteWriter words =
                andX(0, 0, 10).u16Le(4356).u16Le(2).u16Le(0).u32Le(0).u16Le(24).zeros(4);
        ByteWriter bytes = copy(words).fill(0x5a, 24);
        return finish(words, texts(bytes, false, ACCOUNT, "SHOPFLOOR", "OS/2", "LAN Manager 2.1"));
    }

    /** With extended security: 12 words. */
    static byte[] smb1Extended(boolean unicode, byte[] blob) {
        ByteWriter words = andX(0, EXTENDED_SECURITY | (unicode ? UNICODE : 0), 12)
                .u16Le(16644)
                .u16Le(50)
                .u16Le(1)
                .u32Le(0)
                .u16Le(blob.length)
                .zeros(8);
        ByteWriter bytes = copy(words).put(blob);
        return finish(words, texts(bytes, unicode, "Windows 2002 2600", "Windows 2002 5.1", "LAB"));
    }

    static byte[] smb1Answer(boolean unicode, int action) {
        ByteWriter words = andX(REPLY, unicode ? UNICODE : 0, 3).u16Le(action);
        return finish(words, texts(copy(words), unicode, "Unix", "Samba 3.0.37", "OFFICE"));
    }

    static byte[] smb1ExtendedAnswer(boolean unicode, byte[] blob) {
        ByteWriter words = andX(REPLY, unicode ? UNICODE : 0, 4).u16Le(0).u16Le(blob.length);
        return finish(words, texts(copy(words).put(blob), unicode, "Windows 5.1", "Windows 2000 LAN Manager", "LAB"));
    }

    private static ByteWriter ntlmssp(int type) {
        return new ByteWriter().asciiZ("NTLMSSP").u32Le(type);
    }

    private static ByteWriter field(ByteWriter out, int length, int offset) {
        return out.u16Le(length).u16Le(length).u32Le(offset);
    }

    static byte[] ntlmNegotiate() {
        ByteWriter out = ntlmssp(1).u32Le(0xe208_b297L);
        field(field(out, 3, 40), 7, 43);
        return out.zeros(8).ascii("LAB").ascii("PRINTER").toArray();
    }

    static byte[] ntlmChallenge() {
        ByteWriter out = field(ntlmssp(2), 6, 56)
                .u32Le(0xe28a_8215L)
                .u64(0x0123_4567_89ab_cdefL)
                .u64(0);
        field(out, 4 + 10 + 4 + 6 + 4, 62).zeros(8).utf16("LAB");
        return out.u16Le(2)
                .u16Le(6)
                .utf16("LAB")
                .u16Le(1)
                .u16Le(10)
                .utf16("FILE1")
                .u32Le(0)
                .toArray();
    }

    static byte[] ntlmAuthenticate(boolean unicode) {
        int width = unicode ? 2 : 1;
        int domain = 3 * width;
        int user = ACCOUNT.length() * width;
        int host = 7 * width;
        ByteWriter out = field(field(ntlmssp(3), 24, 72), 24, 96);
        field(field(field(out, domain, 120), user, 120 + domain), host, 120 + domain + user);
        field(out, 0, 120 + domain + user + host)
                .u32Le(unicode ? 1 : 2)
                .zeros(8)
                .fill(0xa5, 48);
        return unicode
                ? out.utf16("LAB").utf16(ACCOUNT).utf16("PRINTER").toArray()
                : out.ascii("LAB").ascii(ACCOUNT).ascii("PRINTER").toArray();
    }

    /** Some DER around a token, as SPNEGO has it. */
    static byte[] spnego(byte[] token) {
        return new ByteWriter()
                .u16(0x6048)
                .ascii("\006\006+\006\001\005\005\002NTLM\240>")
                .put(token)
                .u16(0xa312)
                .zeros(5)
                .toArray();
    }

    static ByteWriter smb2Header(boolean answer, int status) {
        return new ByteWriter()
                .u8(0xfe)
                .ascii("SMB")
                .u16Le(64)
                .u16Le(1)
                .u32Le(status)
                .u16Le(1)
                .u16Le(1)
                .u32Le(answer ? 1 : 0)
                .zeros(44);
    }

    static byte[] smb2Request(byte[] blob) {
        return smb2Header(false, 0)
                .u16Le(25)
                .u8(0)
                .u8(1)
                .u32Le(1)
                .u32Le(0)
                .u16Le(88)
                .u16Le(blob.length)
                .zeros(8)
                .put(blob)
                .toArray();
    }

    static byte[] smb2Answer(int status, int sessionFlags, byte[] blob) {
        return smb2Header(true, status)
                .u16Le(9)
                .u16Le(sessionFlags)
                .u16Le(72)
                .u16Le(blob.length)
                .put(blob)
                .toArray();
    }

    static ByteWriter netbiosName(ByteWriter out, String name, int kind) {
        out.u8(32);
        for (int i = 0; i < 16; i++) {
            int value = i == 15 ? kind : i < name.length() ? name.charAt(i) : ' ';
            out.u8('A' + (value >>> 4)).u8('A' + (value & 15));
        }
        return out.u8(0);
    }

    static byte[] sessionRequest(String called, String calling) {
        return netbiosName(netbiosName(new ByteWriter(), called, 0x20), calling, 0)
                .toArray();
    }
}
