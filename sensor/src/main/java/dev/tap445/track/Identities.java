package dev.tap445.track;

import dev.tap445.decode.IdentityField;
import dev.tap445.decode.IdentityReader;
import dev.tap445.decode.IdentitySink;
import dev.tap445.wire.DecodeFailure;
import io.netty.buffer.ByteBuf;

/**
 * What hosts say of themselves in the messages that are read: names, signing, guest sessions. Of the ends of the
 * connection at hand. One per tracker.
 */
final class Identities implements IdentitySink {
    private final Observer observer;
    private final FailureSink failures;
    private final Endpoints ends;
    private final RecentFacts signings = new RecentFacts();
    private long time;

    /** {@code ends}: those of the message at hand, kept up to date by who reads it. */
    Identities(Observer observer, FailureSink failures, Endpoints ends) {
        this.observer = observer;
        this.failures = failures;
        this.ends = ends;
    }

    void sessionRequest(ByteBuf m, int at, int available, long timeNanos) {
        time = timeNanos;
        IdentityReader.sessionRequest(m, at, available, this);
    }

    void smb1SessionSetup(ByteBuf m, int at, int available, boolean reply, long timeNanos) {
        time = timeNanos;
        IdentityReader.smb1SessionSetup(m, at, available, reply, this);
    }

    void smb2SessionSetup(ByteBuf m, int at, int available, boolean response, long timeNanos) {
        time = timeNanos;
        IdentityReader.smb2SessionSetup(m, at, available, response, this);
    }

    /** {@code bits}: "enabled" and "required" of a SecurityMode (MS-SMB2 2.2.3). */
    void clientSigning(int bits, long timeNanos) {
        signing(ends.clientHigh(), ends.clientLow(), mode(bits), timeNanos);
    }

    void serverSigning(int bits, long timeNanos) {
        signing(ends.serverHigh(), ends.serverLow(), mode(bits), timeNanos);
    }

    private void signing(long high, long low, int mode, long timeNanos) {
        if (signings.isNews(high, low, ends.zone(), mode, timeNanos)) {
            observer.signing(high, low, ends.zone(), mode, timeNanos);
        }
    }

    /** 0 off, 1 enabled, 2 required, from the bits "enabled" and "required". */
    private static int mode(int bits) {
        return (bits & 2) != 0 ? 2 : bits & 1;
    }

    @Override
    public void onIdentity(boolean ofServer, IdentityField field, String text) {
        if (ofServer) {
            observer.identity(ends.serverHigh(), ends.serverLow(), ends.zone(), field, text, time);
        } else {
            observer.identity(ends.clientHigh(), ends.clientLow(), ends.zone(), field, text, time);
        }
    }

    @Override
    public void onFailure(DecodeFailure reason) {
        failures.onFailure(reason);
    }

    @Override
    public void onGuest() {
        observer.guestSession(ends, time);
    }
}
