package dev.tap445.model;

import static dev.tap445.support.Smb.NT_LM;
import static dev.tap445.support.Smb.SMB2_002;
import static dev.tap445.support.Smb.SMB2_ANY;

import dev.tap445.model.Office.Port;
import dev.tap445.model.Office.Speaks;
import dev.tap445.model.Sent.Mark;
import dev.tap445.model.Truth.Kind;
import dev.tap445.support.ByteWriter;
import dev.tap445.support.Conversation;
import dev.tap445.support.Smb;

/** One connection from a client to a server: from its SYN to its end, if it has one. */
final class Meeting {
    private static final byte[] SMB1_OFFER = Smb.smb1Negotiate("LANMAN1.0", "LANMAN2.1", NT_LM);
    private static final byte[] BOTH_OFFER = Smb.smb1Negotiate("LANMAN1.0", NT_LM, SMB2_002, SMB2_ANY);
    private static final byte[] SMB2_OFFER = Smb.smb2Negotiate(0, 0x202, 0x210, 0x311);
    private static final byte[] SECOND_HALF = Smb.smb2Negotiate(1, 0x202, 0x210, 0x311);

    private final Office office;
    private final Truth truth;
    private final int client;
    private final int server;
    private final int port;
    private final int number;
    private final Conversation talk;
    /** Steps until somebody resets the connection; then nothing more is said. */
    private int stepsLeft;

    private boolean ended;

    Meeting(Office office, int client, int clientPort, int server, int port, long start) {
        this.office = office;
        this.truth = office.truth;
        this.client = client;
        this.server = server;
        this.port = port;
        this.number = office.nextConnection();
        this.talk = new Conversation(false, client, clientPort, server, port)
                .pause(start + office.below(1_000_000) * 1000L)
                .clientSequence(office.sequence())
                .serverSequence(office.sequence());
        this.stepsLeft = office.chance(15) ? office.below(8) : Integer.MAX_VALUE;
    }

    void play(Kind kind, Speaks speaks, Port how) {
        office.tried(server, port, how);
        switch (how) {
            case OPEN -> {
                open();
                if (port == 139) {
                    client(Smb.sessionRequest());
                    server(Smb.sessionGranted(), Mark.NOTHING);
                }
                negotiate(kind, speaks);
                end();
            }
            case REFUSING -> {
                for (int i = 0; i < 3; i++) {
                    add(talk.syn(), false, Mark.NOTHING);
                    add(talk.refuse(), true, Mark.ANSWER);
                    talk.pause(Office.SECOND / 2);
                }
            }
            case SILENT, DEAD -> {
                for (int i = 0; i < 3; i++) {
                    add(talk.syn(), false, Mark.NOTHING);
                    talk.pause(Office.SECOND << i);
                }
            }
        }
    }

    private void open() {
        add(talk.syn(), false, Mark.NOTHING);
        if (office.chance(5)) {
            talk.pauseSeconds(1);
            add(talk.syn(), false, Mark.NOTHING);
        }
        add(talk.synAck(), true, Mark.ANSWER);
        talk.opened();
        add(talk.clientAck(), false, Mark.NOTHING);
    }

    private void negotiate(Kind kind, Speaks speaks) {
        boolean accepted = offer(kind, speaks);
        if (!accepted && !ended && kind == Kind.SMB1 && office.chance(15)) {
            offer(Kind.BOTH, speaks); // once more, with more to choose from
        }
    }

    /** Whether it was accepted. */
    private boolean offer(Kind kind, Speaks speaks) {
        boolean sent = client(
                switch (kind) {
                    case SMB1 -> SMB1_OFFER;
                    case BOTH -> BOTH_OFFER;
                    case SMB2 -> SMB2_OFFER;
                });
        if (!sent) {
            return false;
        }
        truth.offered(client, kind);
        if (kind != Kind.SMB2 && (speaks == Speaks.SMB1 || kind == Kind.SMB1 && speaks == Speaks.BOTH)) {
            return smb1(kind);
        }
        if (kind == Kind.SMB1 || speaks == Speaks.SMB1) {
            refuse(kind);
            return false;
        }
        return smb2(kind);
    }

