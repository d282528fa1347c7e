package dev.tap445.app;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The other end of the notification socket. */
@SuppressWarnings("restricted")
final class ServiceManager implements AutoCloseable {
    private static final MethodHandle BIND = handle(
            "bind",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle RECEIVE = handle(
            "recv",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.ADDRESS,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT));
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment state = arena.allocate(LibC.STATE);
    private final int socket;
    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();

    private ServiceManager(byte[] path) throws IOException {
        socket = LibC.socket(state, AF_UNIX, SOCK_DGRAM);
        MemorySegment address = arena.allocate(110, 2);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, 2, path.length);
        if (call(BIND, socket, address, 2 + path.length) != 0) {
            throw new IOException("cannot bind");
        }
        Thread.ofPlatform().name("manager").daemon().start(this::listen);
    }

    static ServiceManager at(Path path) throws IOException {
        return new ServiceManager((path + "\0").getBytes(StandardCharsets.UTF_8));
    }

    /** An abstract address, written with an at sign in NOTIFY_SOCKET. */
    static ServiceManager abstractly(String name) throws IOException {
        return new ServiceManager(("\0" + name).getBytes(StandardCharsets.UTF_8));
    }

    private void listen() {
        MemorySegment buffer = arena.allocate(4096);
        while (true) {
            long length = call(RECEIVE, socket, buffer, buffer.byteSize(), 0);
            if (length < 0) {
                return;
            }
            byte[] bytes = new byte[(int) length];
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
            messages.add(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    /** The next message, or null where none comes in this time. */
    @Nullable String next(long millis) throws InterruptedException {
        return messages.poll(millis, TimeUnit.MILLISECONDS);
    }

    void forget() {
        messages.clear();
    }

    private static long call(MethodHandle function, Object... arguments) {
        try {
            return ((Number) function.invokeWithArguments(arguments)).longValue();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MethodHandle handle(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), type);
    }

    /** The listener's thread and memory end with the process: closing would pull the buffer from under the read. */
    @Override
    public void close() {
        messages.clear();
    }
}
