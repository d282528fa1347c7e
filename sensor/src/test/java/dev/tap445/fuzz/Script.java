package dev.tap445.fuzz;

import dev.tap445.support.ByteWriter;
import java.util.ArrayList;
import java.util.List;

/** What two sides say to each other on one connection: offers, answers, other messages, and how it ends. */
final class Script {
    /** A message in its NetBIOS record. */
    @SuppressWarnings("ArrayRecordComponent")
    record Message(boolean fromServer, byte[] bytes) {}

    enum Handshake {
        ANSWERED,
        UNANSWERED,
        REFUSED,
        UNREACHABLE,
        ABORTED
    }

    enum End {
        OPEN,
        SERVER_FIN,
        SERVER_RESET,
        CLIENT_FIN,
        BOTH_FIN
    }

    private static final String[] NAMES = {
        "NT LM 0.12",
        "SMB 2.002",
        "SMB 2.???",
        "PC NETWORK PROGRAM 1.0",
        "LANMAN1.0",
        "LM1.2X002",
        "LANMAN2.1",
        "Samba",
        "",
        "NT LANMAN 1.0"
    };
    private static final int[] REVISIONS = {0x0202, 0x0210, 0x0300, 0x0302, 0x0311};
    private static final int NEGOTIATE = 0x72;

    final int port;
    final Handshake handshake;
    final int syns;
    final End end;
    final List<Message> messages = new ArrayList<>();
    /** NEGOTIATEs with their answers; clients send one. */
    int rounds;

    Script(Choices c) {
        port = c.oneIn(4) ? 139 : 445;
        handshake = c.oneIn(4) ? Handshake.values()[c.below(Handshake.values().length)] : Handshake.ANSWERED;
        syns = c.oneIn(4) ? 2 + c.below(3) : 1;
        if (handshake == Handshake.ANSWERED) {
            talk(c);
        }
        end = End.values()[c.below(End.values().length)];
    }

    private void talk(Choices c) {
        if (port == 139) {
            messages.add(new Message(false, sessionRequest()));
            messages.add(new Message(true, new byte[] {(byte) 0x82, 0, 0, 0}));
        }
        rounds = 1 + (c.oneIn(8) ? 1 : 0);
        for (int i = 0; i < rounds; i++) {
            keepAlive(c);
            if (c.oneIn(3)) {
                smb2(c, 0);
            } else {
                smb1(c);
            }
        }
    }

    private void smb1(Choices c) {
        int count = 1 + c.below(6);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(NAMES[c.below(NAMES.length)]);
        }
        messages.add(new Message(false, record(smb1Request(names))));
        keepAlive(c);
        switch (c.below(6)) {
            case 0 -> {}
            case 1 -> messages.add(new Message(true, record(smb1Answer(0xffff, 1, 0))));
            case 2 -> messages.add(new Message(true, record(smb1Answer(0, 0, 0xc000_0022))));
            case 3 -> messages.add(new Message(true, record(smb2Answer(REVISIONS[c.below(5)], 0))));
            case 4 -> {
                messages.add(new Message(true, record(smb2Answer(0x02ff, 0))));
                smb2(c, 1);
            }
            default -> {
                int words = new int[] {17, 13, 1}[c.below(3)];
                messages.add(new Message(true, record(smb1Answer(c.below(count + 1), words, 0))));
                for (int i = c.below(5); i > 0; i--) {
                    boolean reply = c.oneIn(2);
                    messages.add(new Message(reply, record(smb1Other(reply, c.below(c.oneIn(6) ? 3000 : 90)))));
                    keepAlive(c);
                }
            }
        }
    }

    private void smb2(Choices c, int messageId) {
        List<Integer> revisions = new ArrayList<>();
        for (int i = 1 + c.below(5); i > 0; i--) {
            revisions.add(REVISIONS[c.below(REVISIONS.length)]);
        }
        messages.add(new Message(false, record(smb2Request(revisions, messageId))));
        switch (c.below(4)) {
            case 0 -> {}
            case 1 -> messages.add(new Message(true, record(smb2Answer(0, 0xc000_00bb))));
            default -> messages.add(new Message(true, record(smb2Answer(REVISIONS[c.below(5)], 0))));
        }
    }

    private void keepAlive(Choices c) {
        if (c.oneIn(8)) {
            messages.add(new Message(c.oneIn(2), new byte[] {(byte) 0x85, 0, 0, 0}));
        }
    }

    private static byte[] record(byte[] smb) {
        return new ByteWriter().u32(smb.length).put(smb).toArray();
    }

    private static byte[] sessionRequest() {
        ByteWriter name = new ByteWriter()
                .u8(32)
                .ascii("CACACACACACACACACACACACACACACACA")
                .u8(0);
        return new ByteWriter()
                .u32(0x8100_0044L)
                .put(name.toArray())
                .put(name.toArray())
                .toArray();
    }

    private static ByteWriter smb1Header(int command, boolean reply, long status) {
        return new ByteWriter()
                .u32(0xff53_4d42L)
                .u8(command)
                .u32Le(status)
                .u8(reply ? 0x88 : 0x08)
                .u16(0)
                .zeros(20);
    }

    private static byte[] smb1Request(List<String> names) {
        ByteWriter list = new ByteWriter();
        names.forEach(name -> list.u8(2).asciiZ(name));
        return smb1Header(NEGOTIATE, false, 0)
                .u8(0)
                .u16Le(list.length())
                .put(list.toArray())
                .toArray();
    }

    private static byte[] smb1Answer(int index, int words, long status) {
        ByteWriter out = smb1Header(NEGOTIATE, true, status).u8(words);
        if (words > 0) {
            out.u16Le(index).zeros(2 * (words - 1));
        }
        return out.u16Le(0).toArray();
    }

    /** ECHO: nothing of it is read but the header. */
    private static byte[] smb1Other(boolean reply, int size) {
        return smb1Header(0x2b, reply, 0)
                .u8(1)
                .u16Le(1)
                .u16Le(size)
                .fill(0x45, size)
                .toArray();
    }

    private static ByteWriter smb2Header(long status, boolean response, int messageId) {
        return new ByteWriter()
                .u32(0xfe53_4d42L)
                .u16Le(64)
                .u16Le(0)
                .u32Le(status)
                .u16Le(0)
                .u16Le(1)
                .u32Le(response ? 1 : 0)
                .u32Le(0)
                .u32Le(messageId)
                .zeros(36);
    }

    private static byte[] smb2Request(List<Integer> revisions, int messageId) {
        ByteWriter out = smb2Header(0, false, messageId)
                .u16Le(36)
                .u16Le(revisions.size())
                .u16Le(1)
                .zeros(30);
        revisions.forEach(out::u16Le);
        return out.toArray();
    }

    private static byte[] smb2Answer(int revision, long status) {
        return smb2Header(status, true, 0)
                .u16Le(65)
                .u16Le(1)
                .u16Le(revision)
                .zeros(58)
                .toArray();
    }
}
