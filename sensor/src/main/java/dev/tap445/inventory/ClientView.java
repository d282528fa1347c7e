package dev.tap445.inventory;

import dev.tap445.wire.IpAddress;
import java.util.List;

/**
 * One client as the inventory knows it at the time of a snapshot. Times are nanoseconds since the epoch, packet time;
 * 0 where there is none.
 *
 * @param refusedBy servers that refused an SMB1-only offer of it, sorted
 * @param dialects every dialect it ever offered, sorted
 * @param smb1Sessions TCP connections with SMB1 accepted or in use
 * @param smb1Messages SMB1 messages other than NEGOTIATE, both directions
 * @param smb1Bytes bytes of those messages, SMB header and body
 * @param smb1Refused SMB1-only offers that were refused
 * @param smb1FirstSeen first SMB1 evidence (an SMB1-only offer, or an SMB1 session)
 * @param destinations distinct destinations on watched ports within the scanner window (an estimate beyond 64)
 * @param servers every server it spoke to or tried, sorted
 * @param evidence whether it is exported as a series: it made an offer or had an SMB1 session
 * @param scannerAllowed a scanner that may scan
 */
public record ClientView(
        IpAddress address,
        ClientVerdict verdict,
        List<IpAddress> refusedBy,
        OfferCounts offers,
        List<String> dialects,
        long smb1Sessions,
        long smb1Messages,
        long smb1Bytes,
        long smb1Refused,
        Identity identity,
        long firstSeen,
        long lastSeen,
        long smb1FirstSeen,
        long smb1LastSeen,
        boolean scanner,
        long destinations,
        long unansweredSyns,
        List<IpAddress> servers,
        boolean evidence,
        boolean scannerAllowed) {

    /** The verdict's evidence in words and numbers; made when somebody asks. */
    public String reason() {
        return Reasons.of(this);
    }
}
