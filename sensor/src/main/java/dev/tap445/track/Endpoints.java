package dev.tap445.track;

import dev.tap445.wire.IpAddress;

/** Client, server and their ports of what is observed. Reused: valid during the call alone. */
public final class Endpoints {
    private long clientHigh;
    private long clientLow;
    private long serverHigh;
    private long serverLow;
    private int port;
    private int clientPort;

    public void set(long clientHi, long clientLo, long serverHi, long serverLo, int serverPort) {
        set(clientHi, clientLo, serverHi, serverLo, serverPort, 0);
    }

    public void set(long clientHi, long clientLo, long serverHi, long serverLo, int serverPort, int portOfClient) {
        clientHigh = clientHi;
        clientLow = clientLo;
        serverHigh = serverHi;
        serverLow = serverLo;
        port = serverPort;
        clientPort = portOfClient;
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

    /** The port of the client; 0 where what is observed is of more than one connection. */
    public int clientPort() {
        return clientPort;
    }

    public IpAddress client() {
        return new IpAddress(clientHigh, clientLow);
    }

    public IpAddress server() {
        return new IpAddress(serverHigh, serverLow);
    }
}
