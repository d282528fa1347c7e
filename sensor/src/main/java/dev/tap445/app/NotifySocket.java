package dev.tap445.app;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The service manager's socket, as sd_notify(3) describes its protocol: one datagram of lines to the AF_UNIX address in
 * NOTIFY_SOCKET. The JDK has no datagrams on such sockets. Any thread.
 *
 * <pre>
 *  struct sockaddr_un   0 family (u16)   2 path (108 bytes; a first byte of zero: abstract, unix(7))
 * </pre>
 */
final class NotifySocket {
    private static final int FAMILY = 0;
    private static final int PATH = 2;
    private static final int PATH_BYTES = 108;
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_CLOEXEC = 0x8_0000;
    private static final int MSG_NOSIGNAL = 0x4000;

    private final byte[] path;

    private NotifySocket(byte[] path) {
        this.path = path;
    }

    /**
     * The socket of this address.
     *
     * @param address an absolute path, or {@code @} and an abstract name; empty for any other, such as AF_VSOCK's
     */
    static Optional<NotifySocket> of(String address) {
        byte[] path = address.getBytes(StandardCharsets.UTF_8);
        if (!LibC.isHere() || !address.startsWith("/") && !address.startsWith("@") || path.length >= PATH_BYTES) {
            return Optional.empty();
        }
        if (path[0] == '@') {
            path[0] = 0;
        }
        return Optional.of(new NotifySocket(path));
    }

    /**
     * Sends assignments, one a line, such as {@code READY=1}.
     *
     * @return why that failed, or an empty text
     */
    String send(String message) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(LibC.STATE);
            MemorySegment address = arena.allocate(PATH + PATH_BYTES, Short.BYTES);
            address.set(ValueLayout.JAVA_SHORT, FAMILY, (short) AF_UNIX);
            MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, PATH, path.length);
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            MemorySegment text = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            int socket = LibC.socket(state, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC);
            if (socket < 0) {
                return LibC.error(state);
            }
            // An abstract name has no end mark: its length counts.
            long sent = LibC.send(state, socket, text, MSG_NOSIGNAL, address, PATH + path.length);
            String failure = sent == bytes.length ? "" : LibC.error(state);
            LibC.close(state, socket);
            return failure;
        }
    }
}
