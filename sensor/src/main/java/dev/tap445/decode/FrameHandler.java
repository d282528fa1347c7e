package dev.tap445.decode;

import dev.tap445.wire.DecodeFailure;

/** Receives what a {@link FrameDecoder} understood; called on the worker's thread, at most a few times per frame. */
public interface FrameHandler {
    /**
     * A TCP segment from or to a watched port.
     *
     * @return what it was: {@link PacketClass#SEGMENT}, {@code DUPLICATE}, {@code LIFE} or {@code IGNORED}
     */
    PacketClass onSegment(Segment segment);

    /**
     * A packet from this address other than a segment handed to {@link #onSegment}: the host is alive.
     *
     * @param zone of the address, see {@link Segment#zone}
     * @param opening whether it is a SYN alone, which does not show that anything comes back from anywhere
     */
    void onLife(long high, long low, int zone, boolean opening, long timeNanos);

    /**
     * An ICMP destination-unreachable that quotes a segment to a watched port. The quoted source is the client.
     *
     * @param zone of both addresses, see {@link Segment#zone}
     * @param sequence sequence number of the quoted segment
     */
    void onUnreachable(
            long clientHigh,
            long clientLow,
            int clientPort,
            long serverHigh,
            long serverLow,
            int serverPort,
            int zone,
            int sequence,
            long timeNanos);

    void onFailure(DecodeFailure reason);
}
