package dev.tap445.capture;

import java.util.Optional;

/** A part of a capture file, by the number of its packets; what lies before is read and left out. */
final class RunSource implements PacketSource {
    private static final PacketHandler NOBODY = (memory, offset, captured, original, time, linkType, source) -> {};

    private final FileSource file;
    private long before;
    private long left;

    RunSource(FileSource file, long before, long packets) {
        this.file = file;
        this.before = before;
        this.left = packets;
    }

    @Override
    public int poll(PacketHandler handler, int limit) {
        while (before > 0) {
            int count = file.poll(NOBODY, (int) Math.min(before, limit));
            if (count <= 0) {
                return count;
            }
            before -= count;
        }
        if (left == 0) {
            return END;
        }
        int count = file.poll(handler, (int) Math.min(left, limit));
        left -= Math.max(0, count);
        return count;
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public SourceCounters counters() {
        return file.counters();
    }

    @Override
    public SourceStatistics statistics() {
        return file.statistics();
    }

    @Override
    public Optional<String> problem() {
        return file.problem();
    }

    @Override
    public double progress() {
        return file.progress();
    }

    @Override
    public boolean canWait() {
        return file.canWait();
    }

    @Override
    public void wakeup() {
        file.wakeup();
    }

    @Override
    public void close() {
        file.close();
    }
}
