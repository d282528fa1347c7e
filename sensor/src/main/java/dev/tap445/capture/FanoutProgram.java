package dev.tap445.capture;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The classic BPF program by which the kernel spreads packets over the sockets of a {@link Fanout} group: a symmetric
 * hash of the address pair, of an ICMP error that of the packet it quotes, behind no, one or two VLAN tags. Both
 * directions, all fragments and the errors about a conversation therefore come by one socket, in their order. Packets in
 * tunnels go by their outer pair, everything without IP, and what is too short, to the first socket.
 *
 * <p>It reads relative to the network header (SKF_NET_OFF), which the kernel places behind a tag that it keeps aside:
 * the frame's own start differs between packets received and sent.
 */
final class FanoutProgram {
    /** SKF_NET_OFF and SKF_AD_OFF + SKF_AD_PROTOCOL of linux/filter.h. */
    private static final int NET = -0x10_0000;

    private static final int PROTOCOL = -0x1000;

    // instructions of linux/bpf_common.h
    private static final int LOAD_WORD = 0x20;
    private static final int LOAD_HALF = 0x28;
    private static final int LOAD_WORD_AT_X = 0x40;
    private static final int LOAD_HALF_AT_X = 0x48;
    private static final int LOAD_BYTE_AT_X = 0x50;
    private static final int LOAD_MEMORY = 0x60;
    private static final int LOAD_X = 0x01;
    private static final int LOAD_X_MEMORY = 0x61;
    private static final int STORE = 0x02;
    private static final int STORE_X = 0x03;
    private static final int ADD = 0x04;
    private static final int ADD_X = 0x0c;
    private static final int MULTIPLY = 0x24;
    private static final int AND = 0x54;
    private static final int SHIFT_LEFT = 0x64;
    private static final int SHIFT_RIGHT = 0x74;
    private static final int XOR_X = 0xac;
    private static final int JUMP = 0x05;
    private static final int IF_EQUAL = 0x15;
    private static final int IF_AT_LEAST = 0x35;
    private static final int IF_ANY_BIT = 0x45;
    private static final int A_TO_X = 0x07;
    private static final int X_TO_A = 0x87;
    private static final int RETURN = 0x06;
    private static final int RETURN_A = 0x16;

    private static final int MIX = 0x9e37_79b1;
    /** Scratch words: where the IP header starts, and the hash so far. */
    private static final int IP = 0;

    private static final int HASH = 1;

    private static final int INSTRUCTION_BYTES = 8;
    private static final int IPV6_PAIR = 8;
    private static final int IPV6_PAIR_END = 40;

    private record Instruction(int code, int k, String target) {}

    private final List<Instruction> instructions = new ArrayList<>();
    private final Map<String, Integer> labels = new HashMap<>();

    private FanoutProgram() {}

    /** The program as an array of struct sock_filter (code u16, jt u8, jf u8, k u32), in native order. */
    static MemorySegment assemble(Arena arena) {
        FanoutProgram program = new FanoutProgram();
        program.findIp();
        program.v4();
        program.v6();
        program.label("mix");
        program.add(MULTIPLY, MIX);
        program.add(SHIFT_RIGHT, 16);
        program.add(RETURN_A, 0);
        return program.encode(arena);
    }

    static int length(MemorySegment program) {
        return (int) (program.byteSize() / INSTRUCTION_BYTES);
    }

    private void findIp() {
        add(LOAD_X, 0);
        add(LOAD_WORD, PROTOCOL);
        ifTag("tag");
        jump("have");
        label("tag");
        add(LOAD_X, 4);
        add(LOAD_HALF, NET + 2);
        ifTag("second");
        jump("have");
        label("second");
        add(LOAD_X, 8);
        add(LOAD_HALF, NET + 6);
        label("have");
        add(STORE_X, IP);
        when(IF_EQUAL, 0x0800, "v4");
        when(IF_EQUAL, 0x86dd, "v6");
        add(RETURN, 0);
    }

