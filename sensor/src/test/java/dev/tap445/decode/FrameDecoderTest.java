package dev.tap445.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.ByteWriter;
import dev.tap445.support.Frames;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.LinkType;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A SYN is found in whatever it comes in; hostile bytes end in a reason. */
final class FrameDecoderTest {
    private static final int TCP = 6;
    private static final String V4_SYN = "198.18.0.1:49152 > 198.18.0.2:445 flags 2 seq 5 ack 0 len 0";
    private static final String V6_SYN = "fd00::1:49152 > fd00::2:445 flags 2 seq 5 ack 0 len 0";

    private static Decoded decode(byte[] ip) {
        return new Decoded().frame(1, Frames.ethernet(ip[0] >>> 4 == 6 ? 0x86dd : 0x0800, ip));
    }

    private static byte[] syn() {
        return Frames.tcp(Frames.SYN, 5, new byte[0]);
    }

    @ParameterizedTest
    @MethodSource("dev.tap445.decode.FrameExamples#all")
    void findsTheSegmentInside(FrameExamples.Example example) {
        Decoded decoded = new Decoded().frame(1, example.frame(), example.frame().length, example.linkType());
        assertThat(decoded.segments).containsExactly(example.v6() ? V6_SYN : V4_SYN);
        assertThat(decoded.links).containsExactly(example.link());
        assertThat(decoded.failures).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("dev.tap445.decode.FrameExamples#all")
    void cutAnywhereItEndsInAtMostOneReason(FrameExamples.Example example) {
        for (int length = 0; length < example.frame().length; length++) {
            Decoded decoded = new Decoded().frame(1, example.frame(), length, example.linkType());
            assertThat(decoded.segments).as("%d bytes", length).isEmpty();
            assertThat(decoded.failures).as("%d bytes", length).hasSizeLessThanOrEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.tap445.decode.FrameExamples#all")
    void paddingBehindThePacketIsNoPayload(FrameExamples.Example example) {
        byte[] padded = Arrays.copyOf(example.frame(), example.frame().length + 18);
        Decoded decoded = new Decoded().frame(1, padded, padded.length, example.linkType());
        assertThat(decoded.segments).containsExactly(example.v6() ? V6_SYN : V4_SYN);
    }

    @ParameterizedTest
    @MethodSource("dev.tap445.decode.FrameExamples#all")
    void hostileBytesInAnyPlaceNeverThrow(FrameExamples.Example example) {
        Decoded decoded = new Decoded();
        for (int at = 0; at < example.frame().length; at++) {
            for (int value : new int[] {0, 1, 0x0f, 0x45, 0x60, 0x7f, 0x80, 0xff}) {
                byte[] hostile = example.frame().clone();
                hostile[at] = (byte) value;
                decoded.frame(1, hostile, hostile.length, example.linkType());
            }
        }
        decoded.decoder.finish();
    }

    @Test
    void tagsAndTunnelsWithoutEndAreRefused() {
        byte[] tagged = Frames.ipv4(TCP, syn());
        int type = 0x0800;
        for (int i = 0; i < 20; i++) {
            tagged = Frames.tag(1, type, tagged);
            type = 0x8100;
        }
        assertThat(new Decoded().frame(1, Frames.ethernet(0x8100, tagged)).failures)
                .containsExactly(DecodeFailure.NESTING_TOO_DEEP);
        assertThat(new Decoded().frame(1, Frames.ethernet(0x8847, Frames.mpls(20, new byte[40]))).failures)
                .containsExactly(DecodeFailure.NESTING_TOO_DEEP);
        byte[] ip = Frames.ipv4(TCP, syn());
        for (int i = 0; i < 10; i++) {
            ip = Frames.ipv4(4, ip);
        }
        assertThat(decode(ip).failures).containsExactly(DecodeFailure.NESTING_TOO_DEEP);
    }

    @Test
    void ipv6ExtensionHeadersArePassedUpToABound() {
        byte[] packet = syn();
        int next = TCP;
        for (int i = 0; i < 5; i++) {
            packet = new ByteWriter().u8(next).u8(0).zeros(6).put(packet).toArray();
            next = 60;
        }
        assertThat(decode(Frames.ipv6(next, packet)).segments).containsExactly(V6_SYN);
        for (int i = 0; i < 30; i++) {
            packet = new ByteWriter().u8(next).u8(0).zeros(6).put(packet).toArray();
        }
        assertThat(decode(Frames.ipv6(next, packet)).failures).containsExactly(DecodeFailure.IPV6_EXTENSIONS);
        byte[] beyond = new ByteWriter().u8(TCP).u8(255).zeros(6).put(syn()).toArray();
        assertThat(decode(Frames.ipv6(60, beyond)).failures).containsExactly(DecodeFailure.IPV6_EXTENSIONS);
    }

    @Test
    void ipv4OptionsArePassed() {
        byte[] plain = Frames.ipv4(TCP, syn());
        byte[] packet = new ByteWriter()
                .put(Arrays.copyOf(plain, 20))
                .u32(0x0101_0100L)
                .put(syn())
                .toArray();
        packet[0] = 0x46;
        packet[3] = 44;
        assertThat(decode(packet).segments).containsExactly(V4_SYN);
    }

    @ParameterizedTest
    @CsvSource({"0,0x44,ip_header_length", "0,0x65,ip_version", "0,0x4f,ip_truncated", "3,19,ip_total_length"})
    void impossibleIpv4HeadersAreCounted(int at, String value, String reason) {
        byte[] packet = Frames.ipv4(TCP, syn());
        packet[at] = Integer.decode(value).byteValue();
        Decoded decoded = new Decoded().frame(1, Frames.ethernet(0x0800, packet));
        assertThat(decoded.failures).extracting(DecodeFailure::label).containsExactly(reason);
    }

    @Test
    void totalLengthZeroIsSegmentationOffload() {
        byte[] packet = Frames.ipv4(TCP, Frames.tcp(Frames.PUSH_ACK, 1, new byte[3000]));
        packet[2] = 0;
        packet[3] = 0;
        assertThat(decode(packet).segments.getFirst()).endsWith("len 3000");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 6, 15})
    void impossibleDataOffsetsAreCounted(int words) {
        byte[] tcp = syn();
        tcp[12] = (byte) (words << 4);
        assertThat(decode(Frames.ipv4(TCP, tcp)).failures).containsExactly(DecodeFailure.TCP_DATA_OFFSET);
    }

    @Test
    void aSegmentWhoseOptionsAreCutStillCounts() {
        byte[] tcp = Arrays.copyOf(syn(), 40);
        tcp[12] = (byte) (10 << 4);
        byte[] frame = Frames.ethernet(0x0800, Frames.ipv4(TCP, tcp));
        Decoded decoded = new Decoded().frame(1, frame, frame.length - 10, LinkType.ETHERNET);
        assertThat(decoded.segments).singleElement().asString().endsWith("len 0");
        assertThat(decoded.failures).isEmpty();
    }

    @Test
    void otherPortsAndProtocolsAreSignsOfLife() {
        Decoded decoded = decode(Frames.ipv4(TCP, Frames.tcp(50000, 80, Frames.SYN, 1, new byte[0])));
        assertThat(decoded.life).containsExactly("198.18.0.1");
        assertThat(decode(Frames.ipv6(17, Frames.udp(53, new byte[4]))).life).containsExactly("fd00::1");
        assertThat(decoded.segments).isEmpty();
    }

    @Test
    void anArpPacketIsASignOfLife() {
        byte[] arp = new ByteWriter()
                .u64(0x0001_0800_0604_0002L)
                .u16(0x0200)
                .u32(2)
                .u32(Frames.SERVER)
                .zeros(10)
                .toArray();
        assertThat(new Decoded().frame(1, Frames.ethernet(0x0806, arp)).life).containsExactly("198.18.0.2");
    }

    @Test
    void addressesThatAreNoHostShowNoLife() {
        byte[] packet = Frames.ipv4(17, Frames.udp(67, new byte[4]));
        Arrays.fill(packet, 12, 16, (byte) 0);
        assertThat(decode(packet).life).isEmpty();
        packet[12] = (byte) 239;
        assertThat(decode(packet).life).isEmpty();
    }

    private static byte[] icmp(int type, int code, byte[] quoted) {
        return new ByteWriter().u8(type).u8(code).zeros(6).put(quoted).toArray();
    }

    @Test
    void anUnreachableThatQuotesASynNamesItsEnds() {
        byte[] quoted = Arrays.copyOf(Frames.ipv4(TCP, syn()), 28);
        assertThat(decode(Frames.ipv4(1, icmp(3, 13, quoted))).unreachable)
                .containsExactly("198.18.0.1:49152 > 198.18.0.2:445 seq 5");
        byte[] quoted6 = Frames.ipv6(TCP, syn());
        assertThat(decode(Frames.ipv6(58, icmp(1, 1, quoted6))).unreachable)
                .containsExactly("fd00::1:49152 > fd00::2:445 seq 5");
    }

    @Test
    void aQuoteIsReadBehindOptionsTagsAndTunnels() {
        String ends = "198.18.0.1:49152 > 198.18.0.2:445 seq 5";
        byte[] withOptions = new ByteWriter()
                .put(Arrays.copyOf(Frames.ipv4(TCP, syn()), 20))
                .u32(0x0101_0100L)
                .put(syn())
                .toArray();
        withOptions[0] = 0x46;
        withOptions[3] = 44;
        assertThat(decode(Frames.ipv4(1, icmp(3, 1, Arrays.copyOf(withOptions, 32)))).unreachable)
                .containsExactly(ends);
        byte[] extended = new ByteWriter().u8(TCP).u8(0).zeros(6).put(syn()).toArray();
        assertThat(decode(Frames.ipv6(58, icmp(1, 4, Frames.ipv6(60, extended)))).unreachable)
                .containsExactly("fd00::1:49152 > fd00::2:445 seq 5");
        byte[] answer = Frames.ipv4(1, icmp(3, 1, Arrays.copyOf(Frames.ipv4(TCP, syn()), 28)));
        byte[] tagged = new ByteWriter().u16(7).u16(0x0800).put(answer).toArray();
        assertThat(new Decoded().frame(1, Frames.ethernet(0x8100, tagged)).unreachable)
                .containsExactly(ends);
        byte[] gre = new ByteWriter().u16(0).u16(0x0800).put(answer).toArray();
        assertThat(decode(Frames.ipv4(47, gre)).unreachable).containsExactly(ends);
    }

    @Test
    void aJumboLengthIsReadToTheEndOfThePacket() {
        byte[] packet = Frames.ipv6(TCP, Frames.tcp(Frames.PUSH_ACK, 1, new byte[3000]));
        packet[4] = 0;
        packet[5] = 0;
        assertThat(decode(packet).segments.getFirst()).endsWith("len 3000");
    }

    /** Offload leaves them to the card: a capture on the machine itself has none that is right. */
    @Test
    void checksumsAreNotLookedAt() {
        byte[] ip = Frames.ipv4(6, syn());
        for (int at : new int[] {10, 11, 36, 37}) {
            byte[] wrong = ip.clone();
            wrong[at] ^= 0x5a;
            assertThat(decode(wrong).segments).containsExactly(V4_SYN);
            assertThat(decode(wrong).failures).isEmpty();
        }
    }

    @Test
    void urgentDataIsDataLikeAnyOther() {
        byte[] tcp = Frames.tcp(Frames.PUSH_ACK, 1, new byte[] {1, 2, 3});
        tcp[13] |= 0x20;
        tcp[19] = 2;
        assertThat(decode(Frames.ipv4(TCP, tcp)).segments.getFirst()).endsWith("len 3");
    }

    @Test
    void otherIcmpMessagesAreNone() {
        byte[] quoted = Frames.ipv4(TCP, syn());
        assertThat(decode(Frames.ipv4(1, icmp(3, 4, quoted))).unreachable)
                .as("fragmentation needed")
                .isEmpty();
        assertThat(decode(Frames.ipv4(1, icmp(11, 0, quoted))).unreachable).isEmpty();
        assertThat(decode(Frames.ipv4(1, icmp(8, 0, quoted))).unreachable).isEmpty();
        byte[] web = Frames.ipv4(TCP, Frames.tcp(50000, 80, Frames.SYN, 1, new byte[0]));
        assertThat(decode(Frames.ipv4(1, icmp(3, 1, web))).unreachable).isEmpty();
    }

    @Test
    void aQuoteTooShortIsCounted() {
        byte[] quoted = Frames.ipv4(TCP, syn());
        for (int length = 1; length < 28; length++) {
            Decoded decoded = decode(Frames.ipv4(1, icmp(3, 1, Arrays.copyOf(quoted, length))));
            assertThat(decoded.failures).containsExactly(DecodeFailure.ICMP_TRUNCATED);
            assertThat(decoded.life).hasSize(1);
        }
    }

    @Test
    void theSameSegmentMirroredBehindARouterHasTheSameFingerprint() {
        byte[] tcp = Frames.tcp(Frames.PUSH_ACK, 5, new byte[] {1, 2, 3});
        byte[] first = Frames.ethernet(0x0800, Frames.ipv4(TCP, 7, 0, 64, tcp));
        byte[] routed = Frames.ethernet(0x8100, Frames.tag(30, 0x0800, Frames.ipv4(TCP, 7, 0, 63, tcp)));
        routed[11]++;
        Decoded decoded = new Decoded().frame(1, first).frame(2, routed);
        assertThat(decoded.fingerprints.get(0)).isEqualTo(decoded.fingerprints.get(1));
    }

    @Test
    void aBareAcknowledgementWithoutAnIdentificationIsNoDuplicateOfItsLike() {
        byte[] ack = Frames.tcp(0x10, 5, new byte[0]);
        assertThat(decode(Frames.ipv4(TCP, 0, 0x4000, 64, ack)).distinct).containsExactly(false);
        assertThat(decode(Frames.ipv6(TCP, ack)).distinct).containsExactly(false);
        assertThat(decode(Frames.ipv4(TCP, 9, 0x4000, 64, ack)).distinct).containsExactly(true);
        assertThat(decode(Frames.ipv4(TCP, 0, 0x4000, 64, syn())).distinct).containsExactly(true);
        byte[] data = Frames.tcp(Frames.PUSH_ACK, 5, new byte[] {1});
        assertThat(decode(Frames.ipv4(TCP, 0, 0x4000, 64, data)).distinct).containsExactly(true);
    }

    @Test
    void anotherSegmentHasAnotherFingerprint() {
        Decoded decoded = new Decoded();
        byte[] payload = new byte[100];
        byte[] base = Frames.tcp(Frames.PUSH_ACK, 5, payload);
        decoded.frame(1, Frames.ethernet(0x0800, Frames.ipv4(TCP, 7, 0, 64, base)));
        decoded.frame(1, Frames.ethernet(0x0800, Frames.ipv4(TCP, 8, 0, 64, base)));
        decoded.frame(1, Frames.ethernet(0x0800, Frames.ipv4(TCP, 7, 0, 64, Frames.tcp(Frames.PUSH_ACK, 6, payload))));
        decoded.frame(1, Frames.ethernet(0x0800, Frames.ipv4(TCP, 7, 0, 64, Frames.tcp(0x10, 5, payload))));
        for (int at : new int[] {0, 15, 84, 99}) {
            byte[] other = payload.clone();
            other[at] = 1;
            byte[] tcp = Frames.tcp(Frames.PUSH_ACK, 5, other);
            decoded.frame(1, Frames.ethernet(0x0800, Frames.ipv4(TCP, 7, 0, 64, tcp)));
        }
        decoded.frame(
                1, Frames.ethernet(0x0800, Frames.ipv4(TCP, 7, 0, 64, Frames.tcp(Frames.PUSH_ACK, 5, new byte[101]))));
        assertThat(decoded.fingerprints).hasSize(9).doesNotHaveDuplicates();
    }

    @Test
    void unknownLinkTypesAreCounted() {
        assertThat(new Decoded().frame(1, new byte[64], 64, 147).failures)
                .containsExactly(DecodeFailure.LINK_TYPE_UNSUPPORTED);
        assertThat(LinkType.supported(147)).isFalse();
    }
}
