package dev.tap445.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tap445.support.Frames;
import dev.tap445.wire.LinkType;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcap4j.core.BpfProgram;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

final class PacketFiltersTest {
    private static final int[] PORTS = {445, 139};
    private static final String MACS = "020000000002020000000001";
    private static final byte[] TAG_33 = {(byte) 0x81, 0, 0, 33};
    private static final byte[] SERVICE_TAG_7 = {(byte) 0x88, (byte) 0xa8, 0, 7};

    private static final ValueLayout.OfShort TYPE =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(java.nio.ByteOrder.BIG_ENDIAN);

    @BeforeAll
    static void needsLibpcap() {
        try {
            LibPcap.require();
        } catch (CaptureException e) {
            assumeTrue(false, "skipped: " + e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {LinkType.ETHERNET, LinkType.LINUX_SLL, LinkType.LINUX_SLL2, LinkType.DLT_RAW, LinkType.NULL})
    void compileForEveryLinkTypeOfAnInterface(int linkType) {
        assertThatCode(() -> CaptureFilter.lean(PORTS).check(linkType)).doesNotThrowAnyException();
        assertThatCode(() -> CaptureFilter.full(PORTS).check(linkType)).doesNotThrowAnyException();
    }

    @Test
    void saysWhatIsWrongWithTheUsersExpression() {
        assertThatCode(() -> CaptureFilter.of("host 192.0.2.1 and not port 22").check(LinkType.ETHERNET))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> CaptureFilter.of("tcp prot 445").check(LinkType.ETHERNET))
                .isInstanceOf(CaptureException.class)
                .hasMessageContaining("tcp prot 445")
                .hasMessageContaining("syntax error");
    }

    /** IPv4 and IPv6, client to server: what the lean filter must and must not pass. */
    @Test
    void leanPassesWhatOpensEndsAndNegotiates() throws Exception {
        String bulk = "00001000fe534d424000000000000000" + "0800" + "0000".repeat(30); // an SMB2 READ
        String negotiate = "00000050fe534d424000000000000000" + "0000" + "0000".repeat(30);
        String smb1 = "00000050ff534d422e" + "00".repeat(40);
        for (boolean v6 : new boolean[] {false, true}) {
            assertThat(passes(tcp(v6, 445, 0x02, ""))).as("SYN").isTrue();
            assertThat(passes(tcp(v6, 445, 0x11, ""))).as("FIN").isTrue();
            assertThat(passes(tcp(v6, 445, 0x04, ""))).as("RST").isTrue();
            assertThat(passes(tcp(v6, 139, 0x18, negotiate)))
                    .as("SMB2 NEGOTIATE")
                    .isTrue();
            assertThat(passes(tcp(v6, 445, 0x18, smb1))).as("SMB1").isTrue();
            assertThat(passes(tcp(v6, 139, 0x18, "81000044")))
                    .as("NBSS session request")
                    .isTrue();
            assertThat(passes(tcp(v6, 80, 0x12, "")))
                    .as("SYN-ACK of another port")
                    .isTrue();
            assertThat(passes(tcp(v6, 445, 0x10, ""))).as("ACK").isFalse();
            assertThat(passes(tcp(v6, 445, 0x18, bulk))).as("SMB2 READ").isFalse();
            assertThat(passes(tcp(v6, 80, 0x02, ""))).as("SYN to another port").isFalse();
            assertThat(passes(tcp(v6, 80, 0x18, smb1))).as("another port").isFalse();
        }
        assertThat(passes(frame(MACS + "0806" + "00010800060400010200000000010a0000010000000000000a000002")))
                .as("ARP")
                .isTrue();
    }

    /** The later fragments of a tunnel's packet show no port. */
    @Test
    void bothPassEveryFragmentOfATunnelsPacket() throws Exception {
        byte[] vxlan = Frames.vxlan(5, new byte[100]);
        byte[] gre = Frames.gre(0, 0x6558, new byte[108]);
        List<byte[]> frames = new ArrayList<>();
        for (int protocol : new int[] {17, 47}) {
            byte[] payload = protocol == 17 ? vxlan : gre;
            for (int at = 0; at < payload.length; at += 48) {
                boolean more = at + 48 < payload.length;
                byte[] part = Arrays.copyOfRange(payload, at, Math.min(at + 48, payload.length));
                frames.add(Frames.ethernet(0x0800, Frames.ipv4(protocol, 9, (more ? 0x2000 : 0) | at / 8, 64, part)));
                frames.add(Frames.ethernet(0x86dd, Frames.ipv6Fragment(protocol, at, more, 9, part)));
            }
        }
        assertThat(frames).hasSizeGreaterThan(10);
        List<byte[]> tagged = frames.stream().map(f -> wrap(f, TAG_33)).toList();
        for (CaptureFilter filter : List.of(CaptureFilter.lean(PORTS), CaptureFilter.full(PORTS))) {
            assertThat(count(frames, filter)).isEqualTo(frames.size());
            assertThat(count(tagged, filter)).isEqualTo(frames.size());
        }
    }

    private static byte[] tcp(boolean v6, int port, int flags, String payload) {
        String segment = "c000%04x".formatted(port) + "00000001" + "00000000" + "50%02x".formatted(flags) + "ffff"
                + "00000000" + payload;
        int length = segment.length() / 2;
        String header = v6
                ? "86dd60000000%04x0640".formatted(length) + "fd000000000000000000000000000001".repeat(2)
                : "08004500%04x".formatted(20 + length) + "00010000" + "4006" + "0000" + "c0000201" + "c0000202";
        return frame(MACS + header + segment);
    }

    private static byte[] frame(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static boolean passes(byte[] frame) throws Exception {
        return count(List.of(frame), CaptureFilter.lean(PORTS)) == 1;
    }

    private static int count(List<byte[]> frames, CaptureFilter filter) throws Exception {
        try (PcapHandle dead = Pcaps.openDead(DataLinkType.EN10MB, 65_535)) {
            BpfProgram program = dead.compileFilter(
                    filter.expression(LinkType.ETHERNET), BpfCompileMode.OPTIMIZE, PcapHandle.PCAP_NETMASK_UNKNOWN);
            int count = 0;
            for (byte[] frame : frames) {
                count += program.applyFilter(frame) ? 1 : 0;
            }
            program.free();
            return count;
        }
    }

    @Test
    void passTheSamePacketsPlainAndBehindOneTagAndTwo() throws Exception {
        Path captures = Path.of(System.getProperty("tap445.root", ".."), "..", "shared", "captures", "files");
        assumeTrue(Files.isDirectory(captures), "skipped: no public captures at ../shared/captures");
        List<byte[]> plain = new ArrayList<>();
        try (Stream<Path> files = Files.list(captures)) {
            for (Path file :
                    files.filter(f -> f.toString().contains("smb")).sorted().toList()) {
                plain.addAll(ethernetFrames(file));
            }
        }
        List<byte[]> tagged = plain.stream().map(f -> wrap(f, TAG_33)).toList();
        List<byte[]> twice = tagged.stream().map(f -> wrap(f, SERVICE_TAG_7)).toList();
        for (CaptureFilter filter : List.of(CaptureFilter.lean(PORTS), CaptureFilter.full(PORTS))) {
            int passed = count(plain, filter);
            assertThat(passed).isBetween(300, plain.size());
            assertThat(count(tagged, filter)).as("802.1Q").isEqualTo(passed);
            assertThat(count(twice, filter)).as("QinQ").isEqualTo(passed);
        }
        assertThat(count(plain, CaptureFilter.lean(PORTS))).isLessThan(count(plain, CaptureFilter.full(PORTS)) / 2);
    }

    private static List<byte[]> ethernetFrames(Path file) throws CaptureException {
        List<byte[]> frames = new ArrayList<>();
        try (FileSource source = FileSource.open(file.toString(), 0)) {
            PacketHandler keep = (memory, offset, captured, original, timestamp, linkType, index) -> {
                if (linkType == LinkType.ETHERNET && captured >= 34 && isUntaggedIp(memory.get(TYPE, offset + 12))) {
                    frames.add(memory.asSlice(offset, captured).toArray(ValueLayout.JAVA_BYTE));
                }
            };
            while (source.poll(keep, 256) != PacketSource.END) {}
        }
        return frames;
    }

    private static boolean isUntaggedIp(short etherType) {
        return etherType == 0x0800 || etherType == (short) 0x86dd;
    }

    private static byte[] wrap(byte[] frame, byte[] tag) {
        byte[] wrapped = new byte[frame.length + 4];
        System.arraycopy(frame, 0, wrapped, 0, 12);
        System.arraycopy(tag, 0, wrapped, 12, 4);
        System.arraycopy(frame, 12, wrapped, 16, frame.length - 12);
        return wrapped;
    }
}