    private void refuse(Kind kind) {
        if (kind == Kind.SMB1 && office.chance(60)) {
            if (server(Smb.smb1Refusal(), Mark.NOTHING)) {
                truth.refused(server, kind);
            }
        } else if (step()) {
            add(office.chance(50) ? talk.serverFin() : talk.serverReset(), true, Mark.NOTHING);
            truth.refused(server, kind);
            ended = true;
        }
    }

    private boolean smb1(Kind kind) {
        if (!server(Smb.smb1Answer(kind == Kind.SMB1 ? 2 : 1), Mark.SMB1)) {
            return false;
        }
        truth.session(client, server, kind);
        int rounds = 2 + office.below(office.chance(10) ? 60 : 8);
        for (int i = 0; i < rounds; i++) {
            int command = i == 0 ? Smb.SESSION_SETUP : i == 1 ? Smb.TREE_CONNECT : 0x2e;
            client(Smb.smb1(command, false));
            pause();
            int size = office.chance(20) ? 4000 : 40;
            server(Smb.record(Smb.smb1Message(command, true, 0, content(size))), Mark.SMB1);
            pause();
        }
        return true;
    }

    private boolean smb2(Kind kind) {
        long id = 0;
        if (kind == Kind.BOTH) {
            if (!server(Smb.smb2Answer(0, 0x2ff), Mark.NOTHING) || !client(SECOND_HALF)) {
                return false;
            }
            id = 1;
        }
        if (!server(Smb.smb2Answer(id, 0x311), Mark.NOTHING)) {
            return false;
        }
        truth.answeredSmb2(server);
        int rounds = 2 + office.below(office.chance(10) ? 60 : 8);
        for (int i = 0; i < rounds; i++) {
            int command = i == 0 ? 1 : i == 1 ? 3 : office.chance(50) ? 8 : 9;
            byte[] file = office.chance(20) ? content(4000) : new byte[24];
            byte[] none = new byte[24];
            client(Smb.record(Smb.smb2Message(command, false, 0, ++id, command == 9 ? file : none)));
            pause();
            server(Smb.record(Smb.smb2Message(command, true, 0, id, command == 8 ? file : none)), Mark.NOTHING);
            pause();
        }
        return true;
    }

    /** A file in which SMB1 is recorded, now and then so that a message of it begins a segment. */
    private byte[] content(int size) {
        ByteWriter out = new ByteWriter();
        byte[] recorded = office.chance(50) ? Smb.smb1Answer(1) : SMB1_OFFER;
        out.zeros(office.chance(30) ? 1460 - 4 - 64 : office.below(100));
        while (out.length() < size) {
            out.put(recorded);
        }
        return java.util.Arrays.copyOf(out.toArray(), size);
    }

    private void pause() {
        if (office.chance(10)) {
            talk.pause(office.below(1500) * 1_000_000L);
        }
    }

    private void end() {
        if (ended) {
            return;
        }
        switch (office.below(4)) {
            case 0 -> {} // it is still open, or its host was switched off
            case 1 -> add(talk.clientReset(), false, Mark.NOTHING);
            default -> {
                add(talk.clientFin(), false, Mark.NOTHING);
                add(talk.serverFin(), true, Mark.NOTHING);
                add(talk.clientAck(), false, Mark.NOTHING);
            }
        }
    }

    /** Whether there is a next step; a client resets the connection where there is none. */
    private boolean step() {
        if (ended) {
            return false;
        }
        if (stepsLeft-- <= 0) {
            add(talk.clientReset(), false, Mark.NOTHING);
            ended = true;
            return false;
        }
        return true;
    }

    private boolean client(byte[] record) {
        if (!step()) {
            return false;
        }
        add(talk.client(record), false, Mark.NOTHING);
        return true;
    }

    private boolean server(byte[] record, Mark mark) {
        if (!step()) {
            return false;
        }
        add(talk.server(record), true, mark);
        return true;
    }

    /** What the conversation has more than was taken; the first packet of that bears the mark. */
    private void add(Conversation to, boolean fromServer, Mark mark) {
        Mark left = mark;
        while (taken < to.packets().size()) {
            office.packets.add(new Sent(to.packets().get(taken++), number, server, port, fromServer, left));
            left = Mark.NOTHING;
        }
    }

    private int taken;
}
