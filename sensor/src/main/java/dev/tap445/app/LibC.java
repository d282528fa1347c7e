package dev.tap445.app;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The functions of Linux's C library that the JDK has no words for. Each returns what the function does and leaves its
 * error number in {@code state}, memory of the layout {@link #STATE}. Any thread.
 */
@SuppressWarnings("restricted") // the process runs with native access enabled
final class LibC {
    static final StructLayout STATE = Linker.Option.captureStateLayout();

    /** struct passwd of glibc on 64 bits: two pointers, the user, the group, and more that nobody asks for. */
    static final long PASSWD_USER = 16;

    static final long PASSWD_GROUP = 20;
    private static final MemoryLayout PASSWD = MemoryLayout.sequenceLayout(24, ValueLayout.JAVA_BYTE);

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
    private static final AddressLayout POINTER = ValueLayout.ADDRESS;
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private LibC() {}

    static boolean isHere() {
        return System.getProperty("os.name").equals("Linux");
    }

    /** geteuid(2). */
    static int effectiveUser() {
        try {
            return (int) Users.GETEUID.invokeExact();
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** getpwnam(3): {@code struct passwd}, or null where there is no such user. */
    static MemorySegment passwd(MemorySegment state, MemorySegment name) {
        try {
            return (MemorySegment) Users.GETPWNAM.invokeExact(state, name);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** initgroups(3), for every thread. */
    static int initGroups(MemorySegment state, MemorySegment name, int group) {
        try {
            return (int) Users.INITGROUPS.invokeExact(state, name, group);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** setresgid(2), for every thread. */
    static int setGroup(MemorySegment state, int group) {
        try {
            return (int) Users.SETRESGID.invokeExact(state, group, group, group);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** setresuid(2), for every thread. */
    static int setUser(MemorySegment state, int user) {
        try {
            return (int) Users.SETRESUID.invokeExact(state, user, user, user);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** prctl(2), for the calling thread. */
    static int control(MemorySegment state, int option, long argument) {
        try {
            return (int) Users.PRCTL.invokeExact(state, option, argument, 0L, 0L, 0L);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** capset(2), for the calling thread. */
    static int setCapabilities(MemorySegment state, MemorySegment header, MemorySegment data) {
        try {
            return (int) Users.CAPSET.invokeExact(state, header, data);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** socket(2). */
    static int socket(MemorySegment state, int family, int type) {
        try {
            return (int) Sockets.SOCKET.invokeExact(state, family, type, 0);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** sendto(2). */
    static long send(
            MemorySegment state, int socket, MemorySegment bytes, int flags, MemorySegment address, int length) {
        try {
            return (long) Sockets.SENDTO.invokeExact(state, socket, bytes, bytes.byteSize(), flags, address, length);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** close(2). */
    static int close(MemorySegment state, int descriptor) {
        try {
            return (int) Sockets.CLOSE.invokeExact(state, descriptor);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    /** What went wrong in the last call with this {@code state}, in the library's words. */
    static String error(MemorySegment state) {
        int number = (int) ERRNO.get(state, 0L);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = (MemorySegment) Users.STRERROR.invokeExact(number);
            return text.reinterpret(256, arena, null).getString(0);
        } catch (Throwable e) {
            throw impossible(e);
        }
    }

    private static AssertionError impossible(Throwable e) { // a downcall throws nothing of its own
        return new AssertionError(e);
    }

    private static MethodHandle bind(String function, FunctionDescriptor type, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().find(function).orElseThrow(), type, options);
    }

    private static MethodHandle bindWithError(String function, FunctionDescriptor type) {
        return bind(function, type, Linker.Option.captureCallState("errno"));
    }

    /** Bound on first use. */
    private static final class Users {
        static final MethodHandle GETEUID = bind("geteuid", FunctionDescriptor.of(INT));
        static final MethodHandle STRERROR = bind("strerror", FunctionDescriptor.of(POINTER, INT));
        static final MethodHandle GETPWNAM =
                bindWithError("getpwnam", FunctionDescriptor.of(POINTER.withTargetLayout(PASSWD), POINTER));
        static final MethodHandle INITGROUPS = bindWithError("initgroups", FunctionDescriptor.of(INT, POINTER, INT));
        static final MethodHandle SETRESGID = bindWithError("setresgid", FunctionDescriptor.of(INT, INT, INT, INT));
        static final MethodHandle SETRESUID = bindWithError("setresuid", FunctionDescriptor.of(INT, INT, INT, INT));
        static final MethodHandle CAPSET = bindWithError("capset", FunctionDescriptor.of(INT, POINTER, POINTER));
        static final MethodHandle PRCTL = bind(
                "prctl",
                FunctionDescriptor.of(INT, INT, LONG, LONG, LONG, LONG),
                Linker.Option.firstVariadicArg(1),
                Linker.Option.captureCallState("errno"));
    }

    /** Bound on first use. */
    private static final class Sockets {
        static final MethodHandle SOCKET = bindWithError("socket", FunctionDescriptor.of(INT, INT, INT, INT));
        static final MethodHandle SENDTO =
                bindWithError("sendto", FunctionDescriptor.of(LONG, INT, POINTER, LONG, INT, POINTER, INT));
        static final MethodHandle CLOSE = bindWithError("close", FunctionDescriptor.of(INT, INT));
    }
}
