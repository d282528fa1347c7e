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
import org.junit.jupiter.params.provider.ValueSource;

final class PcapFileTest {
    private static final int MICROS = PcapParser.MAGIC_MICROS;

    @TempDir
    private Path folder;

    private FileSource open(byte[] bytes) throws IOException, CaptureException {
        Path file = Files.createTempFile(folder, "t", ".bin"); // the name says nothing
        return FileSource.open(Files.write(file, bytes).toString(), 7);
    }

    private static CaptureBytes threePackets() {
        return CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, MICROS, 1)
                .record(1, 2, 100, (byte) 0xaa, (byte) 0xbb)
                .record(3, 4, 1, (byte) 0xcc)
                .record(5, 6, 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsEitherByteOrder(boolean bigEndian) throws Exception {
        ByteOrder order = bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        byte[] file = CaptureBytes.pcap(order, MICROS, 113)
                .record(1, 2, 100, (byte) 0xaa)
                .bytes();
        try (FileSource source = open(file)) {
            assertThat(PacketList.of(source)).containsExactly(new Packet("aa", 100, 1_000_002_000L, 113, 7));
            assertThat(source.problem()).isEmpty();
            assertThat(source.progress()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readsNanoseconds(boolean bigEndian) throws Exception {
        ByteOrder order = bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        byte[] file = CaptureBytes.pcap(order, PcapParser.MAGIC_NANOS, 1)
                .record(-1, 999_999_999, 1, (byte) 1)
                .bytes();
        try (FileSource source = open(file)) {
            assertThat(PacketList.of(source)).containsExactly(new Packet("01", 1, 4_294_967_295_999_999_999L, 1, 7));
        }
    }

    @Test
    void readsModifiedRecordsOfOldRedHat() throws Exception {
        byte[] file = CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, PcapParser.MAGIC_MODIFIED, 1)
                .i32(1)
                .i32(0)
                .i32(1)
                .i32(60)
                .i32(2)
                .i32(0)
                .raw((byte) 0xee)
                .i32(2)
                .i32(0)
                .i32(1)
                .i32(60)
                .i32(2)
                .i32(0)
                .raw((byte) 0xff)
                .bytes();
        try (FileSource source = open(file)) {
            assertThat(PacketList.of(source)).extracting(Packet::frame).containsExactly("ee", "ff");
        }
    }

    @Test
    void putsTheLengthsOfVersion22InOrder() throws Exception {
        byte[] file = new CaptureBytes(ByteOrder.LITTLE_ENDIAN)
                .i32(MICROS)
                .i16(2)
                .i16(2)
                .i32(0)
                .i32(0)
                .i32(64)
                .i32(1)
                .i32(1)
                .i32(0)
                .i32(60)
                .i32(1)
                .raw((byte) 0xee)
                .bytes();
        try (FileSource source = open(file)) {
            assertThat(PacketList.of(source)).containsExactly(new Packet("ee", 60, 1_000_000_000L, 1, 7));
        }
    }

    @Test
    void ignoresFrameCheckBitsBesideTheLinkType() throws Exception {
        byte[] file = CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, MICROS, 0x2400_0001)
                .record(1, 0, 1, (byte) 1)
                .bytes();
        try (FileSource source = open(file)) {
            assertThat(PacketList.of(source)).extracting(Packet::linkType).containsExactly(1);
        }
    }

    /** Mapped, in gzip, and through a pipe: wherever the cut is, what stood before it is delivered. */
    @Test
    void deliversEverythingBeforeACutAnywhere() throws Exception {
        byte[] whole = threePackets().bytes();
        int[] ends = {24, 42, 59, 75}; // of the header and of each record
        for (int length = 24; length <= whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            int expected = 0;
            boolean clean = false;
            for (int i = 0; i < ends.length; i++) {
                expected = length >= ends[i] ? i : expected;
                clean |= length == ends[i];
            }
            for (byte[] file : List.of(cut, CaptureBytes.gzip(cut))) {
                try (FileSource source = open(file)) {
                    assertThat(PacketList.of(source)).as("cut at " + length).hasSize(expected);
                    assertThat(source.problem().isEmpty())
                            .as("cut at " + length)
                            .isEqualTo(clean);
                    if (!clean) {
                        assertThat(source.problem().orElseThrow())
                                .contains(
                                        "the file is cut",
                                        "at byte " + ends[expected],
                                        "after " + expected + " packets")
                                .doesNotContain("\n");
                    }
                }
            }
        }
    }

    @Test
    void reportsAGzipStreamThatIsCut() throws Exception {
        CaptureBytes many = threePackets();
        for (int i = 0; i < 10_000; i++) {
            many.record(i, i * 37 % 1_000_000, 60, (byte) (i * 7), (byte) (i >> 3), (byte) (i * i));
        }
        byte[] packed = CaptureBytes.gzip(many.bytes());
        try (FileSource source = open(Arrays.copyOf(packed, packed.length / 2))) {
            int read = PacketList.of(source).size();
            assertThat(read).isBetween(1_000, 9_000);
            assertThat(source.problem().orElseThrow()).contains("the gzip stream is cut", "after " + read + " packets");
        }
    }

    @Test
    void readsGzipMembersOneAfterTheOther() throws Exception {
        byte[] whole = threePackets().bytes();
        CaptureBytes packed = new CaptureBytes(ByteOrder.LITTLE_ENDIAN)
                .raw(CaptureBytes.gzip(Arrays.copyOf(whole, 50)))
                .raw(CaptureBytes.gzip(Arrays.copyOfRange(whole, 50, whole.length)));
        try (FileSource source = open(packed.bytes())) {
            assertThat(PacketList.of(source)).hasSize(3);
            assertThat(source.problem()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, PacketSource.MAX_CAPTURED + 1, Integer.MAX_VALUE})
    void believesNoImpossibleLength(int declared) throws Exception {
        byte[] file = threePackets()
                .i32(1)
                .i32(1)
                .i32(declared)
                .i32(60)
                .raw(new byte[100])
                .bytes();
        try (FileSource source = open(file)) {
            assertThat(PacketList.of(source)).hasSize(3);
            assertThat(source.problem().orElseThrow()).contains("impossible packet length", "at byte 75");
        }
    }

    @Test
    void acceptsAPacketBeyondTheSnapLength() throws Exception {
        byte[] frame = new byte[PacketSource.MAX_CAPTURED];
        byte[] file = CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, MICROS, 1)
                .record(1, 1, -1, frame)
                .bytes();
        try (FileSource source = open(file)) {
            assertThat(PacketList.of(source)).extracting(Packet::original).containsExactly(Integer.MAX_VALUE);
            assertThat(source.problem()).isEmpty();
        }
    }

    @Test
    void refusesInOneLineWhatIsNoCapture() {
        assertRefused(new byte[0], "is empty");
        assertRefused(new byte[] {1, 2, 3}, "is not a capture (only 3 bytes)");
        assertRefused("#!/bin/sh\necho no capture\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII), "editcap");
        assertRefused(Arrays.copyOf(threePackets().bytes(), 23), "cut within the file header");
        assertRefused(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0}, "zstd -dc");
        assertRefused(CaptureBytes.gzip("text".getBytes(java.nio.charset.StandardCharsets.US_ASCII)), "is not a pcap");
        assertRefused(new byte[] {0x1f, (byte) 0x8b, 8, 0}, "gzip");
        assertRefused(
                new CaptureBytes(ByteOrder.BIG_ENDIAN)
                        .i32(MICROS)
                        .i16(543)
                        .i16(0)
                        .raw(new byte[16])
                        .bytes(),
                "pcap version 543.0 is not supported");
    }

    @Test
    void refusesWhatIsNoFile() {
        assertThatThrownBy(() -> FileSource.open(folder.resolve("none").toString(), 0))
                .isInstanceOf(CaptureException.class)
                .hasMessage(folder.resolve("none") + ": no such file");
        assertThatThrownBy(() -> FileSource.open(folder.toString(), 0))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("is a directory");
        assertThatThrownBy(() -> FileSource.open("nul\0", 0)).isInstanceOf(CaptureException.class);
    }

    private void assertRefused(byte[] bytes, String why) {
        assertThatThrownBy(() -> open(bytes))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining(why)
                .hasMessageStartingWith(folder.toString())
                .message()
                .doesNotContain("\n");
    }
}
