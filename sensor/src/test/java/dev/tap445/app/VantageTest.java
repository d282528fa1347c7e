package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.decode.Distinguish;
import dev.tap445.inventory.PortState;
import dev.tap445.support.Conversation;
import dev.tap445.support.Frames;
import dev.tap445.support.PcapStream;
import dev.tap445.support.RawFrame;
import dev.tap445.support.Replay;
import dev.tap445.support.Smb;
import dev.tap445.wire.LinkType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where hosts were seen, and hosts with the same address in different networks told apart. */
final class VantageTest {
    private static final int HEADER = 14;

    private static List<RawFrame> smb1(boolean v6, int port) {
        Conversation talk = new Conversation(v6, 1, port, 2, 445);
        return frames(talk.open().client(Smb.smb1Negotiate(Smb.NT_LM)).server(Smb.smb1Answer(0)));
    }

    private static List<RawFrame> smb2(boolean v6, int port) {
        Conversation talk = new Conversation(v6, 1, port, 2, 445);
        return frames(talk.open().client(Smb.smb2Negotiate(0, 0x0210)).server(Smb.smb2Answer(0, 0x0210)));
    }

    private static List<RawFrame> frames(Conversation conversation) {
        return conversation.packets().stream()
                .map(p -> new RawFrame(p.frame(), LinkType.ETHERNET, p.timeNanos()))
                .toList();
    }

    private static RawFrame tagged(RawFrame p, int vlan) {
        byte[] b = p.bytes();
        ByteBuffer out = ByteBuffer.allocate(b.length + 4);
        out.put(b, 0, 12).putInt(0x8100 << 16 | vlan).put(b, 12, b.length - 12);
        return p.with(out.array(), p.linkType());
    }

    /** By way of an underlay that has VLANs of its own. */
    private static RawFrame vxlan(RawFrame p, int vni) {
        byte[] outer = Frames.ethernet(0x0800, Frames.ipv4(17, Frames.vxlan(vni, p.bytes())));
        return tagged(p.with(outer, p.linkType()), 99);
    }

    private static RawFrame erspan(RawFrame p, int session) {
        return p.with(Frames.ethernet(0x0800, Frames.ipv4(47, Frames.erspan2(session, p.bytes()))), p.linkType());
    }

    private static RawFrame in(Distinguish network, int id, RawFrame p) {
        return switch (network) {
            case VLAN -> tagged(p, id);
            case VNI -> vxlan(p, id);
            case ERSPAN -> erspan(p, id);
            case NONE -> p;
        };
    }

    private static List<RawFrame> together(List<RawFrame> a, List<RawFrame> b) {
        List<RawFrame> all = new ArrayList<>(a);
        all.addAll(b);
        all.sort(Comparator.comparingLong(RawFrame::timeNanos));
        return all;
    }

    private static List<RawFrame> each(List<RawFrame> packets, UnaryOperator<RawFrame> wrap) {
        return packets.stream().map(wrap).toList();
    }

    private static List<String> clients(Replay.Result result) {
        return result.snapshot().clients().stream()
                .map(c -> c.address() + " " + c.verdict().label())
                .toList();
    }

    @ParameterizedTest
    @EnumSource(
            value = Distinguish.class,
            names = {"VLAN", "VNI", "ERSPAN"})
    void tellsTheSameConnectionInTwoNetworksApart(Distinguish by) {
        String network = by.name().toLowerCase(Locale.ROOT);
        for (boolean v6 : new boolean[] {false, true}) {
            String address = v6 ? "fd00::1" : "198.18.0.1";
            List<RawFrame> both =
                    together(each(smb1(v6, 50_000), p -> in(by, 10, p)), each(smb2(v6, 50_000), p -> in(by, 20, p)));
            for (int workers : new int[] {1, 4}) {
                Replay.Result apart = Replay.run(both, workers, by);
                assertThat(clients(apart))
                        .containsExactly(
                                address + "%" + network + "10 smb1_only", address + "%" + network + "20 smb2_only");
                assertThat(apart.snapshot().servers()).hasSize(2).allSatisfy(s -> {
                    assertThat(s.ports().getFirst().state()).isEqualTo(PortState.ANSWERING);
                    assertThat(s.identity().seenInTexts())
                            .containsExactly(s.address().toString().replaceAll(".*%", ""));
                });
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Distinguish.class)
    void oneAddressIsOneHostUnlessAskedAndSaysWhereItWasSeen(Distinguish network) {
        List<RawFrame> both = together(
                each(smb1(false, 50_000), p -> in(network, 10, p)), each(smb2(false, 50_001), p -> in(network, 20, p)));
        Replay.Result result = Replay.run(both, 1);
        String name = network.name().toLowerCase(Locale.ROOT);
        List<String> seen = network == Distinguish.NONE ? List.of() : List.of(name + "20", name + "10");
        assertThat(clients(result)).containsExactly("198.18.0.1 mixed");
        assertThat(result.snapshot().clients().getFirst().identity().seenInTexts())
                .isEqualTo(seen);
        assertThat(result.snapshot().servers().getFirst().identity().seenInTexts())
                .isEqualTo(seen);
    }

    /** A switch that marks what it receives in one VLAN and what it sends in another. */
    @Test
    void directionsInDifferentVlansAreOneConnection() {
        List<RawFrame> plain = smb1(false, 50_000);
        UnaryOperator<RawFrame> byDirection = p -> tagged(p, p.bytes()[HEADER + 15] == 1 ? 10 : 20);
        Replay.Result result = Replay.run(each(plain, byDirection), 1);
        assertThat(clients(result)).containsExactly("198.18.0.1 smb1_only");
        assertThat(result.snapshot().clients().getFirst().smb1Sessions()).isEqualTo(1);
        assertThat(result.snapshot().oneWayFlows()).isZero();
        assertThat(result.snapshot().clients().getFirst().identity().seenInTexts())
                .containsExactly("vlan10");
        assertThat(result.snapshot().servers().getFirst().identity().seenInTexts())
                .containsExactly("vlan20");
        // Asked to tell them apart by it, it does: no verdict of silence comes of that.
        Replay.Result apart = Replay.run(each(plain, byDirection), 1, Distinguish.VLAN);
        assertThat(apart.snapshot().servers())
                .allSatisfy(s -> assertThat(s.ports().getFirst().state()).isNotEqualTo(PortState.SILENT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"json", "csv"})
    void theReportShowsWhereAHostWasSeen(String format, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("two.pcap");
        List<RawFrame> both =
                together(each(smb1(false, 50_000), p -> tagged(p, 10)), each(smb2(false, 50_000), p -> tagged(p, 20)));
        try (PcapStream stream = new PcapStream(i -> i < both.size() ? both.get((int) i) : null)) {
            Files.copy(stream, file);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            Main.run("read", "--distinguish", "vlan", "--format", format, file.toString());
        } finally {
            System.setOut(before);
        }
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(text).contains("198.18.0.1%vlan10", "198.18.0.1%vlan20", "198.18.0.2%vlan10");
        if (format.equals("json")) {
            assertThat(text).containsPattern("\"vlan\": ?10").containsPattern("\"seen_in\": ?\\[\\s*\"vlan20\"");
        } else {
            assertThat(text.lines().filter(line -> line.contains(",10,,,vlan10")))
                    .hasSize(2);
        }
    }
}
