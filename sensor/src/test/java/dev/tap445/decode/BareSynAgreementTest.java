package dev.tap445.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.CaptureFile;
import dev.tap445.support.RawFrame;
import dev.tap445.support.Rewrap;
import dev.tap445.support.SampleFiles;
import dev.tap445.wire.BareSyn;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.FrameWalker;
import dev.tap445.wire.IpProtocol;
import dev.tap445.wire.Tcp;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a worker that is behind may pass over is what the decoder takes for a SYN without data, in everything that one can
 * come in, and nothing else.
 */
final class BareSynAgreementTest {
    private final Told told = new Told();
    private final FrameDecoder decoder = new FrameDecoder(told);
    private final BareSyn bareSyn = new BareSyn();
    private final FrameWalker walker = new FrameWalker();

    /** What became of one frame. */
    private static final class Told implements FrameHandler {
        boolean segment;
        boolean attempt;
        boolean data;
        boolean other;

        void clear() {
            segment = false;
            attempt = false;
            data = false;
            other = false;
        }

        @Override
        public PacketClass onSegment(Segment s) {
            segment = true;
            attempt = s.isSyn() && !s.has(Tcp.FIN);
            data = s.payloadLength() > 0;
            return PacketClass.SEGMENT;
        }

        @Override
        public void onLife(long high, long low, int zone, boolean attempts, long timeNanos) {
            other = !attempts;
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
            other = true;
        }

        @Override
        public void onFailure(DecodeFailure reason) {
            other = true;
        }
    }

    @AfterEach
    void giveBackMemory() {
        decoder.close();
    }

    /** Whether it is a bare SYN, by both. */
    private boolean agreed(ByteBuf m, int at, int captured, int linkType) {
        told.clear();
        PacketClass found = decoder.decode(m, at, captured, linkType, 1);
        boolean bare = bareSyn.is(m, at, captured, linkType);
        if (bare) {
            boolean passable = !told.other && !told.data && told.attempt == told.segment;
            assertThat(passable).as(() -> text(m, at, captured, linkType)).isTrue();
        } else if (found != PacketClass.FRAGMENT && told.attempt && !told.data) {
            assertThat(isUnbounded(m, at, captured, linkType))
                    .as(() -> text(m, at, captured, linkType))
                    .isTrue();
        }
        return bare;
    }

    /** Whether the IP header leaves open how long the packet is. */
    private boolean isUnbounded(ByteBuf m, int at, int captured, int linkType) {
        assertThat(walker.walk(m, at, captured, linkType)).isEqualTo(FrameWalker.IP);
        assertThat(walker.protocol()).isEqualTo(IpProtocol.TCP);
        return m.getUnsignedShort(walker.ipOffset() + (walker.isV4() ? 2 : 4)) == 0;
    }

    private static String text(ByteBuf m, int at, int captured, int linkType) {
        byte[] frame = new byte[captured];
        m.getBytes(at, frame);
        return "link type " + linkType + ": " + HexFormat.of().formatHex(frame);
    }

    private int agreed(List<CaptureFile.Frame> frames) {
        int bare = 0;
        for (CaptureFile.Frame frame : frames) {
            bare += agreed(frame.memory(), frame.offset(), frame.length(), frame.linkType()) ? 1 : 0;
        }
        decoder.finish();
        return bare;
    }

    @Test
    void inEverySample() {
        int bare = 0;
        for (Path sample : SampleFiles.captures()) {
            bare += agreed(CaptureFile.read(sample));
        }
        assertThat(bare).isGreaterThan(100);
    }

    @TestFactory
    Stream<DynamicTest> inEveryPublicCapture() throws IOException {
        Path files = CaptureFile.sharedCaptures().resolve("files");
        try (Stream<Path> found = Files.list(files)) {
            List<Path> captures = found.sorted().toList();
            return captures.stream()
                    .map(capture -> DynamicTest.dynamicTest(
                            capture.getFileName().toString(), () -> agreed(CaptureFile.read(capture))));
        }
    }

    /** Each SYN without data, and no other packet, in every link layer, tag, label and tunnel; in fragments none. */
    @ParameterizedTest
    @MethodSource("dev.tap445.support.Rewrap#ways")
    void inEveryWrapping(Rewrap.Way way) {
        for (Path sample : SampleFiles.captures()) {
            List<RawFrame> packets = RawFrame.of(CaptureFile.read(sample));
            List<RawFrame> carried = way.carried(packets);
            int bare = 0;
            for (RawFrame frame : carried) {
                bare += agreed(frame.memory(), 0, frame.bytes().length, frame.linkType()) ? 1 : 0;
            }
            int wrapped = 0;
            for (RawFrame frame : way.wrapped(packets)) {
                wrapped += agreed(frame.memory(), 0, frame.bytes().length, frame.linkType()) ? 1 : 0;
            }
            assertThat(wrapped).isEqualTo(way.name().contains("fragments") ? 0 : bare);
        }
    }

    static Stream<FrameExamples.Example> examples() {
        return FrameExamples.all();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void cutAnywhere(FrameExamples.Example example) {
        byte[] whole = example.frame();
        for (int captured = 0; captured <= whole.length; captured++) {
            ByteBuf around = Unpooled.wrappedBuffer(new byte[5], Arrays.copyOf(whole, captured)); // not at offset 0
            assertThat(agreed(around, 5, captured, example.linkType())).isEqualTo(captured == whole.length);
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void withBytesChangedByChance(FrameExamples.Example example) {
        Random random = new Random(445);
        int bare = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] frame = example.frame().clone();
            for (int n = random.nextInt(4); n >= 0; n--) {
                int at = random.nextInt(frame.length);
                frame[at] = (byte) (random.nextBoolean() ? random.nextInt() : frame[at] ^ 1 << random.nextInt(8));
            }
            int captured = random.nextInt(4) == 0 ? random.nextInt(frame.length + 1) : frame.length;
            bare += agreed(Unpooled.wrappedBuffer(frame), 0, captured, example.linkType()) ? 1 : 0;
        }
        assertThat(bare).isBetween(1000, 19_000);
    }
}
