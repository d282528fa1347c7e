package dev.tap445.decode;

import static dev.tap445.support.Frames.PUSH_ACK;
import static dev.tap445.support.Frames.SYN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.Frames;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.LinkType;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fragmented TCP packets become the segments that they were (RFC 791 section 3.2, RFC 8200 section 4.5, RFC 5722). */
final class DefragmentationTest {
    private static final int TCP = 6;
    private static final int MORE = 0x2000;
    private static final long SECOND = 1_000_000_000L;
    private static final byte[] PAYLOAD = payload(1000);
    private static final byte[] SEGMENT = Frames.tcp(PUSH_ACK, 77, PAYLOAD);

    private static byte[] payload(int length) {
        byte[] bytes = new byte[length];
        new Random(445).nextBytes(bytes);
        return bytes;
    }

    private static byte[] part(byte[] packet, int from, int to) {
        return Arrays.copyOfRange(packet, from, Math.min(to, packet.length));
    }

    private static byte[] v4(byte[] tcp, int from, int to) {
        int more = to < tcp.length ? MORE : 0;
        return Frames.ethernet(0x0800, Frames.ipv4(TCP, 9, more | from >>> 3, 64, part(tcp, from, to)));
    }

    private static byte[] v6(byte[] tcp, int from, int to) {
        return Frames.ethernet(
                0x86dd, Frames.ipv6Fragment(TCP, from, to < tcp.length, 0x1234_5678L, part(tcp, from, to)));
    }

    private static List<byte[]> cut(byte[] tcp, int size, boolean v6) {
        List<byte[]> frames = new ArrayList<>();
        for (int at = 0; at < tcp.length; at += size) {
            frames.add(v6 ? v6(tcp, at, at + size) : v4(tcp, at, at + size));
        }
        return frames;
    }

    private static Decoded decode(List<byte[]> frames) {
        Decoded decoded = new Decoded();
        long time = SECOND;
        for (byte[] frame : frames) {
            decoded.frame(time++, frame);
        }
        return decoded;
    }

    private static Decoded whole(boolean v6) {
        return new Decoded()
                .frame(
                        SECOND,
                        v6
                                ? Frames.ethernet(0x86dd, Frames.ipv6(TCP, SEGMENT))
                                : Frames.ethernet(0x0800, Frames.ipv4(TCP, 9, 0, 64, SEGMENT)));
    }

    @ParameterizedTest
    @CsvSource({"8,false", "24,false", "512,false", "1016,false", "8,true", "24,true", "512,true", "1016,true"})
    void inAnyOrderTheSegmentIsTheSameAsUnfragmented(int size, boolean v6) {
        Decoded expected = whole(v6);
        List<byte[]> frames = cut(SEGMENT, size, v6);
        for (int seed = 0; seed < 5; seed++) {
            Decoded decoded = decode(frames);
            assertThat(decoded.segments).isEqualTo(expected.segments);
            assertThat(decoded.payloads.getFirst()).isEqualTo(PAYLOAD);
            assertThat(decoded.links).isEqualTo(expected.links);
            assertThat(decoded.fingerprints).isEqualTo(expected.fingerprints);
            assertThat(decoded.failures).isEmpty();
            decoded.decoder.finish();
            assertThat(decoded.failures).isEmpty();
            Collections.shuffle(frames, new Random(seed));
        }
    }

