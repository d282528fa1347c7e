package dev.tap445.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.tap445.support.CaptureFile;
import dev.tap445.support.CaptureFile.Frame;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.FrameWalker;
import dev.tap445.wire.IpProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real fragments, the port in their first one changed to 445; what they are in one piece is tshark's reading. */
final class CapturedFragmentsTest {
    private static final byte[] PORT_445 = {0x01, (byte) 0xbd};

    @ParameterizedTest
    @CsvSource({
        "zeek__ipv4_fragmented-syn.pcap,2,0",
        "suricata-verify__defrag_bug-6887-defrag-ipv4-tcp-syn_frag-ip-tcp-syn.pcap,2,0",
        "suricata-verify__defrag_bug-6887-defrag-eth-vlan-ipv6-tcp_frag-eth-vlan-ipv6-tcp.pcap,16,1000",
        "PcapPlusPlus__ExamplesTest_pcap_examples_frag_http_req.pcap,24,1460",
    })
    void becomeTheSegmentThatTsharkFinds(String file, int flags, int length) {
        Decoded decoded = decode(file);
        assertThat(decoded.segments).hasSize(1);
        assertThat(decoded.segments.getFirst())
                .contains(":445 flags " + flags + " ")
                .endsWith(" len " + length);
        assertThat(decoded.payloads.getFirst()).hasSize(length);
        assertThat(decoded.failures).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "suricata-verify__security-8510_defrag-af-confusion-spray-h8.pcap",
                "tcpdump__ip6_frag_asan.pcap",
                "zeek__tunnels_gtp_gtp1_gn_normal_incl_fragmentation.pcap",
            })
    void hostileOnesAreCountedAtMost(String file) {
        assertThatNoException().isThrownBy(() -> decode(file));
    }

    /** One packet of random bytes: whole, and no segment. */
    @Test
    void garbagePutTogetherIsGarbage() {
        Decoded decoded = decode("nDPI__ip_fragmented_garbage.pcap");
        assertThat(decoded.segments).isEmpty();
        assertThat(decoded.failures).containsExactly(DecodeFailure.TCP_DATA_OFFSET);
    }

    private static Decoded decode(String file) {
        Decoded decoded = new Decoded();
        FrameWalker walker = new FrameWalker();
        for (Frame frame :
                CaptureFile.read(CaptureFile.sharedCaptures().resolve("files").resolve(file))) {
            byte[] bytes = frame.bytes();
            int found = walker.walk(frame.memory(), frame.offset(), frame.length(), frame.linkType());
            boolean first = found == FrameWalker.IP
                    && walker.protocol() == IpProtocol.TCP
                    && walker.moreFragments()
                    && walker.fragmentOffset() == 0;
            if (first) {
                int port = walker.payloadOffset() - frame.offset() + 2;
                System.arraycopy(PORT_445, 0, bytes, port, 2);
            }
            decoded.frame(frame.timeNanos(), bytes, bytes.length, frame.linkType());
        }
        decoded.decoder.finish();
        return decoded;
    }
}
