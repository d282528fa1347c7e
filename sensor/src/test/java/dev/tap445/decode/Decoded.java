package dev.tap445.decode;

import dev.tap445.support.ByteWriter;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.LinkType;
import dev.tap445.wire.Vantage;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.List;

/** Collects what a {@link FrameDecoder} hands over; segments with their payload as text. */
final class Decoded implements FrameHandler {
    final List<String> segments = new ArrayList<>();
    final List<Boolean> distinct = new ArrayList<>();
    final List<Integer> fingerprints = new ArrayList<>();
    final List<byte[]> payloads = new ArrayList<>();
    final List<String> links = new ArrayList<>();
    final List<Long> times = new ArrayList<>();
    final List<String> life = new ArrayList<>();
    final List<String> unreachable = new ArrayList<>();
    final List<DecodeFailure> failures = new ArrayList<>();
    final FrameDecoder decoder = new FrameDecoder(this);

    Decoded frame(long time, byte[] ethernet) {
        return frame(time, ethernet, ethernet.length, LinkType.ETHERNET);
    }

    /** The first {@code captured} bytes, in the middle of a greater memory as in a ring. */
    Decoded frame(long time, byte[] frame, int captured, int linkType) {
        int front = 5;
        ByteWriter out = new ByteWriter().fill(0xee, front);
        byte[] cut = java.util.Arrays.copyOf(frame, captured);
        decoder.decode(ByteWriter.segment(out.put(cut).toArray()), front, captured, linkType, time);
        return this;
    }

    @Override
    public PacketClass onSegment(Segment s) {
        segments.add(s.toString());
        distinct.add(s.isDistinct());
        fingerprints.add(s.fingerprint());
        payloads.add(ByteBufUtil.getBytes(s.memory(), s.payloadOffset(), s.payloadCaptured()));
        links.add(Long.toHexString(s.sourceMac()) + " vlan " + s.vlan() + " tunnel " + Vantage.text(s.tunnel()));
        times.add(s.time());
        return PacketClass.SEGMENT;
    }

    @Override
    public void onLife(long high, long low, int zone, boolean opening, long timeNanos) {
        life.add(new IpAddress(high, low, zone).toString());
    }

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
            long timeNanos) {
        unreachable.add(new IpAddress(clientHigh, clientLow, zone) + ":" + clientPort + " > "
                + new IpAddress(serverHigh, serverLow, zone) + ":" + serverPort + " seq " + sequence);
    }

    @Override
    public void onFailure(DecodeFailure reason) {
        failures.add(reason);
    }
}
