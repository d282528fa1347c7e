package dev.tap445.support;

import java.util.List;

/** SMB messages as bytes, each behind its NBSS header (RFC 1002 section 4.3.1). */
public final class Smb {
    public static final String NT_LM = "NT LM 0.12";
    public static final String SMB2_002 = "SMB 2.002";
    public static final String SMB2_ANY = "SMB 2.???";
    public static final int NEGOTIATE = 0x72;
    public static final int SESSION_SETUP = 0x73;
    public static final int TREE_CONNECT = 0x75;
    private static final int NOT_SUPPORTED = 0xc000_00bb;

    private Smb() {}

    /** A session message. */
    public static byte[] record(byte[] message) {
        return new ByteWriter().u32(message.length).put(message).toArray();
    }

    /** A record of any type and declared length. */
    public static byte[] nbss(int type, int length, byte[] body) {
        return new ByteWriter().u8(type).u8(length >>> 16).u16(length).put(body).toArray();
    }

    /** From {@code CLIENT-1} to {@code *SMBSERVER}. */
    public static byte[] sessionRequest() {
        return nbss(
                0x81,
                68,
                new ByteWriter()
                        .put(name("*SMBSERVER", ' '))
                        .put(name("CLIENT-1", '\0'))
                        .toArray());
    }

    public static byte[] sessionGranted() {
        return nbss(0x82, 0, new byte[0]);
    }

    private static byte[] name(String text, char suffix) {
        StringBuilder padded = new StringBuilder(text);
        while (padded.length() < 15) {
            padded.append(' ');
        }
        padded.append(suffix);
        ByteWriter out = new ByteWriter().u8(32);
        for (int i = 0; i < padded.length(); i++) {
            out.u8('A' + (padded.charAt(i) >>> 4)).u8('A' + (padded.charAt(i) & 15));
        }
        return out.u8(0).toArray();
    }

    /** Header and body of an SMB1 message (MS-CIFS 2.2.3.1), without NBSS. */
    public static byte[] smb1Message(int command, boolean reply, int status, byte[] body) {
        return new ByteWriter()
                .u32(0xff53_4d42L)
                .u8(command)
                .u32Le(status)
                .u8(reply ? 0x98 : 0x18)
                .u16Le(0xc801)
                .zeros(12)
                .u16Le(0xffff)
                .u16Le(0x1234)
                .u16Le(0)
                .u16Le(1)
                .put(body)
                .toArray();
    }

    /** Word count, words, byte count and bytes. */
    public static byte[] body(int words, byte[] wordBytes, int byteCount, byte[] bytes) {
        return new ByteWriter()
                .u8(words)
                .put(wordBytes)
                .u16Le(byteCount)
                .put(bytes)
                .toArray();
    }

    public static byte[] smb1(int command, boolean reply) {
        return record(smb1Message(command, reply, 0, body(0, new byte[0], 0, new byte[0])));
    }

    public static byte[] dialects(String... names) {
        ByteWriter out = new ByteWriter();
        for (String name : names) {
            out.u8(2).asciiZ(name);
        }
        return out.toArray();
    }

    public static byte[] smb1Negotiate(String... names) {
        return smb1NegotiateBytes(dialects(names));
    }

    /** A NEGOTIATE with these bytes in place of a list of dialects. */
    public static byte[] smb1NegotiateBytes(byte[] bytes) {
        return smb1NegotiateBytes(0, bytes.length, bytes);
    }

    public static byte[] smb1NegotiateBytes(int words, int byteCount, byte[] bytes) {
        return record(smb1Message(NEGOTIATE, false, 0, body(words, new byte[2 * words], byteCount, bytes)));
    }

    /** The answer of NT LM 0.12: 17 words (MS-CIFS 2.2.4.52.2). */
    public static byte[] smb1Answer(int index) {
        byte[] words = new ByteWriter().u16Le(index).u8(3).zeros(31).toArray();
        return record(smb1Message(NEGOTIATE, true, 0, body(17, words, 8, new byte[8])));
    }

    public static byte[] smb1AnswerWords(int words, int index) {
        byte[] bytes = words == 0
                ? new byte[0]
                : new ByteWriter().u16Le(index).zeros(2 * words - 2).toArray();
        return record(smb1Message(NEGOTIATE, true, 0, body(words, bytes, 0, new byte[0])));
    }

    /** None of these dialects. */
    public static byte[] smb1Refusal() {
        return smb1AnswerWords(1, 0xffff);
    }

    /** The same as impacket's server says it: the index among the bytes, and no words. */
    public static byte[] smb1RefusalWithoutWords() {
        return record(smb1Message(
                NEGOTIATE,
                true,
                0,
                body(0, new byte[0], 2, new ByteWriter().u16Le(0xffff).toArray())));
    }

    public static byte[] smb1ErrorAnswer() {
        return record(smb1Message(NEGOTIATE, true, NOT_SUPPORTED, body(0, new byte[0], 0, new byte[0])));
    }

    /** Header and body of an SMB2 message (MS-SMB2 2.2.1.2), without NBSS. */
    public static byte[] smb2Message(int command, boolean response, int status, long messageId, byte[] body) {
        return new ByteWriter()
                .u32(0xfe53_4d42L)
                .u16Le(64)
                .u16Le(1)
                .u32Le(status)
                .u16Le(command)
                .u16Le(1)
                .u32Le(response ? 1 : 0)
                .u32Le(0)
                .u32Le(messageId)
                .zeros(36)
                .put(body)
                .toArray();
    }

    public static byte[] smb2Negotiate(long messageId, int... revisions) {
        return smb2Negotiate(messageId, revisions.length, revisions);
    }

    public static byte[] smb2Negotiate(long messageId, int announced, int[] revisions) {
        ByteWriter body =
                new ByteWriter().u16Le(36).u16Le(announced).u16Le(1).u16Le(0).zeros(28);
        for (int revision : revisions) {
            body.u16Le(revision);
        }
        return record(smb2Message(0, false, 0, messageId, body.toArray()));
    }

    /** Messages that follow the multi-protocol negotiation have id 1. */
    public static byte[] smb2Answer(long messageId, int revision) {
        byte[] body =
                new ByteWriter().u16Le(65).u16Le(1).u16Le(revision).zeros(59).toArray();
        return record(smb2Message(0, true, 0, messageId, body));
    }

    public static byte[] smb2ErrorAnswer(long messageId) {
        return record(smb2Message(
                0,
                true,
                NOT_SUPPORTED,
                messageId,
                new ByteWriter().u16Le(9).zeros(7).toArray()));
    }

    /** A message of another command. */
    public static byte[] smb2(int command, boolean response, long messageId) {
        return record(smb2Message(
                command,
                response,
                0,
                messageId,
                new ByteWriter().u16Le(24).zeros(22).toArray()));
    }

    /** Encrypted (0xFD) or compressed (0xFC). */
    public static byte[] transform(int protocol) {
        return record(new ByteWriter().u8(protocol).ascii("SMB").zeros(100).toArray());
    }

    public static byte[] join(byte[]... parts) {
        ByteWriter out = new ByteWriter();
        List.of(parts).forEach(out::put);
        return out.toArray();
    }
}
