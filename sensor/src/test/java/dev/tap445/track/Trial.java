package dev.tap445.track;

import dev.tap445.decode.FrameDecoder;
import dev.tap445.support.Conversation;
import dev.tap445.support.Packet;
import dev.tap445.support.Recording;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.LinkType;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A tracker, what it observes, and what it could not understand. */
final class Trial implements AutoCloseable {
    final Recording seen = new Recording();
    final FailureCounters failures = new FailureCounters();
    final Tracker tracker;
    private final FrameDecoder decoder;
    private long last;

    Trial(TrackerOptions options) {
        tracker = new Tracker(options, seen, failures);
        decoder = new FrameDecoder(tracker);
    }

    static Trial file() {
        return new Trial(TrackerOptions.file(1));
    }

    static Trial live() {
        return new Trial(TrackerOptions.live(1));
    }

    /** A whole input of one conversation. */
    static Trial of(Conversation conversation) {
        return file().feed(conversation.packets()).end();
    }

    Trial feed(List<Packet> packets) {
        for (Packet packet : packets) {
            feed(packet);
        }
        return this;
    }

    Trial feed(Packet packet) {
        tracker.advance(packet.timeNanos());
        decoder.decode(
                Unpooled.wrappedBuffer(packet.frame()),
                0,
                packet.frame().length,
                LinkType.ETHERNET,
                packet.timeNanos());
        last = Math.max(last, packet.timeNanos());
        return this;
    }

    /** Time passes without a packet. */
    Trial pass(double seconds) {
        last += (long) (seconds * 1e9);
        tracker.advance(last);
        return this;
    }

    Trial end() {
        tracker.finish(last);
        return this;
    }

    /** Reasons counted, by label. */
    Map<String, Long> reasons() {
        Map<String, Long> reasons = new TreeMap<>();
        for (DecodeFailure reason : DecodeFailure.values()) {
            if (failures.get(reason) > 0) {
                reasons.put(reason.label(), failures.get(reason));
            }
        }
        return reasons;
    }

    @Override
    public void close() {
        decoder.close();
        tracker.close();
    }
}
