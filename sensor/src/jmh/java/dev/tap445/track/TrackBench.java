package dev.tap445.track;

import dev.tap445.capture.CaptureException;
import dev.tap445.capture.FileSource;
import dev.tap445.capture.PacketHandler;
import dev.tap445.capture.PacketSource;
import dev.tap445.decode.FrameDecoder;
import dev.tap445.ring.RecordHandler;
import dev.tap445.ring.RecordRing;
import dev.tap445.support.Traffic;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a packet costs a worker, decoding and tracking, while so many connections are open and take turns in no
 * particular order; and what a SYN of a flood costs. Nanoseconds and bytes (of {@code -prof gc}) are per packet.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class TrackBench {
    private static final int BATCH = 256;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int PACKETS_A_FLOW = 8;
    private static final int SYN_LENGTH = 54;
    private static final int MAX_FRAME = 2048;
    private static final int NANOS_A_PACKET = 1_000;
    // in an untagged IPv4 frame without options
    private static final int SOURCE = 26;
    private static final int DESTINATION = 30;
    private static final int PORT = 34;
    private static final int SEQUENCE = 38;

    @Param({"1000", "100000", "1000000"})
    int flows;

    private final RecordRing queue = RecordRing.allocate(1 << 22);
    private final Tracker tracker =
            new Tracker(TrackerOptions.live(1), new ObservationWriter(queue, false), new FailureCounters());
    private final FrameDecoder decoder = new FrameDecoder(tracker);
    private final RecordHandler inventory = (type, slab, at, length) -> {};
    private final MemorySegment read = Arena.global().allocate(MAX_FRAME);
    private final MemorySegment syn = Arena.global().allocate(MAX_FRAME);
    private int readLength;
    private int[] clients = {};
    private int[] servers = {};
    private short[] ports = {};
    private int[] sequences = {};
    private int next;
    private int spoofed;
    private long time;

    /** Opens the connections; the last packet of each, a READ, is the one to go on with. */
    @Setup
    public void open() throws IOException, CaptureException {
        clients = new int[flows];
        servers = new int[flows];
        ports = new short[flows];
        sequences = new int[flows];
        Path file = Files.createTempFile("track", ".pcap");
        long packets = Traffic.write(Traffic.Kind.FLOWS, (long) PACKETS_A_FLOW * flows, file)
                .packets();
        long[] seen = new long[1];
        PacketHandler handler = (m, at, captured, original, timestamp, linkType, source) -> {
            time = timestamp;
            track(m, at, captured);
            long left = packets - ++seen[0];
            if (left < flows) {
                keep(m, at, captured, (int) left);
            } else if (captured == SYN_LENGTH) {
                MemorySegment.copy(m, at, syn, 0, captured);
            }
        };
        try (FileSource source = FileSource.open(file.toString(), 0)) {
            int count;
            do {
                count = source.poll(handler, BATCH);
                report();
            } while (count != PacketSource.END);
        }
        Files.delete(file);
        syn.set(ValueLayout.JAVA_BYTE, SEQUENCE + 9, (byte) 2);
        syn.set(SHORT, PORT + 2, (short) 445);
    }

    private void keep(MemorySegment m, long at, int captured, int flow) {
        MemorySegment.copy(m, at, read, 0, captured);
        readLength = captured;
        clients[flow] = m.get(INT, at + SOURCE);
        servers[flow] = m.get(INT, at + DESTINATION);
        ports[flow] = m.get(SHORT, at + PORT);
        sequences[flow] = m.get(INT, at + SEQUENCE);
    }

    private void track(MemorySegment m, long at, int captured) {
        tracker.advance(time);
        decoder.decode(m, at, captured, 1, time);
    }

    private void report() {
        queue.publish();
        queue.drain(inventory, Integer.MAX_VALUE);
    }

    @TearDown
    public void free() {
        tracker.close();
        queue.close();
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int goesOn() {
        for (int i = 0; i < BATCH; i++) {
            int flow = next;
            next = next + 1 == flows ? 0 : next + 1;
            sequences[flow] += readLength - SYN_LENGTH;
            read.set(INT, SOURCE, clients[flow]);
            read.set(INT, DESTINATION, servers[flow]);
            read.set(SHORT, PORT, ports[flow]);
            read.set(INT, SEQUENCE, sequences[flow]);
            time += NANOS_A_PACKET;
            track(read, 0, readLength);
        }
        report();
        return next;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int isFlooded() {
        for (int i = 0; i < BATCH; i++) {
            syn.set(INT, SOURCE, 0xf000_0000 | (++spoofed * 0x9e37_79b1) >>> 4);
            syn.set(INT, SEQUENCE, spoofed);
            time += NANOS_A_PACKET;
            track(syn, 0, SYN_LENGTH);
        }
        report();
        return spoofed;
    }
}
