package dev.tap445.capture;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Replays another source at a chosen speed: a packet is handed over when its time has come, with its timestamp moved by
 * {@code shiftNanos}. For demonstrations; it copies every packet.
 */
public final class PacedSource implements PacketSource {
    private final PacketSource inner;
    private final double speed;
    private final long shiftNanos;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment held = arena.allocate(MAX_CAPTURED);
    private boolean holding;
    private int captured;
    private int original;
    private long timestamp;
    private int linkType;
    private int index;
    private long firstTimestamp;
    private long startNanos;
    private boolean started;

    /**
     * A replay of {@code inner}, which it owns.
     *
     * @param speed packet seconds a second, &gt; 0
     * @param shiftNanos added to each timestamp
     */
    public PacedSource(PacketSource inner, double speed, long shiftNanos) {
        this.inner = inner;
        this.speed = speed;
        this.shiftNanos = shiftNanos;
    }

    @Override
    public int poll(PacketHandler handler, int limit) {
        int count = 0;
        while (count < limit) {
            if (!holding && inner.poll(this::hold, 1) == END) {
                return count > 0 ? count : END;
            }
            if (!holding || !isDue()) {
                return count;
            }
            holding = false;
            handler.onPacket(held, 0, captured, original, timestamp + shiftNanos, linkType, index);
            count++;
        }
        return count;
    }

    private void hold(
            MemorySegment memory, long offset, int length, int onWire, long timestampNanos, int type, int source) {
        MemorySegment.copy(memory, offset, held, 0, length);
        holding = true;
        captured = length;
        original = onWire;
        timestamp = timestampNanos;
        linkType = type;
        index = source;
    }

    private boolean isDue() {
        long now = System.nanoTime();
        if (!started) {
            started = true;
            startNanos = now;
            firstTimestamp = timestamp;
        }
        return (timestamp - firstTimestamp) / speed <= now - startNanos;
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public SourceCounters counters() {
        return inner.counters();
    }

    @Override
    public SourceStatistics statistics() {
        return inner.statistics();
    }

    @Override
    public Optional<String> problem() {
        return inner.problem();
    }

    @Override
    public double progress() {
        return inner.progress();
    }

    @Override
    public boolean canWait() {
        return true;
    }

    @Override
    public void wakeup() {
        inner.wakeup();
    }

    @Override
    public void close() {
        inner.close();
        arena.close();
    }
}
