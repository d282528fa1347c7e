package dev.tap445.app;

import dev.tap445.capture.CaptureException;
import dev.tap445.capture.FileSource;
import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.support.CaptureFile;
import dev.tap445.support.PcapStream;
import dev.tap445.support.RawFrame;
import dev.tap445.support.SampleFiles;
import dev.tap445.wire.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A session a minute of packet time, each as the one before, and somebody who asks all the while: heap, native memory, open
 * files and the time to an answer have to be at the end what they were after a quarter. Exit code 1 where they are not.
 */
final class AcceleratedWeek {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_700_000_000L * SECOND;
    private static final int CLIENTS = 10;
    private static final int MIB = 1 << 20;
    private static final long MOST_HEAP = 8L * MIB;
    /** What the JVM compiles meanwhile is native, too. */
    private static final long MOST_NATIVE = 48L * MIB;

    private static final int MOST_FILES = 2;
    private static final double MOST_SECONDS = 0.25;

    private final long minutes;
    private final List<RawFrame> sample;
    private volatile long minute;

    private AcceleratedWeek(long minutes) {
        this.minutes = minutes;
        this.sample = RawFrame.of(CaptureFile.read(SampleFiles.directory().resolve("smb1-only.pcap"))).stream()
                .filter(p -> p.bytes()[12] == 8 && p.bytes()[13] == 0)
                .toList();
    }

    /** What is held, in bytes but for the files. */
    private record Held(long heap, long resident, long files) {
        static Held now() throws IOException {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            String statm = Files.readString(Path.of("/proc/self/statm"));
            try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
                return new Held(
                        runtime.totalMemory() - runtime.freeMemory(),
                        Long.parseLong(statm.split(" ")[1]) * 4096,
                        open.count());
            }
        }
    }

    public static void main(String[] args) throws Exception {
        System.exit(new AcceleratedWeek(Long.parseLong(args[0])).run() ? 0 : 1);
    }

    private @Nullable RawFrame packet(long i) {
        minute = i / sample.size();
        if (minute >= minutes) {
            return null;
        }
        byte[] bytes = sample.get((int) (i % sample.size())).bytes().clone();
        ByteBuffer b = ByteBuffer.wrap(bytes);
        for (int at : new int[] {26, 30}) {
            if (b.getInt(at) == 0xc612_0114) {
                b.putInt(at, 0xc612_0300 + (int) (minute % CLIENTS));
            }
        }
        return new RawFrame(bytes, LinkType.ETHERNET, START + minute * 60 * SECOND + i % sample.size());
    }

    private boolean run() throws CaptureException, InterruptedException, IOException {
        LongFunction<@Nullable RawFrame> packets = this::packet;
        FileSource source = FileSource.open("accelerated week", new PcapStream(packets), 0);
        List<Double> early = new ArrayList<>();
        List<Double> late = new ArrayList<>();
        Held quarter = null;
        try (Pipeline pipeline = new Pipeline(List.of(List.of(source)), PipelineOptions.live("", 2, MIB))) {
            pipeline.start();
            while (!pipeline.inputEnded()) {
                double seconds = secondsToAnAnswer(pipeline);
                if (minute >= minutes / 4) {
                    quarter = quarter == null ? Held.now() : quarter;
                    (minute < minutes / 2 ? early : late).add(seconds);
                }
            }
            pipeline.awaitEnd();
            Held end = Held.now();
            InventorySnapshot last = pipeline.snapshot();
            long smb1 = last.clients().stream()
                    .filter(c -> c.verdict() == ClientVerdict.SMB1_ONLY)
                    .count();
            return smb1 == CLIENTS && isFlat(pipeline.packets(), quarter == null ? end : quarter, end, early, late);
        }
    }

    /** From the question until all that was captured before it is classified, and there is an answer. */
    private static double secondsToAnAnswer(Pipeline pipeline) throws InterruptedException {
        long asked = System.nanoTime();
        long captured = pipeline.packets();
        while (classified(pipeline) < captured) {
            Thread.sleep(0, 100_000);
        }
        pipeline.snapshot();
        double seconds = (System.nanoTime() - asked) / (double) SECOND;
        Thread.sleep(5);
        return seconds;
    }

    /** Or dropped by a name. */
    private static long classified(Pipeline pipeline) {
        return pipeline.feed().workers().stream()
                .mapToLong(w -> w.ringDrops()
                        + w.packets().values().stream()
                                .mapToLong(Long::longValue)
                                .sum())
                .sum();
    }

    private static double p99(List<Double> seconds) {
        seconds.sort(null);
        return seconds.isEmpty() ? 0 : seconds.get((int) Math.ceil(seconds.size() * 0.99) - 1);
    }

    private static boolean isFlat(long packets, Held quarter, Held end, List<Double> early, List<Double> late) {
        System.out.printf(
                Locale.ROOT,
                "accelerated week\t%d packets\tfrom the first quarter to the end: heap %d to %d KiB\tresident %d to %d KiB\t"
                        + "files %d to %d\tan answer in %.3f to %.3f s (p99 of %d and %d)%n",
                packets,
                quarter.heap >> 10,
                end.heap >> 10,
                quarter.resident >> 10,
                end.resident >> 10,
                quarter.files,
                end.files,
                p99(early),
                p99(late),
                early.size(),
                late.size());
        return end.heap - quarter.heap < MOST_HEAP
                && end.resident - quarter.resident < MOST_NATIVE
                && end.files - quarter.files <= MOST_FILES
                && p99(late) < p99(early) + MOST_SECONDS;
    }
}
