package dev.tap445.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tap445.capture.PacketList.Packet;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PcapngFileTest {
    private static final byte FRAME = 0x11;

    @TempDir
    private Path folder;

    private static CaptureBytes little() {
        return new CaptureBytes(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] resolution(ByteOrder order, int value) {
        return new CaptureBytes(order)
                .i16(9)
                .i16(1)
                .raw((byte) value)
                .raw(new byte[3])
                .i32(0)
                .bytes();
    }

    private FileSource open(byte[] bytes) throws IOException, CaptureException {
        Path file = Files.createTempFile(folder, "t", ".bin");
        return FileSource.open(Files.write(file, bytes).toString(), 7);
    }

    @Test
    void readsInterfacesOfDifferentLinkTypesAndClocks() throws Exception {
        byte[] file = little().section()
                .networkInterface(1, 0)
                .networkInterface(113, 0, resolution(ByteOrder.LITTLE_ENDIAN, 9))
                .enhanced(0, 1_000_001, 60, FRAME)
                .enhanced(1, 1_000_000_001, 61, FRAME, FRAME)
                .bytes();
        try (FileSource source = open(file)) {
            assertThat(PacketList.of(source))
                    .containsExactly(
                            new Packet("11", 60, 1_000_001_000L, 1, 7), new Packet("1111", 61, 1_000_000_001L, 113, 7));
            assertThat(source.problem()).isEmpty();
        }
    }

    @Test
    void readsSectionsOfDifferentByteOrders() throws Exception {
        byte[] first = little().section()
                .networkInterface(1, 0)
                .enhanced(0, 5, 60, FRAME)
                .bytes();
        byte[] second = new CaptureBytes(ByteOrder.BIG_ENDIAN)
                .section()
                .networkInterface(101, 0, resolution(ByteOrder.BIG_ENDIAN, 3))
                .enhanced(0, 6, 60, FRAME)
                .bytes();
        byte[] both = little().raw(first).raw(second).raw(first).bytes();
        for (byte[] bytes : List.of(both, CaptureBytes.gzip(both))) {
            try (FileSource source = open(bytes)) {
                assertThat(PacketList.of(source))
                        .extracting(Packet::timestamp)
                        .containsExactly(5_000L, 6_000_000L, 5_000L);
                assertThat(source.problem()).isEmpty();
            }
        }
    }

    @ParameterizedTest(name = "resolution {0}: {1} ticks are {2} ns")
    @CsvSource({
        "0,3,3000000000",
        "6,1700000000000001,1700000000000001000",
        "9,1700000000000000001,1700000000000000001",
        "12,1500,1",
        "27,2000000000000000000,2",
        "28,5,0",
        "127,5,0",
        "128,3,3000000000",
        "148,1572864,1500000000",
        "168,1099511627776,1000000000",
        "191,4611686018427387904,500000000",
        "255,4611686018427387904,0",
    })
    void scalesEveryClock(int resolution, long ticks, long nanos) throws Exception {
        byte[] file = little().section()
                .networkInterface(1, 0, resolution(ByteOrder.LITTLE_ENDIAN, resolution))
                .enhanced(0, ticks, 60, FRAME)
                .bytes();
        try (FileSource source = open(file)) {
            assertThat(PacketList.of(source)).extracting(Packet::timestamp).containsExactly(nanos);
        }
    }

    @Test
    void addsTheOffsetOfAClock() throws Exception {
        byte[] options = little().i16(14).i16(8).i64(1_600_000_000L).i32(0).bytes();
        byte[] file = little().section()
                .networkInterface(1, 0, options)
                .enhanced(0, 1, 60, FRAME)
                .bytes();
        try (FileSource source = open(file)) {
            assertThat(PacketList.of(source)).extracting(Packet::timestamp).containsExactly(1_600_000_000_000_001_000L);
        }
    }

    @Test
    void readsSimpleAndObsoletePackets() throws Exception {
        byte[] file = little().section()
                .networkInterface(1, 2)
                .enhanced(0, 9, 60, FRAME)
                .block(3, little().i32(60).raw(FRAME, FRAME, FRAME).bytes())
                .block(
                        2,
                        little().i16(0)
                                .i16(5)
                                .i32(0)
                                .i32(8)
                                .i32(1)
                                .i32(70)
                                .raw((byte) 0x22)
                                .bytes())
                .bytes();
        try (FileSource source = open(file)) {
            assertThat(PacketList.of(source))
                    .containsExactly(
                            new Packet("11", 60, 9_000, 1, 7),
                            new Packet("1111", 60, 9_000, 1, 7),
                            new Packet("22", 70, 8_000, 1, 7));
        }
    }

    @Test
    void skipsUnknownBlocksOfAnySize() throws Exception {
        byte[] file = little().section()
                .block(0x0bad, new byte[3_000_000])
                .networkInterface(1, 0)
                .block(5, new byte[0])
                .enhanced(0, 9, 60, FRAME)
                .bytes();
        for (byte[] bytes : List.of(file, CaptureBytes.gzip(file))) {
            try (FileSource source = open(bytes)) {
                assertThat(PacketList.of(source)).hasSize(1);
                assertThat(source.problem()).isEmpty();
            }
        }
    }

    @Test
    void toleratesOptionsThatReachBeyondTheirBlock() throws Exception {
        byte[] options = little().i16(9).i16(0xffff).i32(0).bytes();
        byte[] file = little().section()
                .networkInterface(1, 0, options)
                .enhanced(0, 9, 60, FRAME)
                .bytes();
        try (FileSource source = open(file)) {
            assertThat(PacketList.of(source)).hasSize(1);
            assertThat(source.problem()).isEmpty();
        }
    }

    @Test
    void deliversEverythingBeforeACutAnywhere() throws Exception {
        byte[] whole = little().section()
                .networkInterface(1, 0)
                .enhanced(0, 9, 60, FRAME)
                .block(5, new byte[8])
                .enhanced(0, 9, 60, FRAME)
                .bytes();
        int[] ends = {28, 48, 84, 104, whole.length};
        for (int length = 28; length <= whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            int cutAt = length;
            boolean clean = Arrays.stream(ends).anyMatch(end -> end == cutAt);
            int expected = (length >= 77 ? 1 : 0) + (length >= 133 ? 1 : 0);
            for (byte[] file : List.of(cut, CaptureBytes.gzip(cut))) {
                try (FileSource source = open(file)) {
                    assertThat(PacketList.of(source)).as("cut at " + length).hasSize(expected);
                    assertThat(source.problem().isEmpty())
                            .as("cut at " + length)
                            .isEqualTo(clean);
                }
            }
        }
    }

    @Test
    void reportsImpossibleBlocks() throws Exception {
        CaptureBytes start = little().section().networkInterface(1, 0);
        assertDamaged(start.part().raw(start.bytes()).i32(6).i32(8).raw(new byte[40]), "impossible block length 8");
        assertDamaged(start.part().raw(start.bytes()).i32(6).i32(20).raw(new byte[40]), "impossible block length 20");
        assertDamaged(start.part().raw(start.bytes()).i32(99).i32(0).raw(new byte[40]), "impossible block length 0");
        assertDamaged(start.part().raw(start.bytes()).i32(99).i32(-4).raw(new byte[40]), "the file is cut");
        assertDamaged(start.part().raw(start.bytes()).enhanced(1, 0, 60, FRAME), "interface 1, which is not described");
        assertDamaged(
                start.part()
                        .raw(start.bytes())
                        .block(6, little().raw(new byte[12]).i32(-1).i32(9).bytes()),
                "impossible packet length 4294967295");
        assertDamaged(start.part().raw(start.bytes()).i32(0x0a0d0d0a).i32(28).raw(new byte[20]), "byte-order magic");
    }

    private void assertDamaged(CaptureBytes file, String what) throws Exception {
        for (byte[] bytes : List.of(file.bytes(), CaptureBytes.gzip(file.bytes()))) {
            try (FileSource source = open(bytes)) {
                assertThat(PacketList.of(source)).isEmpty();
                assertThat(source.problem().orElseThrow())
                        .contains(what, "at byte 48")
                        .doesNotContain("\n");
            }
        }
    }

    @Test
    void refusesAnotherVersion() {
        byte[] file = little().i32(0x0a0d0d0a)
                .i32(28)
                .i32(0x1a2b3c4d)
                .i16(2)
                .i16(0)
                .raw(new byte[12])
                .bytes();
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("version 2");
    }
}
