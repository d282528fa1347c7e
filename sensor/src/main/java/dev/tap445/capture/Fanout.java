package dev.tap445.capture;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Sockets that share the packets of one interface (packet(7), PACKET_FANOUT with PACKET_FANOUT_CBPF): each packet comes
 * to one of them, chosen by {@link FanoutProgram}. Any thread.
 *
 * <p>Which socket a pair belongs to changes when one joins or leaves, at the start and when the interface comes back;
 * at no other time.
 */
public final class Fanout {
    private static final int SOL_PACKET = 263;
    private static final int PACKET_FANOUT = 18;
    private static final int PACKET_FANOUT_DATA = 22;
    private static final int TYPE_CBPF = 6;
    /** The kernel picks an identifier that no other process in the network namespace uses. */
    private static final int FLAG_UNIQUE_ID = 0x2000;

    private static final int TYPE_SHIFT = 16;
    private static final int ID_MASK = 0xffff;
    /** struct sock_fprog: length u16, padding, address of the instructions. */
    private static final int SOCK_FPROG_BYTES = 16;

    private int members;
    private int id;

    /** Adds a bound packet socket. */
    synchronized void join(int socket) throws CaptureException {
        try (Arena arena = Arena.ofConfined()) {
            boolean first = members == 0;
            MemorySegment value = arena.allocate(ValueLayout.JAVA_INT);
            value.set(
                    ValueLayout.JAVA_INT,
                    0,
                    first ? (TYPE_CBPF | FLAG_UNIQUE_ID) << TYPE_SHIFT : TYPE_CBPF << TYPE_SHIFT | id);
            SocketOptions.set(socket, SOL_PACKET, PACKET_FANOUT, value);
            if (first) {
                id = SocketOptions.getInt(socket, SOL_PACKET, PACKET_FANOUT) & ID_MASK;
                MemorySegment program = FanoutProgram.assemble(arena);
                MemorySegment sockFprog = arena.allocate(SOCK_FPROG_BYTES, Long.BYTES);
                sockFprog.set(ValueLayout.JAVA_SHORT, 0, (short) FanoutProgram.length(program));
                sockFprog.set(ValueLayout.ADDRESS, Long.BYTES, program);
                SocketOptions.set(socket, SOL_PACKET, PACKET_FANOUT_DATA, sockFprog);
            }
            members++;
        }
    }

    /** A member's socket was closed. */
    synchronized void left() {
        members--;
    }
}
