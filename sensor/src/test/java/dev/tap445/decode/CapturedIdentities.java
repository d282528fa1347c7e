package dev.tap445.decode;

import dev.tap445.support.CaptureFile;
import dev.tap445.wire.Bytes;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Nbss;
import dev.tap445.wire.Smb1;
import dev.tap445.wire.Smb2;
import io.netty.buffer.ByteBuf;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;

/** What the session setups of a file say, of those that begin and end in one segment. */
final class CapturedIdentities implements FrameHandler {
    final Set<String> found = new TreeSet<>();
    final Set<DecodeFailure> failures = EnumSet.noneOf(DecodeFailure.class);

    static CapturedIdentities of(Path file) {
        CapturedIdentities all = new CapturedIdentities();
        FrameDecoder decoder = new FrameDecoder(all);
        for (CaptureFile.Frame frame : CaptureFile.read(file)) {
            decoder.decode(frame.memory(), frame.offset(), frame.length(), frame.linkType(), frame.timeNanos());
        }
        return all;
    }

    @Override
    public PacketClass onSegment(Segment segment) {
        ByteBuf m = segment.memory();
        int at = segment.payloadOffset();
        int end = at + segment.payloadCaptured();
        while (end - at > Nbss.HEADER_LENGTH) {
            int length = Nbss.length(m, at, true);
            int body = at + Nbss.HEADER_LENGTH;
            if (body + length > end) {
                return PacketClass.SEGMENT;
            }
            if (Nbss.type(m, at) == Nbss.SESSION_REQUEST && segment.destinationPort() == Nbss.NETBIOS_PORT) {
                IdentityReader.sessionRequest(m, body, length, new Sink(segment, false));
            } else if (length > Smb2.HEADER_LENGTH) {
                message(segment, m, body, length);
            }
            at = body + length;
        }
        return PacketClass.SEGMENT;
    }

    private void message(Segment segment, ByteBuf m, int body, int length) {
        boolean fromServer = WatchedPorts.contains(segment.sourcePort());
        Sink sink = new Sink(segment, fromServer);
        int magic = Bytes.i32(m, body);
        if (magic == Smb1.MAGIC && Smb1.command(m, body) == Smb1.COMMAND_SESSION_SETUP_ANDX) {
            IdentityReader.smb1SessionSetup(m, body, length, fromServer, sink);
        } else if (magic == Smb2.MAGIC && Smb2.command(m, body) == Smb2.COMMAND_SESSION_SETUP) {
            IdentityReader.smb2SessionSetup(m, body, length, fromServer, sink);
        }
    }

    @Override
    public void onLife(long high, long low, int zone, boolean opening, long timeNanos) {}

    @Override
    public void onUnreachable(
            long clientHigh,
            long clientLow,
            int clientPort,
            long serverHigh,
            long serverLow,
            int serverPort,
            int zone,
            int sequence,
            long timeNanos) {}

    @Override
    public void onFailure(DecodeFailure reason) {}

    private final class Sink implements IdentitySink {
        private final String source;
        private final String destination;
        private final boolean fromServer;

        Sink(Segment segment, boolean fromServer) {
            source = new IpAddress(segment.sourceHigh(), segment.sourceLow()).toString();
            destination = new IpAddress(segment.destinationHigh(), segment.destinationLow()).toString();
            this.fromServer = fromServer;
        }

        @Override
        public void onIdentity(boolean ofServer, IdentityField field, String text) {
            found.add((ofServer == fromServer ? source : destination) + "\t" + field + "\t" + text);
        }

        @Override
        public void onGuest() {
            found.add(source + "\tGUEST\tyes");
        }

        @Override
        public void onFailure(DecodeFailure reason) {
            failures.add(reason);
        }
    }
}
