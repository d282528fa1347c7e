package dev.tap445.capture;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes are: no exception, no endless loop, no byte outside the file; mapped and streamed are the same. */
final class RecordParserFuzzTest {
    private static final int STREAM_WINDOW = 300_000;

    private record Outcome(String packets, String problem) {}

    @MethodSource("seeds")
    @FuzzTest(maxDuration = "1m")
    void anyBytes(byte[] bytes) {
        check(bytes);
    }

    static Stream<byte[]> seeds() {
        return Stream.of(pcap(), pcapng(ByteOrder.LITTLE_ENDIAN), pcapng(ByteOrder.BIG_ENDIAN));
    }

    @Test
    void survivesDamageOfEveryKind() {
        Random random = new Random(445);
        byte[][] seeds = seeds().toArray(byte[][]::new);
        int delivered = 0;
        for (int round = 0; round < 30_000; round++) {
            byte[] bytes = seeds[round % seeds.length].clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                byte value = random.nextBoolean() ? (byte) random.nextInt() : (byte) (random.nextInt(5) - 2);
                bytes[random.nextInt(bytes.length)] = value;
            }
            delivered += check(bytes).packets.isEmpty() ? 0 : 1;
        }
        assertThat(delivered).as("most files are still read in part").isGreaterThan(15_000);
    }

    private static Outcome check(byte[] bytes) {
        Outcome mapped = outcome(Window.ofMapped(MemorySegment.ofArray(bytes)));
        InputStream crumbs = new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int from, int length) {
                return super.read(into, from, Math.min(length, 7));
            }
        };
        Outcome streamed = outcome(Window.ofStream(Channels.newChannel(crumbs), STREAM_WINDOW, Arena.ofAuto()));
        assertThat(streamed.packets).isEqualTo(mapped.packets);
        return mapped;
    }

    private static Outcome outcome(Window window) {
        StringBuilder packets = new StringBuilder();
        PacketHandler handler = (memory, offset, captured, original, timestamp, linkType, source) -> {
            assertThat(offset).isNotNegative();
            assertThat(captured).isBetween(0, PacketSource.MAX_CAPTURED);
            assertThat(original).isNotNegative();
            assertThat(offset + captured).isLessThanOrEqualTo(window.limit());
            packets.append(captured)
                    .append(' ')
                    .append(timestamp)
                    .append(' ')
                    .append(linkType)
                    .append('\n');
        };
        try {
            RecordParser parser = FileFormat.parser(window);
            while (parser.parse(handler, 2, 0) != PacketSource.END) {}
            return new Outcome(packets.toString(), String.valueOf(parser.problem()));
        } catch (CaptureException e) {
            return new Outcome("", String.valueOf(e.getMessage()));
        }
    }

    private static byte[] pcap() {
        return CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, PcapParser.MAGIC_MICROS, 1)
                .record(1, 2, 60, (byte) 1, (byte) 2)
                .record(3, 4, 60, (byte) 3)
                .record(5, 6, 60)
                .bytes();
    }

    private static byte[] pcapng(ByteOrder order) {
        CaptureBytes bytes = new CaptureBytes(order);
        byte[] options = bytes.part()
                .i16(9)
                .i16(1)
                .raw((byte) 9, (byte) 0, (byte) 0, (byte) 0)
                .i16(14)
                .i16(8)
                .i64(1000)
                .i32(0)
                .bytes();
        return bytes.section()
                .networkInterface(1, 0)
                .enhanced(0, 5, 60, (byte) 1, (byte) 2)
                .networkInterface(113, 64, options)
                .block(3, bytes.part().i32(3).raw((byte) 7, (byte) 8, (byte) 9).bytes())
                .block(
                        2,
                        bytes.part()
                                .i16(1)
                                .i16(0)
                                .i32(0)
                                .i32(8)
                                .i32(1)
                                .i32(70)
                                .raw((byte) 4)
                                .bytes())
                .enhanced(1, 9, 60, (byte) 3)
                .bytes();
    }
}
