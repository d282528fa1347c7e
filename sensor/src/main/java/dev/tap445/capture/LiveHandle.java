package dev.tap445.capture;

import com.sun.jna.Pointer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Field;
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
    private int state = LibPcap.NOTHING;

    private LiveHandle(PcapHandle handle) throws CaptureException {
        this.handle = handle;
        this.address = address(handle);
        this.linkType = handle.getDlt().value();
        this.nanosPerFraction = LibPcap.nanosPerFraction(address);
    }

    static LiveHandle open(String device, LiveOptions options) throws PcapNativeException, CaptureException {
        PcapHandle handle = new PcapHandle.Builder(device)
                .snaplen(options.snapLength())
                .promiscuousMode(options.promiscuous() ? PromiscuousMode.PROMISCUOUS : PromiscuousMode.NONPROMISCUOUS)
                .bufferSize(options.bufferBytes())
                .timeoutMillis(TIMEOUT_MILLIS)
                .timestampPrecision(PcapHandle.TimestampPrecision.NANO)
                .build();
        try {
            LiveHandle opened = new LiveHandle(handle);
            opened.configure(options.filter());
            return opened;
        } catch (CaptureException | RuntimeException e) {
            handle.close();
            throw e;
        }
    }

    private void configure(CaptureFilter filter) throws CaptureException {
        String expression = filter.expression(linkType);
        try {
            if (!expression.isEmpty()) {
                handle.setFilter(expression, BpfCompileMode.OPTIMIZE);
            }
            handle.setBlockingMode(PcapHandle.BlockingMode.NONBLOCKING);
        } catch (PcapNativeException | NotOpenException e) {
            throw new CaptureException("filter \"" + expression + "\": " + e.getMessage(), e);
        }
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
    }
}
