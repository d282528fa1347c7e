package dev.tap445.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class PacketHashTest {
    private static final String MACS = "020000000002020000000001";
    private static final String A4 = "c6120001";
    private static final String B4 = "c6130002";
    private static final String A6 = "fd000000000000000000000000000001";
    private static final String B6 = "fd000000000000000000000000000002";
    private static final String TCP = "c00001bd00000001000000005002ffff00000000";
    private static final int EXPECTED_4 = FlowHash.ofV4Pair(0xc6120001, 0xc6130002);
    private static final int EXPECTED_6 = FlowHash.ofPair(0xfd00000000000000L, 1, 0xfd00000000000000L, 2);

    private final PacketHash hash = new PacketHash();

    private int of(int linkType, String hex) {
        byte[] bytes = HexFormat.of().parseHex("ee" + hex + "ee");
        return hash.hash(MemorySegment.ofArray(bytes), 1, bytes.length - 2, linkType);
    }

    private static String v4(String source, String destination, int protocol, String payload) {
        return "4500%04x".formatted(20 + payload.length() / 2) + "00010000" + "40%02x".formatted(protocol) + "0000"
                + source + destination + payload;
    }

    private static String v6(String source, String destination, int protocol, String payload) {
        return "60000000%04x%02x40".formatted(payload.length() / 2, protocol) + source + destination + payload;
    }

    @Test
    void bothDirectionsMeetPlainAndTagged() {
        for (String tags : new String[] {"", "81000021", "88a8000781000021", "8100000181000002"}) {
            assertThat(of(1, MACS + tags + "0800" + v4(A4, B4, 6, TCP))).isEqualTo(EXPECTED_4);
            assertThat(of(1, MACS + tags + "0800" + v4(B4, A4, 6, TCP))).isEqualTo(EXPECTED_4);
            assertThat(of(1, MACS + tags + "86dd" + v6(A6, B6, 6, TCP))).isEqualTo(EXPECTED_6);
            assertThat(of(1, MACS + tags + "86dd" + v6(B6, A6, 6, TCP))).isEqualTo(EXPECTED_6);
        }
    }

    @Test
    void theLongWayGivesTheSame() {
        String udp = "0035003500080000";
        assertThat(of(1, MACS + "0800" + v4(A4, B4, 17, udp))).isEqualTo(EXPECTED_4);
        assertThat(of(LinkType.RAW, v4(A4, B4, 6, TCP))).isEqualTo(EXPECTED_4);
        assertThat(of(LinkType.RAW, v6(A6, B6, 6, TCP))).isEqualTo(EXPECTED_6);
        assertThat(of(1, MACS + "8847" + "00001140" + v4(A4, B4, 6, TCP)))
                .as("MPLS")
                .isEqualTo(EXPECTED_4);
    }

    @Test
    void aTunnelHasTheHashOfWhatItCarries() {
        String inner = v4(A4, B4, 6, TCP);
        String outer = v4("0a000001", "0a000002", 47, "00000800" + inner);
        assertThat(of(1, MACS + "0800" + outer)).as("GRE").isEqualTo(EXPECTED_4);
        String vxlan = "c00012b5" + "%04x0000".formatted(8 + 8 + 14 + inner.length() / 2) + "0800000000002a00" + MACS
                + "0800" + inner;
        assertThat(of(1, MACS + "0800" + v4("0a000001", "0a000002", 17, vxlan)))
                .as("VXLAN")
                .isEqualTo(EXPECTED_4);
    }

    @Test
    void anErrorMeetsThePacketItQuotes() {
        String quoted4 = v4(A4, B4, 6, "c00001bd00000001");
        assertThat(of(1, MACS + "0800" + v4("0a000001", A4, 1, "0301000000000000" + quoted4)))
                .isEqualTo(EXPECTED_4);
        String quoted6 = v6(A6, B6, 6, TCP);
        String router = "fd0000000000000000000000000000ff";
        assertThat(of(1, MACS + "86dd" + v6(router, A6, 58, "0100000000000000" + quoted6)))
                .isEqualTo(EXPECTED_6);
    }

    @Test
    void laterFragmentsMeetTheFirst() {
        String fragment = "4500" + "0024" + "0001" + "2001" + "4006" + "0000" + A4 + B4 + "00".repeat(16);
        assertThat(of(1, MACS + "0800" + fragment + "0000")).isEqualTo(EXPECTED_4);
    }

    @Test
    void anyCutFrameHasAHash() {
        String[] frames = {
            MACS + "88a8000781000021" + "0800" + v4(A4, B4, 6, TCP),
            MACS + "86dd" + v6(A6, B6, 6, TCP),
            MACS + "0800" + v4("0a000001", A4, 1, "0301000000000000" + v4(A4, B4, 6, TCP)),
        };
        for (String frame : frames) {
            for (int length = 0; length < frame.length() / 2; length++) {
                byte[] cut = HexFormat.of().parseHex(frame.substring(0, length * 2)); // bounds are those of the segment
                int first = hash.hash(MemorySegment.ofArray(cut), 0, length, 1);
                assertThat(hash.hash(MemorySegment.ofArray(cut), 0, length, 1)).isEqualTo(first);
            }
        }
        assertThat(of(1, MACS + "0806")).isEqualTo(PacketHash.NONE);
    }
}
