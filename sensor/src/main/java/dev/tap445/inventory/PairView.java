package dev.tap445.inventory;

import dev.tap445.wire.IpAddress;

/**
 * SMB1 between one client and one server. Sessions by the offer that led to them; times in nanoseconds, packet time.
 *
 * @param unseenOffer sessions whose offer was not seen (mid-stream start) or not seen whole
 */
public record PairView(
        IpAddress client,
        IpAddress server,
        long sessionsSmb1Only,
        long sessionsSmb1AndSmb2,
        long unseenOffer,
        long messages,
        long bytes,
        long refused,
        long firstSeen,
        long lastSeen) {

    public long sessions() {
        return sessionsSmb1Only + sessionsSmb1AndSmb2 + unseenOffer;
    }
}