    private void ifTag(String target) {
        when(IF_EQUAL, 0x8100, target);
        when(IF_EQUAL, 0x88a8, target);
    }

    private void v4() {
        label("v4");
        add(LOAD_BYTE_AT_X, NET + 9);
        when(IF_EQUAL, 1, "icmp");
        jump("pair4");
        label("icmp");
        add(LOAD_HALF_AT_X, NET + 6);
        when(IF_ANY_BIT, 0x1fff, "pair4");
        add(LOAD_BYTE_AT_X, NET);
        add(AND, 0x0f);
        add(SHIFT_LEFT, 2);
        add(ADD_X, 0);
        add(A_TO_X, 0);
        add(LOAD_BYTE_AT_X, NET);
        for (int type : new int[] {3, 4, 5, 11, 12}) {
            when(IF_EQUAL, type, "quote4");
        }
        jump("outer4");
        label("quote4");
        quoted(8, 0x40, "pair4");
        label("outer4");
        add(LOAD_X_MEMORY, IP);
        label("pair4");
        add(LOAD_WORD_AT_X, NET + 12);
        add(STORE, HASH);
        add(LOAD_WORD_AT_X, NET + 16);
        add(LOAD_X_MEMORY, HASH);
        add(XOR_X, 0);
        jump("mix");
    }

    private void v6() {
        label("v6");
        add(LOAD_BYTE_AT_X, NET + 6);
        when(IF_EQUAL, 58, "icmp6");
        jump("pair6");
        label("icmp6");
        add(LOAD_BYTE_AT_X, NET + 40);
        when(IF_EQUAL, 0, "pair6");
        when(IF_AT_LEAST, 127, "pair6");
        quoted(48, 0x60, "pair6");
        add(LOAD_X_MEMORY, IP);
        label("pair6");
        add(STORE_X, IP);
        add(LOAD_WORD_AT_X, NET + IPV6_PAIR);
        add(STORE, HASH);
        for (int at = IPV6_PAIR + 4; at < IPV6_PAIR_END; at += 4) {
            add(LOAD_X_MEMORY, IP);
            add(LOAD_WORD_AT_X, NET + at);
            add(LOAD_X_MEMORY, HASH);
            add(XOR_X, 0);
            add(STORE, HASH);
        }
        add(LOAD_MEMORY, HASH);
    }

    /** Moves X to the quoted packet {@code distance} bytes on, and goes to {@code found} where it has that version. */
    private void quoted(int distance, int version, String found) {
        add(X_TO_A, 0);
        add(ADD, distance);
        add(A_TO_X, 0);
        add(LOAD_BYTE_AT_X, NET);
        add(AND, 0xf0);
        when(IF_EQUAL, version, found);
    }

    private void add(int code, int k) {
        instructions.add(new Instruction(code, k, ""));
    }

    private void when(int code, int k, String target) {
        instructions.add(new Instruction(code, k, target));
    }

    private void jump(String target) {
        instructions.add(new Instruction(JUMP, 0, target));
    }

    private void label(String name) {
        labels.put(name, instructions.size());
    }

    private MemorySegment encode(Arena arena) {
        MemorySegment out = arena.allocate((long) instructions.size() * INSTRUCTION_BYTES, INSTRUCTION_BYTES);
        for (int i = 0; i < instructions.size(); i++) {
            Instruction each = instructions.get(i);
            int distance = each.target.isEmpty() ? 0 : labels.getOrDefault(each.target, 0) - i - 1;
            boolean always = each.code == JUMP;
            long at = (long) i * INSTRUCTION_BYTES;
            out.set(ValueLayout.JAVA_SHORT, at, (short) each.code);
            out.set(ValueLayout.JAVA_BYTE, at + 2, (byte) (always ? 0 : distance));
            out.set(ValueLayout.JAVA_INT, at + 4, always ? distance : each.k);
        }
        return out;
    }
}
