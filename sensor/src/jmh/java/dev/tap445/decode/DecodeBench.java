package dev.tap445.decode;

import dev.tap445.support.CaptureFile;
import dev.tap445.support.Traffic;
import dev.tap445.wire.DecodeFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a packet costs to decode up to its TCP segment. Nanoseconds and bytes (of {@code -prof gc}) are per packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class DecodeBench {
    private static final int PACKETS = 50_000;

    @Param({"SMALL", "BULK"})
    Traffic.Kind traffic = Traffic.Kind.SMALL;

    private CaptureFile.Frame[] frames = {};
    private final Sum sum = new Sum();
    private final FrameDecoder decoder = new FrameDecoder(sum);

    @Setup
    public void generate() throws IOException {
        Path file = Files.createTempFile("decode", ".pcap");
        Traffic.write(traffic, PACKETS, file);
        List<CaptureFile.Frame> all = CaptureFile.read(file);
        frames = all.subList(0, PACKETS).toArray(CaptureFile.Frame[]::new);
        Files.delete(file);
    }

    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public long decode() {
        for (CaptureFile.Frame frame : frames) {
            decoder.decode(frame.memory(), frame.offset(), frame.length(), frame.linkType(), frame.timeNanos());
        }
        return sum.bytes;
    }

    private static final class Sum implements FrameHandler {
        private long bytes;

        @Override
        public PacketClass onSegment(Segment segment) {
            bytes += segment.payloadLength();
            return PacketClass.SEGMENT;
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
            bytes++;
        }

        @Override
        public void onLife(long high, long low, int zone, boolean opening, long timeNanos) {
            bytes++;
        }

        @Override
        public void onFailure(DecodeFailure reason) {
            bytes--;
        }
    }
}
