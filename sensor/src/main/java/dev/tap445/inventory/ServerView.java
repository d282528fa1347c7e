package dev.tap445.inventory;

import dev.tap445.wire.IpAddress;
import java.util.List;

/**
 * One server as the inventory knows it at the time of a snapshot. Times are nanoseconds since the epoch, packet time.
 *
 * @param reason the verdict's evidence in words and numbers
 * @param answers sorted by dialect, family, offer
 * @param dependentClients clients that break without SMB1 here, within the readiness window, sorted
 * @param ready no dependent client within the window, and the server was seen answering
 * @param lastLife last packet from the address; 0 where it never showed life
 * @param ports sorted by port
 */
public record ServerView(
        IpAddress address,
        ServerVerdict verdict,
        String reason,
        List<AnswerCount> answers,
        List<IpAddress> dependentClients,
        boolean ready,
        Identity identity,
        long firstSeen,
        long lastSeen,
        long smb1FirstSeen,
        long smb1LastSeen,
        long lastLife,
        List<PortView> ports) {}
