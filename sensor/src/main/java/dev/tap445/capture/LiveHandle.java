package dev.tap445.capture;

import com.sun.jna.Pointer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.PcapStat;

/**
 * An open interface: pcap4j opens, configures, filters, tells statistics and closes; packets are read from the same
 * {@code pcap_t} by direct calls, in non-blocking mode. One thread, but for {@link #breakOut}.
 */
final class LiveHandle implements AutoCloseable {
    /** How long the kernel may hold packets back to fill a block, milliseconds. */
    private static final int TIMEOUT_MILLIS = 4;

    private static final String NOTHING_PASSES = "less 0";
    private static final long NANOS = 1_000_000_000L;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private final PcapHandle handle;
    private final long address;
    private final int linkType;
    private final int nanosPerFraction;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment slots = arena.allocate(2 * Long.BYTES, Long.BYTES);
    private final long headerSlot = slots.address();
    private final long dataSlot = headerSlot + Long.BYTES;
    private final @Nullable Fanout fanout;
    private boolean joined;
    private int state = LibPcap.NOTHING;

    private LiveHandle(PcapHandle handle, @Nullable Fanout fanout) throws CaptureException {
        this.handle = handle;
        this.fanout = fanout;
        this.address = address(handle);
        this.linkType = handle.getDlt().value();
        this.nanosPerFraction = LibPcap.nanosPerFraction(address);
    }

    /** {@code fanout}: the group that shares the interface's packets, or null. */
    static LiveHandle open(String device, LiveOptions options, @Nullable Fanout fanout)
            throws PcapNativeException, CaptureException {
        PcapHandle handle = new PcapHandle.Builder(device)
                .snaplen(options.snapLength())
                .promiscuousMode(options.promiscuous() ? PromiscuousMode.PROMISCUOUS : PromiscuousMode.NONPROMISCUOUS)
                .bufferSize(options.bufferBytes())
                .timeoutMillis(TIMEOUT_MILLIS)
                .timestampPrecision(PcapHandle.TimestampPrecision.NANO)
                .build();
        LiveHandle opened = null;
        try {
            opened = new LiveHandle(handle, fanout);
            opened.configure(options.filter());
            return opened;
        } catch (CaptureException | RuntimeException e) {
            if (opened == null) {
                handle.close();
            } else {
                opened.close();
            }
            throw e;
        }
    }

    private void configure(CaptureFilter filter) throws CaptureException {
        String expression = filter.expression(linkType);
        try {
            if (fanout != null) {
                join(fanout);
            }
            if (!expression.isEmpty() || fanout != null) {
                handle.setFilter(expression, BpfCompileMode.OPTIMIZE);
            }
            handle.setBlockingMode(PcapHandle.BlockingMode.NONBLOCKING);
        } catch (PcapNativeException | NotOpenException e) {
            throw new CaptureException("filter \"" + expression + "\": " + e.getMessage(), e);
        }
    }

    /**
     * Joins the group with an empty buffer: what came before, every member has.
     */
    private void join(Fanout group) throws PcapNativeException, NotOpenException, CaptureException {
        handle.setFilter(NOTHING_PASSES, BpfCompileMode.OPTIMIZE);
        handle.setBlockingMode(PcapHandle.BlockingMode.NONBLOCKING);
        LockSupport.parkNanos(2 * TIMEOUT_MILLIS * 1_000_000L); // the block that is being filled
        do {
            state = LibPcap.nextEx(address, headerSlot, dataSlot);
        } while (state == LibPcap.PACKET);
        group.join(LibPcap.fileNumber(address));
        joined = true;
    }

    /** pcap4j keeps the {@code pcap_t*} to itself, and makes no packet without garbage. */
    private static long address(PcapHandle handle) throws CaptureException {
        try {
            Field field = PcapHandle.class.getDeclaredField("handle");
            field.setAccessible(true);
            return Pointer.nativeValue((Pointer) field.get(handle));
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new CaptureException("this version of pcap4j does not give its handle: use 1.8.2", e);
        }
    }

    int linkType() {
        return linkType;
    }

    /** Hands over up to {@code limit} packets that wait; fewer where none is left or the interface {@link #failed}. */
    int read(PacketHandler handler, int limit, int source) {
        MemorySegment memory = LibPcap.MEMORY;
        int count = 0;
        while (count < limit) {
            state = LibPcap.nextEx(address, headerSlot, dataSlot);
            if (state != LibPcap.PACKET) {
                break;
            }
            long header = memory.get(LONG, headerSlot);
            long timestamp = memory.get(LONG, header + LibPcap.HEADER_SECONDS) * NANOS
                    + (long) (int) memory.get(LONG, header + LibPcap.HEADER_FRACTION) * nanosPerFraction;
            int captured = memory.get(INT, header + LibPcap.HEADER_CAPTURED);
            int original = memory.get(INT, header + LibPcap.HEADER_ORIGINAL);
            handler.onPacket(memory, memory.get(LONG, dataSlot), captured, original, timestamp, linkType, source);
            count++;
        }
        return count;
    }

    /** Whether the last read ended because the interface cannot be read any more. */
    boolean failed() {
        return state < LibPcap.NOTHING && state != LibPcap.BROKEN_OUT;
    }

    /** libpcap's words about the failure. */
    String error() {
        try {
            return handle.getError();
        } catch (NotOpenException e) {
            return "closed";
        }
    }

    PcapStat statistics() throws PcapNativeException, NotOpenException {
        return handle.getStats();
    }

    /** Any thread, before {@link #close}: makes a read return. */
    void breakOut() {
        try {
            handle.breakLoop();
        } catch (NotOpenException e) {
            return; // closed already, which is as good
        }
    }

    @Override
    public void close() {
        handle.close();
        arena.close();
        if (fanout != null && joined) {
            fanout.left();
        }
    }
}
