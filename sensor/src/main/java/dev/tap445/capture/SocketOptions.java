package dev.tap445.capture;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** setsockopt(2) and getsockopt(2) on a socket that libpcap opened. */
@SuppressWarnings("restricted") // the process runs with native access enabled
final class SocketOptions {
    private static final String ERRNO = "errno";
    private static final StructLayout STATE = Linker.Option.captureStateLayout();

    private SocketOptions() {}

    static void set(int socket, int level, int option, MemorySegment value) throws CaptureException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            check((int) Loaded.SET.invokeExact(state, socket, level, option, value, (int) value.byteSize()), state);
        } catch (CaptureException e) {
            throw e;
        } catch (Throwable e) { // a downcall throws nothing of its own
            throw new AssertionError(e);
        }
    }

    static int getInt(int socket, int level, int option) throws CaptureException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment length = arena.allocate(ValueLayout.JAVA_INT);
            length.set(ValueLayout.JAVA_INT, 0, Integer.BYTES);
            check((int) Loaded.GET.invokeExact(state, socket, level, option, value, length), state);
            return value.get(ValueLayout.JAVA_INT, 0);
        } catch (CaptureException e) {
            throw e;
        } catch (Throwable e) { // a downcall throws nothing of its own
            throw new AssertionError(e);
        }
    }

    private static void check(int result, MemorySegment state) throws CaptureException {
        if (result != 0) {
            int error = state.get(ValueLayout.JAVA_INT, STATE.byteOffset(MemoryLayout.PathElement.groupElement(ERRNO)));
            throw new CaptureException(
                    "its packets cannot be spread over several capture threads (PACKET_FANOUT: errno " + error
                            + "): use --captures 1");
        }
    }

    /** Loads on first use. */
    private static final class Loaded {
        static final MethodHandle SET = bind("setsockopt", ValueLayout.JAVA_INT);
        static final MethodHandle GET = bind("getsockopt", ValueLayout.ADDRESS);

        private static MethodHandle bind(String function, MemoryLayout length) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow(function),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            length),
                    Linker.Option.captureCallState(ERRNO));
        }
    }
}
