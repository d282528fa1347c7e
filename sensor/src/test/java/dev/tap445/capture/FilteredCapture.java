package dev.tap445.capture;

import dev.tap445.wire.LinkType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.pcap4j.core.BpfProgram;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/** What a kernel filter leaves of a capture, as libpcap's own machine runs it. */
public final class FilteredCapture implements AutoCloseable {
    private static final int MAGIC_NANOS = 0xa1b23c4d;
    private static final int FILE_HEADER = 24;
    private static final long NANOS = 1_000_000_000L;

    private final CaptureFilter filter;
    private final Map<Integer, BpfProgram> programs = new HashMap<>();
    private int mixed = -1;
    private int passed;

    public FilteredCapture(CaptureFilter filter) {
        this.filter = filter;
    }

    /**
     * A pcap with the packets that pass.
     *
     * @throws CaptureException where it is no capture, or has packets of several link types, which a pcap cannot hold
     */
    public byte[] of(byte[] capture) throws CaptureException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        mixed = -1;
        passed = 0;
        boolean[] several = new boolean[1];
        PacketHandler handler = (memory, at, captured, original, time, linkType, source) -> {
            if (mixed < 0) {
                mixed = linkType;
                out.writeBytes(little(FILE_HEADER)
                        .putInt(MAGIC_NANOS)
                        .putShort((short) 2)
                        .putShort((short) 4)
                        .putLong(0)
                        .putInt(PacketSource.MAX_CAPTURED)
                        .putInt(linkType)
                        .array());
            }
            several[0] |= mixed != linkType;
            byte[] frame = memory.asSlice(at, captured).toArray(ValueLayout.JAVA_BYTE);
            if (passes(frame, original, linkType)) {
                passed++;
                out.writeBytes(little(16)
                        .putInt((int) (time / NANOS))
                        .putInt((int) (time % NANOS))
                        .putInt(captured)
                        .putInt(original)
                        .array());
                out.writeBytes(frame);
            }
        };
        try (FileSource source = FileSource.open("capture", new ByteArrayInputStream(capture), 0)) {
            int count;
            do {
                count = source.poll(handler, 256);
            } while (count != PacketSource.END);
        }
        if (several[0] || mixed < 0) {
            throw new CaptureException(mixed < 0 ? "no packets" : "several link types");
        }
        return out.toByteArray();
    }

    /** Packets that passed of the last capture. */
    public int passed() {
        return passed;
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private boolean passes(byte[] frame, int original, int linkType) {
        return programs.computeIfAbsent(linkType, this::compile).applyFilter(frame, original, frame.length);
    }

    private BpfProgram compile(int linkType) {
        int dlt = linkType == LinkType.RAW ? LinkType.DLT_RAW : linkType; // what libpcap calls it when it is live
        try (PcapHandle dead = Pcaps.openDead(DataLinkType.getInstance(dlt), PacketSource.MAX_CAPTURED)) {
            return dead.compileFilter(filter.expression(dlt), BpfCompileMode.OPTIMIZE, PcapHandle.PCAP_NETMASK_UNKNOWN);
        } catch (PcapNativeException | NotOpenException e) {
            throw new IllegalStateException("link type " + linkType + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        programs.values().forEach(BpfProgram::free);
    }
}
