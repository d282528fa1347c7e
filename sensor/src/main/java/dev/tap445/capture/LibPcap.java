package dev.tap445.capture;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/**
 * The functions of libpcap that are called directly: to read, since one call a packet costs a tenth of what pcap4j's
 * takes, and what pcap4j does not have. Addresses are passed as numbers, so that nothing is allocated.
 *
 * <pre>
 *  struct pcap_pkthdr   0 seconds (long)   8 fraction (long)   16 captured (u32)   20 original (u32)
 * </pre>
 */
@SuppressWarnings("restricted") // the process runs with native access enabled
final class LibPcap {
    /** Answers of {@link #nextEx}. */
    static final int PACKET = 1;

    static final int NOTHING = 0;
    static final int BROKEN_OUT = -2;

    static final int HEADER_SECONDS = 0;
    static final int HEADER_FRACTION = 8;
    static final int HEADER_CAPTURED = 16;
    static final int HEADER_ORIGINAL = 20;

    /** All of memory: libpcap's buffers are found by absolute address. */
    static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final int PRECISION_NANOS = 1;
    private static final List<String> NAMES =
            List.of("libpcap.so.1", "libpcap.so.0.8", "libpcap.so", "libpcap.A.dylib", "libpcap.dylib");
    /** By this pcap4j is told to use the same library. */
    private static final String PCAP4J_LIBRARY = "org.pcap4j.core.pcapLibName";

    private LibPcap() {}

    /** Makes sure that the library is there; to be called before anything else here or of pcap4j. */
    static void require() throws CaptureException {
        if (Loaded.LIBRARY.isEmpty()) {
            throw new CaptureException(
                    "libpcap is not installed, and live capture needs it: sudo apt-get install -y libpcap0.8"
                            + " (reading files works without)");
        }
    }

    /**
     * pcap_next_ex. The handle is in non-blocking mode, so that the call may be a critical one.
     *
     * @param headerSlot address of 8 bytes that receive the address of the header
     * @param dataSlot the same for the frame
     * @return {@link #PACKET}, {@link #NOTHING}, {@link #BROKEN_OUT} or an error
     */
    static int nextEx(long handle, long headerSlot, long dataSlot) {
        try {
            return (int) Loaded.NEXT_EX.invokeExact(handle, headerSlot, dataSlot);
        } catch (Throwable e) { // a downcall throws nothing of its own
            throw new AssertionError(e);
        }
    }

    /** Nanoseconds in a unit of the header's fraction. */
    static int nanosPerFraction(long handle) {
        try {
            return (int) Loaded.TIMESTAMP_PRECISION.invokeExact(handle) == PRECISION_NANOS ? 1 : 1000;
        } catch (Throwable e) { // a downcall throws nothing of its own
            throw new AssertionError(e);
        }
    }

    /** pcap_fileno: the socket. */
    static int fileNumber(long handle) {
        try {
            return (int) Loaded.FILE_NUMBER.invokeExact(handle);
        } catch (Throwable e) { // a downcall throws nothing of its own
            throw new AssertionError(e);
        }
    }

    /** Loads on first use. */
    private static final class Loaded {
        static final Optional<SymbolLookup> LIBRARY = load();
        static final MethodHandle NEXT_EX = bind(
                "pcap_next_ex",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG),
                Linker.Option.critical(false));
        static final MethodHandle TIMESTAMP_PRECISION =
                bind("pcap_get_tstamp_precision", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));

        static final MethodHandle FILE_NUMBER =
                bind("pcap_fileno", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));

        private static Optional<SymbolLookup> load() {
            for (String name : NAMES) {
                try {
                    SymbolLookup library = SymbolLookup.libraryLookup(name, Arena.global());
                    if (System.getProperty(PCAP4J_LIBRARY) == null) {
                        System.setProperty(PCAP4J_LIBRARY, name);
                    }
                    return Optional.of(library);
                } catch (IllegalArgumentException e) {
                    // not under this name: the next one
                }
            }
            return Optional.empty();
        }

        private static MethodHandle bind(String function, FunctionDescriptor type, Linker.Option... options) {
            MemorySegment address =
                    LIBRARY.flatMap(library -> library.find(function)).orElse(MemorySegment.NULL);
            Linker linker = Linker.nativeLinker();
            return address.address() == 0
                    ? linker.downcallHandle(type, options).bindTo(address) // refused when called; require() came before
                    : linker.downcallHandle(address, type, options);
        }
    }
}