    @Test
    void everyFragmentIsASignOfLife() {
        assertThat(decode(cut(SEGMENT, 512, false)).life).containsExactly("198.18.0.1", "198.18.0.1");
        assertThat(decode(cut(SEGMENT, 512, true)).life).containsExactly("fd00::1", "fd00::1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theSameFragmentTwiceAndAgainAfterTheEndIsHarmless(boolean v6) {
        List<byte[]> twice = new ArrayList<>();
        cut(SEGMENT, 256, v6).forEach(frame -> Collections.addAll(twice, frame, frame));
        Decoded decoded = decode(twice);
        decoded.decoder.finish();
        assertThat(decoded.segments).isEqualTo(whole(v6).segments);
        assertThat(decoded.failures).isEmpty();
    }

    @Test
    void overlapsWithTheSameBytesAreHarmless() {
        Decoded decoded = decode(List.of(v4(SEGMENT, 0, 512), v4(SEGMENT, 256, 768), v4(SEGMENT, 512, 1020)));
        assertThat(decoded.segments).hasSize(1);
        assertThat(decoded.payloads.getFirst()).isEqualTo(PAYLOAD);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void overlapsWithOtherBytesSpoilThePacketAndAreCountedOnce(boolean v6) {
        byte[] other = Frames.tcp(PUSH_ACK, 78, PAYLOAD);
        List<byte[]> frames = v6
                ? List.of(v6(SEGMENT, 0, 512), v6(other, 0, 24), v6(other, 0, 24), v6(SEGMENT, 512, 1020))
                : List.of(v4(SEGMENT, 0, 512), v4(other, 0, 24), v4(other, 0, 24), v4(SEGMENT, 512, 1020));
        Decoded decoded = decode(frames);
        decoded.decoder.finish();
        assertThat(decoded.segments).isEmpty();
        assertThat(decoded.failures).containsExactly(DecodeFailure.IP_FRAGMENT_INVALID);
    }

    @Test
    void twoEndsContradictEachOther() {
        byte[] longer = Frames.tcp(PUSH_ACK, 77, payload(1200));
        Decoded decoded = decode(List.of(v4(SEGMENT, 512, 1020), v4(longer, 512, 1220)));
        assertThat(decoded.failures).containsExactly(DecodeFailure.IP_FRAGMENT_INVALID);
        decoded = decode(List.of(v4(longer, 512, 1024), v4(part(SEGMENT, 0, 520), 512, 520)));
        assertThat(decoded.failures).containsExactly(DecodeFailure.IP_FRAGMENT_INVALID);
    }

    @ParameterizedTest
    @CsvSource({"0,13", "65528,64", "65520,9", "0,0"})
    void impossibleLengthsAreCounted(int offset, int length) {
        byte[] frame = Frames.ethernet(0x0800, Frames.ipv4(TCP, 9, MORE | offset >>> 3, 64, payload(length)));
        assertThat(decode(List.of(frame)).failures).containsExactly(DecodeFailure.IP_FRAGMENT_INVALID);
        byte[] frame6 = Frames.ethernet(0x86dd, Frames.ipv6Fragment(TCP, offset, true, 1, payload(length)));
        assertThat(decode(List.of(frame6)).failures).containsExactly(DecodeFailure.IP_FRAGMENT_INVALID);
    }

    @Test
    void theGreatestPacketIsPutTogether() {
        byte[] greatest = Frames.tcp(PUSH_ACK, 1, payload(65_535 - 20 - 20));
        Decoded decoded = decode(cut(greatest, 1480, false));
        assertThat(decoded.payloads.getFirst()).isEqualTo(payload(65_495));
        greatest = Frames.tcp(PUSH_ACK, 1, payload(65_535 - 20));
        decoded = decode(cut(greatest, 1448, true));
        assertThat(decoded.payloads.getFirst()).isEqualTo(payload(65_515));
    }

    @Test
    void aSynInTinyFragmentsCounts() {
        Decoded decoded = decode(cut(Frames.tcp(SYN, 5, new byte[0]), 8, false));
        assertThat(decoded.segments).hasSize(1);
        assertThat(decoded.segments.getFirst()).contains("flags 2 seq 5");
        assertThat(decoded.times).containsExactly(SECOND + 2);
    }

    @Test
    void aSynWhoseRestNeverComesCountsAfterTheTimeout() {
        Decoded decoded = new Decoded();
        decoded.frame(SECOND, v4(Frames.tcp(SYN, 5, new byte[100]), 0, 48));
        decoded.frame(31 * SECOND - 1, Frames.ethernet(0x0806, new byte[28]));
        assertThat(decoded.segments).isEmpty();
        decoded.frame(31 * SECOND, Frames.ethernet(0x0806, new byte[28]));
        assertThat(decoded.segments).hasSize(1);
        assertThat(decoded.times).as("when it came").containsExactly(SECOND);
        assertThat(decoded.payloads.getFirst()).hasSize(28);
        assertThat(decoded.failures).containsExactly(DecodeFailure.IP_FRAGMENT_INCOMPLETE);
        decoded.decoder.finish();
        assertThat(decoded.failures).hasSize(1);
    }

    @Test
    void theBeginningOfAPacketKeepsItsLengthWhereTheEndIsKnown() {
        Decoded decoded = decode(List.of(v4(SEGMENT, 0, 256), v4(SEGMENT, 512, 1020)));
        decoded.decoder.finish();
        assertThat(decoded.segments.getFirst()).endsWith("len 1000");
        assertThat(decoded.payloads.getFirst()).isEqualTo(part(PAYLOAD, 0, 236));
    }

    @Test
    void withoutItsBeginningAPacketIsCountedAlone() {
        Decoded decoded = decode(List.of(v4(SEGMENT, 512, 1020)));
        decoded.decoder.finish();
        assertThat(decoded.segments).isEmpty();
        assertThat(decoded.failures).containsExactly(DecodeFailure.IP_FRAGMENT_INCOMPLETE);
    }

    @Test
    void fragmentsCutByTheSnapLengthGiveTheSegmentAsFarAsItWasCaptured() {
        Decoded decoded = new Decoded();
        for (byte[] frame : cut(SEGMENT, 512, false)) {
            decoded.frame(SECOND, frame, 64, LinkType.ETHERNET);
        }
        assertThat(decoded.segments.getFirst()).endsWith("len 1000");
        assertThat(decoded.payloads.getFirst()).isEqualTo(part(PAYLOAD, 0, 64 - 14 - 20 - 20));
        assertThat(decoded.failures).isEmpty();
    }

    @Test
    void fragmentsOfOtherPortsAreLeftAlone() {
        byte[] web = Frames.tcp(50000, 80, PUSH_ACK, 1, PAYLOAD);
        Decoded decoded = decode(cut(web, 512, false));
        decoded.decoder.finish();
        assertThat(decoded.segments).isEmpty();
        assertThat(decoded.failures).isEmpty();
        assertThat(decoded.life).hasSize(2);
    }

    @Test
    void packetsOfOneIdentificationInTwoVlansAreTwo() {
        List<byte[]> frames = new ArrayList<>();
        for (int at = 0; at < SEGMENT.length; at += 512) {
            byte[] ip = part(v4(SEGMENT, at, at + 512), 14, 2000);
            frames.add(Frames.ethernet(0x8100, Frames.tag(10, 0x0800, ip)));
            frames.add(Frames.ethernet(0x8100, Frames.tag(20, 0x0800, ip)));
        }
        Decoded decoded = decode(frames);
        assertThat(decoded.links).containsExactly("20000000001 vlan 10 tunnel ", "20000000001 vlan 20 tunnel ");
        assertThat(decoded.fingerprints.get(0)).isEqualTo(decoded.fingerprints.get(1));
    }

    @Test
    void anAtomicFragmentIsAWholePacket() {
        Decoded decoded = new Decoded().frame(1, v6(SEGMENT, 0, SEGMENT.length));
        assertThat(decoded.segments).isEqualTo(whole(true).segments);
    }

    @Test
    void aFloodGivesUpTheOldestAndCountsEach() {
        Decoded decoded = new Decoded();
        byte[] syn = part(Frames.tcp(SYN, 5, new byte[100]), 0, 48);
        int flood = 1000;
        for (int i = 0; i < flood; i++) {
            decoded.frame(SECOND, Frames.ethernet(0x0800, Frames.ipv4(TCP, i, MORE, 64, syn)));
        }
        assertThat(decoded.failures).hasSize(flood - Defragmenter.PACKETS);
        decoded.decoder.finish();
        assertThat(decoded.failures).hasSize(flood).containsOnly(DecodeFailure.IP_FRAGMENT_INCOMPLETE);
        assertThat(decoded.segments).hasSize(flood);
    }

    /** It was put together before, or never will be. */
    @Test
    void aFragmentOfATunnelsPacketIsNothingButASignOfLife() {
        byte[] vxlan = Frames.vxlan(5, Frames.ethernet(0x0800, Frames.ipv4(TCP, SEGMENT)));
        byte[] first = Frames.ethernet(0x0800, Frames.ipv4(17, 3, MORE, 64, part(vxlan, 0, 512)));
        byte[] rest = Frames.ethernet(0x0800, Frames.ipv4(17, 3, 64, 64, part(vxlan, 512, 2000)));
        Decoded decoded = decode(List.of(first, rest));
        decoded.decoder.finish();
        assertThat(decoded.segments).isEmpty();
        assertThat(decoded.failures).isEmpty();
        assertThat(decoded.life).containsExactly("198.18.0.1", "198.18.0.1");
    }

    @Test
    void fragmentsInsideATunnelArePutTogether() {
        List<byte[]> frames = cut(SEGMENT, 512, false).stream()
                .map(inner -> Frames.ethernet(0x0800, Frames.ipv4(17, Frames.vxlan(5, inner))))
                .toList();
        Decoded decoded = decode(frames);
        assertThat(decoded.segments).isEqualTo(whole(false).segments);
        assertThat(decoded.links).containsExactly("20000000001 vlan 0 tunnel vni5");
    }

    @Test
    void givesItsMemoryBack() {
        var memory = UnpooledByteBufAllocator.DEFAULT.metric();
        long before = memory.usedDirectMemory();
        Decoded decoded = decode(List.of(v4(SEGMENT, 0, 512), v6(SEGMENT, 512, 1024)));
        assertThat(memory.usedDirectMemory()).isGreaterThan(before + 100_000);
        decoded.decoder.close();
        assertThat(memory.usedDirectMemory()).isEqualTo(before);
        decode(cut(SEGMENT, 512, false)).decoder.close();
        decoded.frame(2 * SECOND, v4(SEGMENT, 512, 1024)).frame(3 * SECOND, v4(SEGMENT, 0, 512));
        assertThat(decoded.segments).isEqualTo(whole(false).segments);
        decoded.decoder.close();
        assertThat(memory.usedDirectMemory()).isEqualTo(before);
    }
}
