package dev.tap445.track;

import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Vantage;

/** Client, server and their ports of what is observed. Reused: valid during the call alone. */
public final class Endpoints {
    private long clientHigh;
    private long clientLow;
    private long serverHigh;
    private long serverLow;
    private int port;
    private int clientPort;
    private int zone;

    public void set(long clientHi, long clientLo, long serverHi, long serverLo, int serverPort) {
        set(clientHi, clientLo, serverHi, serverLo, serverPort, 0, Vantage.NONE);
    }

    /** {@code vantage}: the zone of both addresses. */
    public void set(
            long clientHi, long clientLo, long serverHi, long serverLo, int serverPort, int portOfClient, int vantage) {
        clientHigh = clientHi;
        clientLow = clientLo;
        serverHigh = serverHi;
        serverLow = serverLo;
        port = serverPort;
        clientPort = portOfClient;
        zone = vantage;
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

    /** Of both addresses. */
    public int zone() {
        return zone;
    }

    public IpAddress client() {
        return new IpAddress(clientHigh, clientLow, zone);
    }

    public IpAddress server() {
        return new IpAddress(serverHigh, serverLow, zone);
    }
}
