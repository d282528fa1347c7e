package dev.tap445.ring;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a packet costs to lay into a ring, publish and take out again, by one thread: without what the cache coherence of
 * two cores adds. Nanoseconds and bytes (of {@code -prof gc}) are per packet.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class RingBench {
    private static final int BATCH = 256;

    /** Bytes of a frame; the second is what a full segment costs more. */
    @Param({"106", "1514"})
    int frameLength;

    /** Packets that become visible at once. */
    @Param({"1", "32", "256"})
    int published;

    private final RecordRing ring = RecordRing.allocate(1 << 22);
    private final MemorySegment frame = Arena.global().allocate(2048);
    private long sum;
    private final RecordHandler consumer = (type, slab, at, length) -> sum += PacketRecord.captured(slab, at);

    @TearDown
    public void free() {
        ring.close();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long throughTheRing() {
        for (int i = 1; i <= BATCH; i++) {
            int at = ring.claim(PacketRecord.FRAME + frameLength);
            PacketRecord.write(ring.segment(), at, i, frameLength, frameLength, 1, 0, frame, 0);
            ring.commit(at, PacketRecord.TYPE);
            if (i % published == 0) {
                ring.publish();
            }
        }
        ring.drain(consumer, BATCH);
        return sum;
    }
}
