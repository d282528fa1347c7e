package dev.tap445.inventory;

import dev.tap445.track.Endpoints;
import dev.tap445.track.Outcome;
import org.jspecify.annotations.Nullable;

/** What attempts to connect say of servers, their ports, and who tries: a part of the inventory. */
final class AttemptEvidence {
    private final Inventory inventory;
    private final ScannerWatch scanners;
    private int lastPort = -1;
    private Durations lastDurations = new Durations(); // of that port; most attempts are to one

    AttemptEvidence(Inventory inventory, ScannerWatch scanners) {
        this.inventory = inventory;
        this.scanners = scanners;
    }

    /** An attempt was settled. */
    void settled(Endpoints ends, Outcome outcome, long firstSyn, long lastSyn, int syns, long answer) {
        long last = Math.max(lastSyn, answer);
        inventory.advance(last);
        boolean evidence = outcome == Outcome.ANSWERED || outcome == Outcome.REFUSED;
        Host server = inventory.server(ends, evidence ? Inventory.WORTH_SERVER : Inventory.WORTH_ATTEMPT, last);
        ClientState client =
                inventory.client(ends, evidence ? Inventory.WORTH_SERVER : Inventory.WORTH_ATTEMPT, firstSyn);
        PortEvidence port = server == null
                ? inventory.homeless.computeIfAbsent(ends.port(), PortEvidence::new)
                : server.asServer().port(ends.port());
        if (server != null) {
            server.asServer().seen(firstSyn);
        }
        port.count(outcome);
        port.synRetransmissions += syns - 1;
        if (client != null) {
            client.seen(lastSyn);
            if (server != null) {
                client.meet(server);
            }
            tried(client, ends, firstSyn, outcome == Outcome.ANSWERED);
        }
        settle(ends, outcome, port, client, firstSyn, lastSyn, syns, answer);
        if (server != null && outcome == Outcome.UNANSWERED) {
            inventory.watch.add(server, port);
        }
        if (server != null && (outcome == Outcome.ANSWERED || outcome == Outcome.REFUSED)) {
            server.lastLife = Math.max(server.lastLife, last);
        }
    }

    private void settle(
            Endpoints ends,
            Outcome outcome,
            PortEvidence port,
            @Nullable ClientState client,
            long firstSyn,
            long lastSyn,
            int syns,
            long answer) {
        switch (outcome) {
            case ANSWERED -> {
                port.lastAnswer = Math.max(port.lastAnswer, answer);
                inventory.lastReturn = Math.max(inventory.lastReturn, answer);
                if (client != null || syns > 0) {
                    durations(ends.port()).add(Math.max(0, answer - firstSyn));
                }
            }
            case REFUSED -> {
                port.lastRefused = Math.max(port.lastRefused, lastSyn);
                inventory.lastReturn = Math.max(inventory.lastReturn, lastSyn);
            }
            case UNREACHABLE -> {
                port.lastUnreachable = Math.max(port.lastUnreachable, lastSyn);
                inventory.lastReturn = Math.max(inventory.lastReturn, lastSyn);
            }
            case UNANSWERED -> {
                port.unansweredSyns += syns;
                if (client != null) {
                    client.unansweredSyns += syns;
                    port.addUnanswered(new PortEvidence.Unanswered(client.host, firstSyn, lastSyn, syns));
                    port.lastTriedBy = client.host;
                    port.lastTriedFrom = ends.clientPort();
                }
            }
            case ONE_WAY -> {
                port.addOneWay(lastSyn);
                inventory.lastOneWay = Math.max(inventory.lastOneWay, lastSyn);
            }
            case ABORTED, PENDING -> {}
        }
    }

    private Durations durations(int port) {
        if (port != lastPort) {
            lastPort = port;
            lastDurations = inventory.durations.computeIfAbsent(port, p -> new Durations());
        }
        return lastDurations;
    }

    /**
     * What a flood left of its attempts. They count, and an answer among them is one; silence among them accuses nobody,
     * since who tried, and whether it was a scanner, is not known.
     */
    void summed(Endpoints ends, Outcome outcome, int count, long syns, long firstSyn, long lastSyn, long lastAnswer) {
        inventory.advance(Math.max(lastSyn, lastAnswer));
        boolean evidence = outcome == Outcome.ANSWERED || outcome == Outcome.REFUSED;
        Host server = inventory.server(ends, evidence ? Inventory.WORTH_SERVER : Inventory.WORTH_ATTEMPT, lastSyn);
        PortEvidence port = server == null
                ? inventory.homeless.computeIfAbsent(ends.port(), PortEvidence::new)
                : server.asServer().port(ends.port());
        port.count(outcome, count);
        port.synRetransmissions += syns - count;
        if (outcome == Outcome.UNANSWERED) {
            port.unansweredSyns += syns;
        } else {
            settle(ends, outcome, port, null, firstSyn, lastSyn, 0, lastAnswer);
        }
        if (server != null && evidence) {
            server.lastLife = Math.max(server.lastLife, Math.max(lastSyn, lastAnswer));
        }
    }

    private static long destination(Endpoints ends) {
        long h = (ends.serverHigh() ^ Long.rotateLeft(ends.serverLow(), 29) ^ ends.zone()) * 0x9e37_79b9_7f4a_7c15L;
        h = (h ^ h >>> 32 ^ ends.port()) * 0xbf58_476d_1ce4_e5b9L;
        return h ^ h >>> 29;
    }

    private void tried(ClientState client, Endpoints ends, long firstSyn, boolean answered) {
        client.scan.add(destination(ends), firstSyn, answered);
        scanners.tried(client);
    }

    /** So that a scanner is known before the first of its attempts is settled, and accuses nobody in between. */
    void trying(Endpoints ends, long firstSyn) {
        inventory.advance(firstSyn);
        ClientState client = inventory.client(ends, Inventory.WORTH_ATTEMPT, firstSyn);
        if (client != null) {
            tried(client, ends, firstSyn, false);
        }
    }

    /** An attempt that was settled sent its SYN again. */
    void lateSyn(Endpoints ends, Outcome outcome, long time) {
        inventory.advance(time);
        Host server = inventory.server(ends, Inventory.WORTH_ATTEMPT, time);
        if (server == null) {
            return;
        }
        PortEvidence port = server.asServer().port(ends.port());
        port.synRetransmissions++;
        if (outcome == Outcome.UNANSWERED) {
            port.unansweredSyns++;
            ClientState client = inventory.client(ends, Inventory.WORTH_ATTEMPT, time);
            if (client != null) {
                client.unansweredSyns++;
                port.addUnanswered(new PortEvidence.Unanswered(client.host, time, time, 1));
                inventory.watch.add(server, port);
            }
        }
    }

    /** An answer to what was not seen. */
    void answerAlone(Endpoints ends, long time) {
        inventory.advance(time);
        Host server = inventory.server(ends, Inventory.WORTH_SERVER, time);
        inventory.lastReturn = Math.max(inventory.lastReturn, time);
        if (server != null) {
            PortEvidence port = server.asServer().port(ends.port());
            port.lastAnswer = Math.max(port.lastAnswer, time);
            server.lastLife = Math.max(server.lastLife, time);
        }
    }

    /** An answer to no attempt. */
    void wrongAcknowledgement(Endpoints ends, long time) {
        inventory.advance(time);
        Host server = inventory.server(ends, Inventory.WORTH_SERVER, time);
        if (server != null) {
            PortEvidence port = server.asServer().port(ends.port());
            port.wrongAcknowledgements++;
            port.lastWrong = Math.max(port.lastWrong, time);
        }
    }
}
