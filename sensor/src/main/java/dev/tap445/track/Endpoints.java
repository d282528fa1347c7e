package dev.tap445.track;

import dev.tap445.wire.IpAddress;

/** Client, server and server port of what is observed. Reused: valid during the call alone. */
public final class Endpoints {
    private long clientHigh;
    private long clientLow;
    private long serverHigh;
    private long serverLow;
    private int port;

    public void set(long clientHi, long clientLo, long serverHi, long serverLo, int serverPort) {
        clientHigh = clientHi;
        clientLow = clientLo;
        serverHigh = serverHi;
        serverLow = serverLo;
        port = serverPort;
    }

    public long clientHigh() {
        return clientHigh;
    }

    public long clientLow() {
        return clientLow;
    }

    public long serverHigh() {
        return serverHigh;
    }

    public long serverLow() {
        return serverLow;
    }

    /** The watched port of the server. */
    public int port() {
        return port;
    }

    public IpAddress client() {
        return new IpAddress(clientHigh, clientLow);
    }

    public IpAddress server() {
        return new IpAddress(serverHigh, serverLow);
    }
}
