package dev.tap445.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.Frames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a worker that is behind may pass over: an attempt, and never anything that holds more. */
final class BareSynTest {
    private static final byte[] NOTHING = {};
    private static final int TCP = 6;
    private static final int SYN_ACK = 0x12;
    private static final int ECN_SYN = 0xc2;

    private static boolean bare(byte[] frame) {
        return bare(frame, frame.length);
    }

    private static boolean bare(byte[] frame, int captured) {
        ByteBuf around = Unpooled.wrappedBuffer(new byte[5], Arrays.copyOf(frame, captured)); // not at offset 0
        return new BareSyn().is(around, 5, captured, LinkType.ETHERNET);
    }

    private static byte[] v4(int flags, byte[] payload) {
        return Frames.ethernet(Ethernet.TYPE_IPV4, Frames.ipv4(TCP, Frames.tcp(flags, 1, payload)));
    }

    private static byte[] v6(int flags, byte[] payload) {
        return Frames.ethernet(Ethernet.TYPE_IPV6, Frames.ipv6(TCP, Frames.tcp(flags, 1, payload)));
    }

    @Test
    void isAnAttempt() {
        assertThat(bare(v4(Frames.SYN, NOTHING))).isTrue();
        assertThat(bare(v6(Frames.SYN, NOTHING))).isTrue();
        assertThat(bare(v4(ECN_SYN, NOTHING))).isTrue();
        assertThat(bare(Arrays.copyOf(v4(Frames.SYN, NOTHING), 60)))
                .as("padded")
                .isTrue();
        byte[] ip = Frames.ipv4(TCP, Frames.tcp(Frames.SYN, 1, NOTHING));
        byte[] tagged = Frames.tag(20, Ethernet.TYPE_IPV4, ip);
        assertThat(bare(Frames.ethernet(Ethernet.TYPE_VLAN, tagged))).isTrue();
        byte[] twice = Frames.tag(10, Ethernet.TYPE_VLAN, tagged);
        assertThat(bare(Frames.ethernet(Ethernet.TYPE_QINQ, twice))).isTrue();
        assertThat(bare(Frames.ethernet(Ethernet.TYPE_IPV4, Frames.ipv4(17, Frames.vxlan(7, v4(Frames.SYN, NOTHING))))))
                .as("in a tunnel")
                .isTrue();
        byte[] options = new byte[24 + ip.length - 20];
        System.arraycopy(ip, 0, options, 0, 20);
        options[0] = 0x46;
        options[3] = (byte) (ip[3] + 4);
        System.arraycopy(ip, 20, options, 24, ip.length - 20);
        assertThat(bare(Frames.ethernet(Ethernet.TYPE_IPV4, options)))
                .as("behind options of IP")
                .isTrue();
    }

    @Test
    void isNotWhatHoldsMore() {
        assertThat(bare(v4(SYN_ACK, NOTHING))).isFalse();
        assertThat(bare(v6(SYN_ACK, NOTHING))).isFalse();
        assertThat(bare(v4(Frames.PUSH_ACK, NOTHING))).isFalse();
        assertThat(bare(v4(Frames.SYN, new byte[40]))).as("data, RFC 7413").isFalse();
        assertThat(bare(v6(Frames.SYN, new byte[40]))).isFalse();
        for (int fragment : new int[] {0x2000, 5}) {
            byte[] ip = Frames.ipv4(TCP, 7, fragment, 64, Frames.tcp(Frames.SYN, 1, NOTHING));
            assertThat(bare(Frames.ethernet(Ethernet.TYPE_IPV4, ip))).isFalse();
        }
        assertThat(bare(Frames.ethernet(Ethernet.TYPE_IPV4, Frames.ipv4(17, Frames.tcp(Frames.SYN, 1, NOTHING)))))
                .isFalse();
        for (byte[] inside : new byte[][] {v4(SYN_ACK, NOTHING), v4(Frames.SYN, new byte[40]), v4(0x03, NOTHING)}) {
            byte[] tunnel = Frames.ethernet(Ethernet.TYPE_IPV4, Frames.ipv4(17, Frames.vxlan(7, inside)));
            assertThat(bare(tunnel)).as("in a tunnel").isFalse();
        }
        assertThat(bare(v4(0x03, NOTHING))).as("with FIN").isFalse();
        byte[] unbounded = v4(Frames.SYN, NOTHING);
        unbounded[16] = 0; // the total length
        unbounded[17] = 0;
        assertThat(bare(unbounded)).as("whose end is not known").isFalse();
        byte[] cutHeader = v4(Frames.SYN, NOTHING);
        cutHeader[17] = 36;
        cutHeader[46] = 4 << 4;
        assertThat(bare(cutHeader)).as("with an impossible data offset").isFalse();
    }

    @Test
    void readsNothingThatIsNotThere() {
        for (byte[] whole : new byte[][] {v4(Frames.SYN, NOTHING), v6(Frames.SYN, NOTHING)}) {
            for (int captured = 0; captured < whole.length; captured++) {
                assertThat(bare(whole, captured)).as("cut at " + captured).isFalse();
            }
        }
        Random random = new Random(445);
        byte[] noise = new byte[74];
        for (int i = 0; i < 100_000; i++) {
            random.nextBytes(noise);
            noise[12] = (byte) (random.nextBoolean() ? 0x08 : 0x81);
            noise[13] = 0;
            noise[14] = i % 2 == 0 ? 0x45 : noise[14];
            bare(noise, random.nextInt(noise.length)); // an exception fails the test
        }
    }
}
