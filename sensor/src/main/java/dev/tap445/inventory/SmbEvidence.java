package dev.tap445.inventory;

import dev.tap445.decode.Dialects;
import dev.tap445.decode.Offer;
import dev.tap445.track.Endpoints;
import dev.tap445.track.Refusal;

/** What SMB says of clients, servers and their pairs: a part of the inventory. */
final class SmbEvidence {
    private final Inventory inventory;

    SmbEvidence(Inventory inventory) {
        this.inventory = inventory;
    }

    /** What a NEGOTIATE put forward. */
    void offer(Endpoints ends, Offer offer, int[] dialects, int count, boolean followUp, long time) {
        inventory.advance(time);
        Host server = inventory.server(ends, Inventory.WORTH_OFFER, time);
        ClientState client =
                inventory.client(ends, offer == Offer.SMB1_ONLY ? Inventory.WORTH_SMB1 : Inventory.WORTH_OFFER, time);
        if (client == null) {
            return;
        }
        client.dialects(dialects, count);
        if (!followUp) {
            client.offer(offer);
            if (offer == Offer.SMB1_ONLY) {
                client.smb1At(time);
            }
        }
        if (server != null) {
            client.meet(server);
            if (offer == Offer.SMB1_ONLY) {
                client.pair(server).connection(ends);
            }
        }
    }

    /** What a server made of an offer. */
    void answer(Endpoints ends, int dialect, Offer offer, Refusal refusal, long time) {
        inventory.advance(time);
        inventory.lastReturn = Math.max(inventory.lastReturn, time);
        Host server = inventory.server(ends, Inventory.WORTH_OFFER, time);
        ClientState client = inventory.client(ends, Inventory.WORTH_OFFER, time);
        if (server != null) {
            server.asServer().answer(dialect, offer);
        }
        if (client == null) {
            return;
        }
        if (offer == Offer.INCOMPLETE && Dialects.family(dialect).startsWith("smb") && !Dialects.isSmb1(dialect)) {
            client.smb2Proven = true;
        }
        if (server != null) {
            client.meet(server);
            if (refusal != Refusal.NONE && offer == Offer.SMB1_ONLY) {
                Pair pair = client.pair(server);
                pair.refused++;
                pair.connection(ends);
                pair.smb1At(time);
            }
        }
        if (refusal != Refusal.NONE && offer == Offer.SMB1_ONLY) {
            client.refused++;
            client.smb1At(time);
        }
    }

    /** SMB1 was agreed on, or is spoken. */
    void smb1Session(Endpoints ends, Offer offer, long time) {
        inventory.advance(time);
        Host server = inventory.server(ends, Inventory.WORTH_SMB1, time);
        ClientState client = inventory.client(ends, Inventory.WORTH_SMB1, time);
        if (server != null) {
            server.asServer().smb1Sessions++;
            server.asServer().usedBesideSmb2 |= offer == Offer.SMB1_AND_SMB2;
            server.asServer().smb1At(time);
        }
        if (client != null) {
            client.sessions++;
            client.smb1At(time);
            if (server != null) {
                Pair pair = client.pair(server);
                pair.session(offer);
                pair.connection(ends);
                pair.smb1At(time);
            }
        }
    }

    /** So much SMB1 was spoken since the last time. */
    void smb1Traffic(Endpoints ends, int messages, long bytes, long last) {
        inventory.advance(last);
        Host server = inventory.server(ends, Inventory.WORTH_SMB1, last);
        ClientState client = inventory.client(ends, Inventory.WORTH_SMB1, last);
        if (server != null) {
            server.asServer().smb1At(last);
        }
        if (client != null) {
            client.messages += messages;
            client.bytes += bytes;
            client.smb1At(last);
            if (server != null) {
                Pair pair = client.pair(server);
                pair.messages += messages;
                pair.bytes += bytes;
                pair.smb1At(last);
            }
        }
    }

    /** A session of a guest, or of nobody. */
    void guestSession(Endpoints ends) {
        Host client = inventory.hosts.find(ends.clientHigh(), ends.clientLow(), ends.zone());
        Host server = inventory.hosts.find(ends.serverHigh(), ends.serverLow(), ends.zone());
        if (client != null) {
            client.device.guestSessions++;
            client.version++;
        }
        if (server != null) {
            server.device.guestSessions++;
            server.version++;
        }
    }
}
