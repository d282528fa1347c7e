package dev.tap445.track;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.Frames;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.LinkType;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The lookahead reads flows and changes none; whatever a frame is, it does no harm. */
final class LookaheadTest {
    private static final int MANY = 20_000;
    private final FlowTable flows = new FlowTable(1 << 16, 7, false);
    private final Lookahead lookahead = new Lookahead(flows);

    private final byte[] frame = Frames.ethernet(0x0800, Frames.ipv4(6, Frames.tcp(Frames.PUSH_ACK, 1, new byte[100])));
    private final byte[] tagged = Frames.ethernet(
            0x8100, Frames.tag(20, 0x0800, Frames.ipv4(6, Frames.tcp(Frames.PUSH_ACK, 1, new byte[100]))));

    private int add(int port) {
        return flows.insert(
                0,
                IpAddress.mappedLow(Frames.CLIENT),
                0,
                IpAddress.mappedLow(Frames.SERVER),
                FlowTable.ports(port, 445, 0),
                0);
    }

    @Test
    void paysWithManyFlowsThatPacketsComeBackToLate() {
        for (int i = 0; i < 4096; i++) {
            lookahead.seen(true);
        }
        assertThat(lookahead.isWorthwhile()).as("no flows").isFalse();
        for (int i = 0; i < MANY; i++) {
            add(1024 + i);
        }
        assertThat(lookahead.isWorthwhile()).isTrue();
        for (int i = 0; i < 4096; i++) {
            lookahead.seen(i % 8 == 0);
        }
        assertThat(lookahead.isWorthwhile())
                .as("one packet close behind the other")
                .isFalse();
    }

    @Test
    void findsTheFlowOfAPlainFrame() {
        int entry = add(Frames.CLIENT_PORT);
        long cell = flows.glance(flows.hash(
                0,
                IpAddress.mappedLow(Frames.CLIENT),
                0,
                IpAddress.mappedLow(Frames.SERVER),
                FlowTable.ports(Frames.CLIENT_PORT, 445, 0)));
        assertThat((int) cell - 1).isEqualTo(entry);
    }

    @Test
    void changesNothingAndReadsNothingBeyondAFrame() {
        for (int i = 0; i < MANY; i++) {
            add(1024 + i);
        }
        long[] before = flows.chunk(0).clone();
        for (byte[] whole : Arrays.asList(frame, tagged, new byte[200])) {
            for (int captured = 0; captured <= whole.length; captured++) {
                lookahead.note(Unpooled.wrappedBuffer(Arrays.copyOf(whole, captured)), 0, captured, LinkType.ETHERNET);
                lookahead.note(Unpooled.wrappedBuffer(Arrays.copyOf(whole, captured)), 0, captured, LinkType.RAW);
                if (captured % 40 == 0) {
                    lookahead.fetch(); // more than it has room for in between
                }
            }
        }
        lookahead.fetch();
        assertThat(flows.chunk(0)).isEqualTo(before);
        assertThat(flows.size()).isEqualTo(MANY);
    }
}
