package dev.tap445.inventory;

import dev.tap445.decode.Dialects;
import dev.tap445.decode.IdentityField;
import dev.tap445.decode.Offer;
import dev.tap445.track.Endpoints;
import dev.tap445.track.Outcome;
import dev.tap445.track.Refusal;
import dev.tap445.wire.IpAddress;

/** Observations as a network makes them, told to an inventory. Times in seconds since the epoch. */
final class Lives {
    static final long SECOND = 1_000_000_000L;
    static final int CLIENT_PORT = 49_152;

    private final Inventory inventory;
    private final Endpoints ends = new Endpoints();

    Lives(Inventory inventory) {
        this.inventory = inventory;
    }

    static IpAddress address(String text) {
        return IpAddress.parse(text).orElseThrow();
    }

    private Endpoints ends(IpAddress client, IpAddress server) {
        ends.set(client.high(), client.low(), server.high(), server.low(), 445, CLIENT_PORT, 0);
        return ends;
    }

    /** A connection on which SMB1 alone is offered and accepted. */
    void smb1(IpAddress client, IpAddress server, long time) {
        answered(client, server, time);
        int[] dialects = {Dialects.NT_LM_0_12};
        long at = time * SECOND;
        inventory.offer(ends(client, server), Offer.SMB1_ONLY, dialects, 1, false, at);
        inventory.answer(ends(client, server), Dialects.NT_LM_0_12, Offer.SMB1_ONLY, Refusal.NONE, at);
        inventory.smb1Session(ends(client, server), Offer.SMB1_ONLY, at);
        inventory.smb1Traffic(ends(client, server), 10, 1000, at);
        inventory.identity(
                client.high(), client.low(), 0, IdentityField.NTLM_HOSTNAME, "OLD-" + (client.low() & 0xffff), at);
        inventory.mac(client.high(), client.low(), 0, 0x0200_0000_0000L | client.low() & 0xffff_ffffL, at);
    }

    void refused(IpAddress client, IpAddress server, long time) {
        int[] dialects = {Dialects.NT_LM_0_12};
        long at = time * SECOND;
        inventory.offer(ends(client, server), Offer.SMB1_ONLY, dialects, 1, false, at);
        inventory.answer(ends(client, server), Dialects.REFUSED, Offer.SMB1_ONLY, Refusal.of(1), at);
    }

    void smb2(IpAddress client, IpAddress server, long time) {
        answered(client, server, time);
        int[] dialects = {Dialects.SMB_2_1, Dialects.SMB_3_1_1};
        long at = time * SECOND;
        inventory.offer(ends(client, server), Offer.SMB2_ONLY, dialects, 2, false, at);
        inventory.answer(ends(client, server), Dialects.SMB_3_1_1, Offer.SMB2_ONLY, Refusal.NONE, at);
    }

    void answered(IpAddress client, IpAddress server, long time) {
        long at = time * SECOND;
        inventory.handshake(ends(client, server), Outcome.ANSWERED, at, at, 1, at + 1_000_000);
        inventory.life(server.high(), server.low(), 0, at);
    }

    /** A server that is alive and does not answer three SYNs. */
    void unanswered(IpAddress client, IpAddress server, long time) {
        long at = time * SECOND;
        inventory.handshake(ends(client, server), Outcome.UNANSWERED, at, at + 3 * SECOND, 3, 0);
        inventory.life(server.high(), server.low(), 0, at + 4 * SECOND);
        inventory.wayBack(at + 4 * SECOND);
    }

    void now(long time) {
        inventory.tick(time * SECOND);
        inventory.advance(time * SECOND);
        inventory.review();
    }
}
