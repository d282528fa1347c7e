package dev.tap445.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.ByteWriter;
import dev.tap445.support.Frames;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several sources on one interface, on a veth pair in a network namespace. */
final class FanoutTest {
    private static final int PAIRS = 50;
    private static final int MEMBERS = 3;
    private static final int ICMP_UNREACHABLE = 3;
    private static final int ICMPV6_UNREACHABLE = 1;
    private static final int ICMPV6_ECHO_REPLY = 129;

    @TempDir
    private Path folder;

    /** Plain, 802.1Q and QinQ have the same pairs, so that a tag must not move a pair to another source either. */
    @Test
    void bothDirectionsFragmentsAndIcmpErrorsOfAPairComeByOneSource() throws Exception {
        List<byte[]> frames = new ArrayList<>();
        for (int pair = 0; pair < PAIRS; pair++) {
            conversation4(pair, frames);
            conversation6(pair, frames);
        }
        Path capture = Files.write(folder.resolve("pairs.pcap"), capture(frames));
        TestNamespace namespace = TestNamespace.make();
        try {
            Process probe = namespace.probe(List.of(), "tap0", "fanout", Integer.toString(MEMBERS));
            try (BufferedReader out = probe.inputReader();
                    BufferedWriter in = probe.outputWriter()) {
                TestNamespace.await(out, line -> line.startsWith("packets 0 "));
                namespace.replay(capture);
                String counted = TestNamespace.await(out, line -> line.startsWith("packets " + frames.size() + " "));
                assertThat(counted).endsWith(" pairs " + 2 * PAIRS + " split 0 sources " + MEMBERS);
                in.write('\n');
                in.flush();
                assertThat(probe.waitFor()).isZero();
            } finally {
                probe.destroyForcibly().waitFor();
            }
        } finally {
            namespace.remove();
        }
    }

    private static void conversation4(int pair, List<byte[]> frames) {
        byte[] syn = Frames.ipv4(6, Frames.tcp(Frames.SYN, 1, new byte[0]));
        byte[] first = Frames.ipv4(6, 7, 0x2000, 64, Frames.tcp(Frames.PUSH_ACK, 2, new byte[12]));
        byte[] second = Frames.ipv4(6, 7, 4, 64, new byte[100]);
        byte[] tunnel = Frames.ipv4(17, 8, 0x2000, 64, Frames.vxlan(5, new byte[48]));
        byte[] rest = Frames.ipv4(17, 8, 8, 64, new byte[100]);
        for (byte[] packet : List.of(syn, first, second, tunnel, rest)) {
            byte[] there = addresses4(packet, pair, false);
            tagged(0x0800, there, frames);
            tagged(0x0800, addresses4(packet, pair, true), frames);
            byte[] error = Frames.ipv4(
                    1,
                    new ByteWriter()
                            .u8(ICMP_UNREACHABLE)
                            .u8(1)
                            .zeros(6)
                            .put(there)
                            .toArray());
            ByteBuffer.wrap(error).putInt(12, 0xc6130000 + pair * 7).putInt(16, Frames.CLIENT + pair);
            tagged(0x0800, error, frames);
        }
        byte[] echoReply =
                Frames.ipv4(1, new ByteWriter().u8(0).u8(0).zeros(6).put(syn).toArray());
        tagged(0x0800, addresses4(echoReply, pair, true), frames);
    }

    private static void conversation6(int pair, List<byte[]> frames) {
        byte[] syn = Frames.ipv6(6, Frames.tcp(Frames.SYN, 1, new byte[0]));
        byte[] first = Frames.ipv6Fragment(6, 0, true, 9, Frames.tcp(Frames.PUSH_ACK, 2, new byte[12]));
        byte[] second = Frames.ipv6Fragment(6, 32, false, 9, new byte[100]);
        byte[] tunnel = Frames.ipv6Fragment(17, 0, true, 10, Frames.vxlan(5, new byte[48]));
        byte[] rest = Frames.ipv6Fragment(17, 64, false, 10, new byte[100]);
        for (byte[] packet : List.of(syn, first, second, tunnel, rest)) {
            byte[] there = addresses6(packet, pair, false);
            tagged(0x86dd, there, frames);
            tagged(0x86dd, addresses6(packet, pair, true), frames);
            byte[] error = Frames.ipv6(
                    58,
                    new ByteWriter()
                            .u8(ICMPV6_UNREACHABLE)
                            .u8(1)
                            .zeros(6)
                            .put(there)
                            .toArray());
            tagged(0x86dd, ByteBuffer.wrap(error).putLong(16, 0x99 + pair * 5L).array(), frames);
        }
        byte[] echoReply = Frames.ipv6(
                58, new ByteWriter().u8(ICMPV6_ECHO_REPLY).zeros(7).put(syn).toArray());
        tagged(0x86dd, addresses6(echoReply, pair, true), frames);
    }

    private static byte[] addresses4(byte[] packet, int pair, boolean back) {
        int client = Frames.CLIENT + 0x100 + pair;
        int server = Frames.SERVER + 0x2000 + 3 * pair;
        return ByteBuffer.wrap(packet.clone())
                .putInt(12, back ? server : client)
                .putInt(16, back ? client : server)
                .array();
    }

    private static byte[] addresses6(byte[] packet, int pair, boolean back) {
        long client = 0x100L + pair;
        long server = 0x2000 + 3L * pair;
        return ByteBuffer.wrap(packet.clone())
                .putLong(16, back ? server : client)
                .putLong(32, back ? client : server)
                .array();
    }

    private static void tagged(int type, byte[] packet, List<byte[]> frames) {
        frames.add(Frames.ethernet(type, packet));
        frames.add(Frames.ethernet(0x8100, Frames.tag(33, type, packet)));
        frames.add(Frames.ethernet(0x88a8, Frames.tag(7, 0x8100, Frames.tag(33, type, packet))));
    }

    private static byte[] capture(List<byte[]> frames) {
        CaptureBytes bytes = CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, PcapParser.MAGIC_MICROS, 1);
        frames.forEach(frame -> bytes.record(1, 0, frame.length, frame));
        return bytes.bytes();
    }
}
