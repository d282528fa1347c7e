package dev.tap445.capture;

import dev.tap445.ring.RecordHandler;
import dev.tap445.ring.RecordRing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a packet of a mapped file costs up to the ring: parse, pick the worker, copy, publish; the ring is emptied by the
 * same thread without looking. Nanoseconds and bytes (of {@code -prof gc}) are per packet.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class FileReadBench {
    private static final int PACKETS = 256 * 1024;
    private static final int BATCH = 256;
    private static final RecordHandler IGNORE = (type, slab, offset, length) -> {};

    @Param({"110", "907"})
    int frameLength;

    @Param({"1", "4"})
    int workers;

    private Path file = Path.of("");
    private FileSource source;
    private Distributor distributor;
    private RecordRing[] rings = {};

    @Setup(Level.Trial)
    public void write() throws IOException, CaptureException {
        file = Files.createTempFile("read", ".pcap");
        ByteBuffer out = ByteBuffer.allocate(24 + PACKETS * (16 + frameLength)).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0xa1b2c3d4).putInt(0x00040002).putLong(0).putInt(65_535).putInt(1);
        for (int i = 0; i < PACKETS; i++) {
            out.putInt(i / 1000).putInt(i % 1000).putInt(frameLength).putInt(frameLength);
            int frame = out.position();
            out.putShort(frame + 12, Short.reverseBytes((short) 0x0800));
            out.put(frame + 14, (byte) 0x45).put(frame + 23, (byte) 6);
            out.putInt(frame + 26, 0x010012c6 + ((i % 251) << 24)).putInt(frame + 30, 0x020013c6);
            out.position(frame + frameLength);
        }
        Files.write(file, out.array());
        rings = new RecordRing[workers];
        for (int i = 0; i < workers; i++) {
            rings[i] = RecordRing.allocate(1 << 20);
        }
        distributor = new Distributor(List.of(rings), new AddressPairSelector(workers));
        source = FileSource.open(file.toString(), 0);
    }

    @TearDown(Level.Trial)
    public void delete() throws IOException {
        source.close();
        for (RecordRing ring : rings) {
            ring.close();
        }
        Files.delete(file);
    }

    @Benchmark
    @org.openjdk.jmh.annotations.OperationsPerInvocation(BATCH)
    public int read() throws CaptureException {
        int count = source.poll(distributor, BATCH);
        if (count == PacketSource.END) { // once in a thousand batches
            source.close();
            source = FileSource.open(file.toString(), 0);
            return 0;
        }
        distributor.publishAll(source.counters());
        for (RecordRing ring : rings) {
            ring.drain(IGNORE, BATCH);
        }
        return count;
    }
}
