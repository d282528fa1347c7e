package dev.tap445.inventory;

import dev.tap445.wire.Subnet;

/**
 * A device, or a subnet of them, whose SMB1 somebody has taken responsibility for.
 *
 * @param server it is accepted as a server: SMB1 with it is accepted whoever the client is
 * @param until end of the acceptance, nanoseconds since the epoch; 0 for none
 */
public record AcceptedDevice(Subnet subnet, boolean server, String owner, String reason, long until) {

    public boolean isExpired(long timeNanos) {
        return until != 0 && until <= timeNanos;
    }
}
