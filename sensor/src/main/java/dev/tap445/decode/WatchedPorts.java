package dev.tap445.decode;

import dev.tap445.wire.Nbss;

/** The ports whose handshakes and sessions are followed: SMB over direct TCP, and over NetBIOS. */
public final class WatchedPorts {
    private WatchedPorts() {}

    public static boolean contains(int port) {
        return port == Nbss.DIRECT_PORT || port == Nbss.NETBIOS_PORT;
    }
}
