package dev.tap445.inventory;

import dev.tap445.decode.IdentityField;
import dev.tap445.track.Outcome;
import dev.tap445.wire.IpAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the store keeps of a host: immutable, all counts since the host was first seen. Times are nanoseconds since the
 * epoch, packet time; 0 where there is none.
 *
 * @param worth {@link Host#evidence}: what it is worth keeping
 */
record HostRecord(
        IpAddress address,
        int worth,
        long firstSeen,
        long lastSeen,
        long lastLife,
        Device device,
        @Nullable Client client,
        @Nullable Server server,
        List<Said> said) {

    /** {@code mac} and {@code signing} -1 where unknown. */
    record Device(long mac, long macSeen, int signing, long guestSessions, List<Text> texts, List<Sighting> seenIn) {}

    /** A {@link dev.tap445.wire.Vantage}, and when the device was first seen there. */
    record Sighting(int vantage, long seen) {}

    /** A text that the device said of itself, and when it first did. */
    record Text(IdentityField field, String text, long seen) {}

    /** The host as a client; {@code pairs} may be those alone that changed. */
    record Client(
            long firstSeen,
            long lastSeen,
            long smb1First,
            long smb1Last,
            long sessions,
            long messages,
            long bytes,
            long refused,
            long unansweredSyns,
            boolean smb2Proven,
            boolean scanner,
            String verdict,
            OfferCounts offers,
            List<String> dialects,
            List<PairRecord> pairs) {}

    /** SMB1 (or contact alone, where {@code first} is 0) with one server. {@code sessions} by offer label. */
    record PairRecord(
            IpAddress server,
            Map<String, Long> sessions,
            long messages,
            long bytes,
            long refused,
            long first,
            long last) {}

    /** The host as a server. */
    record Server(
            long firstSeen,
            long lastSeen,
            long smb1First,
            long smb1Last,
            long smb1Sessions,
            String verdict,
            List<AnswerCount> answers,
            List<PortRecord> ports) {}

    /** {@code state} and {@code silentSince} are as of the write; the rest is evidence. */
    record PortRecord(
            int port,
            Map<Outcome, Long> outcomes,
            long unansweredSyns,
            long synRetransmissions,
            long wrongAcknowledgements,
            long lastAnswer,
            long lastRefused,
            long lastUnreachable,
            long lastOneWay,
            String state,
            long silentSince,
            List<Attempt> unanswered) {}

    /** An unanswered attempt since the last answer. */
    record Attempt(IpAddress client, long firstSyn, long lastSyn, int syns) {}

    /** An event that was announced of the host; {@code port} 0 where it is about none. */
    record Said(EventKind kind, int port, long time) {}
}
