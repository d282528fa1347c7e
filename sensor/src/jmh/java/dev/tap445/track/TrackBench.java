package dev.tap445.track;

import dev.tap445.capture.CaptureException;
import dev.tap445.capture.FileSource;
import dev.tap445.capture.PacketHandler;
import dev.tap445.capture.PacketSource;
import dev.tap445.decode.FrameDecoder;
import dev.tap445.ring.RecordHandler;
import dev.tap445.ring.RecordRing;
import dev.tap445.support.Traffic;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
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
    private final ByteBuf read = Unpooled.directBuffer(MAX_FRAME, MAX_FRAME);
    private final ByteBuf syn = Unpooled.directBuffer(MAX_FRAME, MAX_FRAME);
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
            read.setBytes(0, m.asSlice(at, captured).asByteBuffer());
            track(read, captured);
            long left = packets - ++seen[0];
            if (left < flows) {
                keep(captured, (int) left);
            } else if (captured == SYN_LENGTH) {
                syn.setBytes(0, read, 0, captured);
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
        syn.setByte(SEQUENCE + 9, 2);
        syn.setShort(PORT + 2, 445);
    }

    private void keep(int captured, int flow) {
        readLength = captured;
        clients[flow] = read.getInt(SOURCE);
        servers[flow] = read.getInt(DESTINATION);
        ports[flow] = read.getShort(PORT);
        sequences[flow] = read.getInt(SEQUENCE);
    }

    private void track(ByteBuf m, int captured) {
        tracker.advance(time);
        decoder.decode(m, 0, captured, 1, time);
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
            read.setInt(SOURCE, clients[flow]);
            read.setInt(DESTINATION, servers[flow]);
            read.setShort(PORT, ports[flow]);
            read.setInt(SEQUENCE, sequences[flow]);
            time += NANOS_A_PACKET;
            track(read, readLength);
        }
        report();
        return next;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int isFlooded() {
        for (int i = 0; i < BATCH; i++) {
            syn.setInt(SOURCE, 0xf000_0000 | (++spoofed * 0x9e37_79b1) >>> 4);
            syn.setInt(SEQUENCE, spoofed);
            time += NANOS_A_PACKET;
            track(syn, SYN_LENGTH);
        }
        report();
        return spoofed;
    }
}
