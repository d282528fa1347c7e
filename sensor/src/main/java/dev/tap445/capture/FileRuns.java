package dev.tap445.capture;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The runs of a capture file: stretches in which time does not go back by more than {@link #STEP_BACK}. Two captures that
 * were put behind one another, a direction in each, are two runs of the same time; files of a rotation in the wrong order
 * are runs of different times. Either can be read in the order of the packets' time, each run a source of its own.
 */
public final class FileRuns implements PacketHandler {
    /** Packets of several queues of an interface lie less apart; nanoseconds. */
    public static final long STEP_BACK = 1_000_000_000L;

    /** Runs that are read at once; a file with more is not one of parts that were put together. */
    private static final int MAX_RUNS = 16;

    private static final int BATCH = 256;

    /**
     * A stretch of the file.
     *
     * @param start packets before it
     * @param first its earliest packet, nanoseconds since the epoch
     * @param last its latest
     */
    record Run(long start, long packets, long first, long last) {
        /** Whether both are of the same time, or of times apart; in between a clock was set back. */
        boolean goesWith(Run other) {
            long shared = Math.min(last, other.last) - Math.max(first, other.first);
            return shared <= 0 || 2 * shared >= Math.min(last - first, other.last - other.first);
        }
    }

    private final List<Run> runs = new ArrayList<>();
    private long packets;
    private long start;
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    private FileRuns() {}

    /**
     * The runs of a file, each a source of its own with numbers from {@code index} on; empty where it is one run, or where
     * its parts cannot be put in order. Reads the file to its end.
     */
    public static List<PacketSource> sources(String file, int index) throws CaptureException {
        FileRuns found = new FileRuns();
        try (FileSource whole = FileSource.open(file, index)) {
            while (whole.poll(found, BATCH) != PacketSource.END && found.runs.size() < MAX_RUNS) {
                Thread.onSpinWait();
            }
        }
        found.close();
        return found.canBeOrdered() ? open(file, index, found.runs) : List.of();
    }

    private static List<PacketSource> open(String file, int index, List<Run> runs) throws CaptureException {
        List<PacketSource> sources = new ArrayList<>();
        for (Run run : runs) {
            boolean last = run.equals(runs.getLast());
            long limit = last ? Long.MAX_VALUE : run.packets;
            sources.add(new RunSource(FileSource.open(file, index + sources.size()), run.start, limit));
        }
        return sources;
    }

    private boolean canBeOrdered() {
        if (runs.size() < 2 || runs.size() >= MAX_RUNS) {
            return false;
        }
        for (Run a : runs) {
            for (Run b : runs) {
                if (!a.goesWith(b)) {
                    return false;
                }
            }
        }
        return true;
    }

    private void close() {
        if (packets > start) {
            runs.add(new Run(start, packets - start, first, last));
            start = packets;
        }
    }

    @Override
    public void onPacket(
            MemorySegment memory, long offset, int captured, int original, long time, int linkType, int source) {
        if (time < last - STEP_BACK) {
            close();
            first = Long.MAX_VALUE;
            last = Long.MIN_VALUE;
        }
        packets++;
        first = Math.min(first, time);
        last = Math.max(last, time);
    }
}
