package dev.tap445.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tap445.wire.LinkType;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Arbitrary frames of every link type end in a segment, a sign of life or a counted reason, never in an exception. */
final class FrameDecoderFuzzTest {
    private static final int[] LINK_TYPES = {
        LinkType.ETHERNET,
        LinkType.NULL,
        LinkType.PPP,
        LinkType.DLT_RAW,
        LinkType.DLT_RAW_OPENBSD,
        LinkType.PPP_ETHER,
        LinkType.RAW,
        LinkType.LOOP,
        LinkType.LINUX_SLL,
        LinkType.IPV4,
        LinkType.IPV6,
        LinkType.LINUX_SLL2,
    };

    @MethodSource("frames")
    @FuzzTest(maxDuration = "1m")
    void anyFrame(byte[] data) {
        for (int linkType : LINK_TYPES) {
            assertThat(LinkType.supported(linkType)).isTrue();
            Decoded decoded = new Decoded().frame(1, data, data.length, linkType);
            assertThat(decoded.failures.size() + decoded.segments.size()).isLessThanOrEqualTo(1);
            decoded.decoder.finish();
        }
    }

    /** The first byte says in how many frames the rest comes: fragments meet each other. */
    @MethodSource("frames")
    @FuzzTest(maxDuration = "1m")
    void anyFrames(byte[] data) {
        Decoded decoded = new Decoded();
        int size = data.length == 0 ? 1 : 20 + (data[0] & 0x7f);
        for (int at = 1; at < data.length; at += size) {
            byte[] frame = Arrays.copyOfRange(data, at, Math.min(data.length, at + size));
            decoded.frame(at, frame, frame.length, LinkType.RAW);
        }
        decoded.decoder.finish();
        assertThat(decoded.payloads).allSatisfy(payload -> assertThat(payload).hasSizeLessThan(65536));
    }

    static Stream<byte[]> frames() {
        return FrameExamples.all().map(FrameExamples.Example::frame);
    }
}
