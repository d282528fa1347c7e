package dev.tap445.inventory;

import dev.tap445.wire.IpAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One watched port of a server. Times are nanoseconds since the epoch, packet time; 0 where there is none.
 *
 * @param state within the window (in a file, the file)
 * @param suppressed why a silent or dark verdict was withheld, or null
 * @param handshakes attempts by outcome, cumulative
 * @param unansweredSyns SYNs of unanswered attempts, cumulative
 * @param synRetransmissions SYNs sent again, cumulative
 * @param wrongAcknowledgements SYN-ACK or RST whose acknowledgement fits no attempt
 * @param lastAnswer time of the last SYN-ACK
 * @param silentSince first SYN of the run that made it silent; 0 unless {@link PortState#SILENT}
 * @param unansweredSince the same, for {@link PortState#DARK} too: another sensor may have seen the host alive
 * @param wentDark answered before and is silent now
 * @param attempts the latest unanswered attempts that are kept, oldest first
 */
public record PortView(
        int port,
        PortState state,
        @Nullable String suppressed,
        HandshakeCounts handshakes,
        long unansweredSyns,
        long synRetransmissions,
        long wrongAcknowledgements,
        long lastAnswer,
        long silentSince,
        long unansweredSince,
        boolean wentDark,
        List<Attempt> attempts) {

    /**
     * An attempt that nothing answered.
     *
     * @param firstSyn nanoseconds since the epoch, packet time
     * @param syns SYNs seen from the first to the last, both included
     */
    public record Attempt(IpAddress client, long firstSyn, long lastSyn, int syns) {}
}
