package dev.tap445.capture;

import dev.tap445.ring.RecordRing;
import dev.tap445.wire.PacketHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@link LiveSourceTest} runs inside a network namespace: {@code LiveProbe IF cycles N} starts and stops N times;
 * {@code LiveProbe IF fanout N} shares the interface over N sources and tells, until its input ends, how many address
 * pairs came by one of them and how many by several; {@code LiveProbe IF watch|lean} captures and prints a line every 20 ms until its standard input ends.
 */
final class LiveProbe {
    private LiveProbe() {}

    public static void main(String[] args) throws Exception {
        try {
            if (args[1].equals("fanout")) {
                fanout(args[0], Integer.parseInt(args[2]));
            } else if (args[1].equals("cycles")) {
                cycles(args[0], Integer.parseInt(args[2]));
            } else {
                watch(
                        args[0],
                        args[1].equals("lean") ? CaptureFilter.lean(445, 139) : CaptureFilter.of("net 198.18.0.0/15"));
            }
        } catch (CaptureException e) {
            System.out.println("refused " + e.getMessage());
        }
    }

    private static void cycles(String device, int times) throws Exception {
        long slowest = 0;
        for (int i = 0; i < times; i++) {
            LiveSource source = LiveSource.open(device, 0, LiveOptions.of(CaptureFilter.lean(445, 139)));
            RecordRing ring = RecordRing.allocate(1 << 16);
            CaptureLoop loop = new CaptureLoop(List.of(source), new Distributor(List.of(ring), (m, o, c, l) -> 0));
            CaptureThread thread = new CaptureThread("capture", loop, IdleStrategy.live());
            thread.start();
            Thread.sleep(i % 7);
            long before = System.nanoTime();
            if (!thread.stop(Duration.ofSeconds(5)) || thread.failure().isPresent()) {
                System.out.println("failed " + thread.failure());
                return;
            }
            thread.close();
            slowest = Math.max(slowest, System.nanoTime() - before);
            ring.close();
        }
        System.out.println("slowest " + slowest / 1_000_000);
    }

    private static void fanout(String device, int members) throws Exception {
        Fanout group = new Fanout();
        List<LiveSource> sources = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            sources.add(LiveSource.open(device, i, LiveOptions.of(CaptureFilter.none()), group));
        }
        PacketHash hash = new PacketHash();
        Map<Integer, BitSet> seenBy = new HashMap<>();
        BitSet used = new BitSet();
        long[] packets = new long[1];
        PacketHandler handler = (m, at, captured, original, time, linkType, source) -> {
            packets[0]++;
            used.set(source);
            seenBy.computeIfAbsent(hash.hash(m, at, captured, linkType), pair -> new BitSet())
                    .set(source);
        };
        while (System.in.available() == 0) {
            sources.forEach(source -> source.poll(handler, 256));
            long split =
                    seenBy.values().stream().filter(by -> by.cardinality() > 1).count();
            System.out.printf(
                    "packets %d pairs %d split %d sources %d%n", packets[0], seenBy.size(), split, used.cardinality());
            Thread.sleep(20);
        }
        sources.forEach(LiveSource::close);
    }

    private static void watch(String device, CaptureFilter filter) throws Exception {
        LiveSource source = LiveSource.open(device, 0, LiveOptions.of(filter));
        try (RecordRing ring = RecordRing.allocate(1 << 22)) {
            CaptureLoop loop = new CaptureLoop(List.of(source), new Distributor(List.of(ring), (m, o, c, l) -> 0));
            try (CaptureThread thread = new CaptureThread("capture", loop, IdleStrategy.live())) {
                thread.start();
                long drained = 0;
                while (System.in.available() == 0) {
                    drained += ring.drain((type, slab, at, length) -> {}, Integer.MAX_VALUE);
                    SourceStatistics now = source.statistics();
                    System.out.printf(
                            "%s packets %d drained %d drops %d bytes %d last %d %s%n",
                            now.up() ? "up" : "down",
                            now.packets(),
                            drained,
                            now.kernelDrops() + ring.drops(),
                            now.bytes(),
                            now.lastTimestamp(),
                            source.problem().orElse(""));
                    Thread.sleep(20);
                }
                System.out.println("stopped " + thread.stop(Duration.ofSeconds(2)) + " " + thread.failure());
            }
        }
    }
}
