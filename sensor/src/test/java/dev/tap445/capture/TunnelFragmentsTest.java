package dev.tap445.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.support.Frames;
import dev.tap445.wire.DecodeFailure;
import dev.tap445.wire.FragmentedPacket;
import dev.tap445.wire.FrameWalker;
import dev.tap445.wire.LinkType;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets of tunnels that an underlay cut into fragments (RFC 791 section 3.2, RFC 8200 section 4.5, RFC 5722). */
final class TunnelFragmentsTest {
    private static final int MORE = 0x2000;
    private static final int UDP = 17;
    private static final int GRE = 47;
    private static final int TCP = 6;
    private static final int OPTIONS = 60;
    private static final long SECOND = 1_000_000_000L;

    private static final byte[] SEGMENT = Frames.tcp(Frames.PUSH_ACK, 77, random(1000, 445));
    private static final byte[] INNER = Frames.ethernet(0x0800, Frames.ipv4(TCP, SEGMENT));
    private static final byte[] VXLAN = Frames.vxlan(5, INNER);

    private final FragmentCounters failures = new FragmentCounters();
    private final Heard heard = new Heard();
    private final TunnelFragments fragments = new TunnelFragments(heard, failures);
    private int given;

    /** What went on: packets as bytes and time, fragments as bytes. Nested tunnels are given back, as they are in use. */
    private final class Heard implements TunnelFragments.Sink {
        final List<byte[]> packets = new ArrayList<>();
        final List<Long> times = new ArrayList<>();
        final List<Integer> missing = new ArrayList<>();
        final List<byte[]> passed = new ArrayList<>();
        int spoilt;

        @Override
        public void onPacket(
                MemorySegment memory, long at, int captured, int original, long time, int linkType, int source) {
            byte[] bytes = memory.asSlice(at, captured).toArray(ValueLayout.JAVA_BYTE);
            FrameWalker walker = new FrameWalker();
            if (walker.walk(Unpooled.wrappedBuffer(bytes), 0, captured, linkType) == FrameWalker.IP
                    && walker.isTunnelFragment()) {
                fragments.add(memory, at, captured, original, time, linkType, source);
                return;
            }
            packets.add(bytes);
            times.add(time);
            missing.add(original - captured);
        }

        @Override
        public void onFragment(
                MemorySegment memory, long at, int captured, int original, long time, int linkType, int source) {
            passed.add(memory.asSlice(at, captured).toArray(ValueLayout.JAVA_BYTE));
        }

        @Override
        public void onSpoilt(long time, int linkType, int source) {
            spoilt++;
        }
    }

    @AfterEach
    void nothingHasVanishedAndAllMemoryIsGivenBack() {
        fragments.finish();
        assertThat(heard.packets.size() + heard.passed.size() + heard.spoilt).isEqualTo(given);
        assertThat(fragments.deadline()).isEqualTo(Long.MAX_VALUE);
    }

    private static byte[] random(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private void give(long time, byte[] frame) {
        given++;
        fragments.add(MemorySegment.ofArray(frame), 0, frame.length, frame.length, time, LinkType.ETHERNET, 0);
    }

    private void give(List<byte[]> frames) {
        long time = SECOND;
        for (byte[] frame : frames) {
            give(time++, frame);
        }
    }

    private static byte[] v4(int protocol, int id, int offset, boolean more, byte[] part) {
        return Frames.ethernet(0x0800, Frames.ipv4(protocol, id, (more ? MORE : 0) | offset / 8, 64, part));
    }

    private static byte[] v6(int protocol, int id, int offset, boolean more, byte[] part) {
        return Frames.ethernet(0x86dd, Frames.ipv6Fragment(protocol, offset, more, id, part));
    }

    private static List<byte[]> cut(int protocol, byte[] payload, int size, boolean v6, int id) {
        List<byte[]> frames = new ArrayList<>();
        for (int at = 0; at < payload.length; at += size) {
            boolean more = at + size < payload.length;
            byte[] part = Arrays.copyOfRange(payload, at, Math.min(at + size, payload.length));
            frames.add(v6 ? v6(protocol, id, at, more, part) : v4(protocol, id, at, more, part));
        }
        return frames;
    }

    private static List<byte[]> cut(byte[] payload, int size) {
        return cut(UDP, payload, size, false, 9);
    }

    /** Protocol and payload of the innermost packet. */
    private static String innermost(byte[] frame) {
        FrameWalker walker = new FrameWalker();
        assertThat(walker.walk(Unpooled.wrappedBuffer(frame), 0, frame.length, LinkType.ETHERNET))
                .isEqualTo(FrameWalker.IP);
        byte[] payload = Arrays.copyOfRange(frame, walker.payloadOffset(), walker.payloadEnd());
        return walker.protocol() + " in " + walker.tunnelId() + ": "
                + HexFormat.of().formatHex(payload);
    }

    private static String segment(int tunnel) {
        return "6 in " + tunnel + ": " + HexFormat.of().formatHex(SEGMENT);
    }

    private Map<DecodeFailure, Long> failures() {
        Map<DecodeFailure, Long> counts = new EnumMap<>(DecodeFailure.class);
        for (DecodeFailure reason : DecodeFailure.values()) {
            if (failures.get(reason) > 0) {
                counts.put(reason, failures.get(reason));
            }
        }
        return counts;
    }

    @ParameterizedTest
    @CsvSource({"8,false", "24,false", "512,false", "1064,false", "8,true", "24,true", "512,true", "1064,true"})
    void inAnyOrderThePacketIsTheSame(int size, boolean v6) {
        for (int seed = 0; seed < 5; seed++) {
            List<byte[]> frames = cut(UDP, VXLAN, size, v6, seed);
            if (seed > 0) {
                Collections.shuffle(frames, new Random(seed));
            }
            give(frames);
            assertThat(heard.packets).hasSize(seed + 1);
            assertThat(innermost(heard.packets.getLast())).isEqualTo(segment(5));
            assertThat(heard.times.getLast()).isEqualTo(SECOND + frames.size() - 1);
            assertThat(heard.missing.getLast()).isZero();
        }
        assertThat(failures()).isEmpty();
    }

    @Test
    void allButTheFirstGoOnAtOnceAsTheyCame() {
        List<byte[]> frames = cut(VXLAN, 512);
        give(List.of(frames.get(1), frames.get(0)));
        assertThat(heard.passed).containsExactly(frames.get(1));
        give(2 * SECOND - 1, frames.get(2));
        assertThat(heard.passed).containsExactly(frames.get(1), frames.get(2));
        assertThat(heard.packets).hasSize(1);
    }

    @Test
    void twoTunnelsAtATimeKeepTheirFragments() {
        byte[] other = Frames.vxlan(6, INNER);
        List<byte[]> frames = cut(VXLAN, 512);
        frames.addAll(cut(UDP, other, 512, false, 10));
        Collections.shuffle(frames, new Random(1));
        give(frames);
        assertThat(heard.packets).extracting(TunnelFragmentsTest::innermost).contains(segment(5), segment(6));
    }

    @Test
    void theSameFragmentTwiceAndAgainAfterTheEndIsHarmless() {
        List<byte[]> twice = new ArrayList<>();
        cut(VXLAN, 256).forEach(frame -> Collections.addAll(twice, frame, frame));
        give(twice);
        give(cut(VXLAN, 256));
        fragments.finish();
        assertThat(heard.packets).hasSize(1);
        assertThat(failures()).isEmpty();
    }

    @Test
    void anIdentificationInUseAgainIsAnotherPacket() {
        for (int i = 0; i < 100; i++) {
            byte[] inner = Frames.ethernet(0x0800, Frames.ipv4(TCP, Frames.tcp(0x18, i, random(1000, i))));
            give(cut(Frames.vxlan(5, inner), 512));
            assertThat(heard.packets).hasSize(i + 1);
        }
        assertThat(failures()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void overlapsWithOtherBytesSpoilThePacketAndAreCountedOnce(boolean v6) {
        List<byte[]> frames = cut(UDP, VXLAN, 512, v6, 9);
        byte[] other = Frames.vxlan(6, random(600, 1));
        List<byte[]> contrary = cut(UDP, other, 64, v6, 9);
        give(List.of(frames.get(0), contrary.get(1), contrary.get(0), contrary.get(2), frames.get(1), frames.get(2)));
        fragments.finish();
        assertThat(heard.packets).isEmpty();
        assertThat(heard.spoilt).isEqualTo(1);
        assertThat(failures()).isEqualTo(Map.of(DecodeFailure.IP_FRAGMENT_INVALID, 1L));
    }

    @Test
    void overlapsWithTheSameBytesAreHarmless() {
        List<byte[]> frames = new ArrayList<>();
        for (int[] part : new int[][] {{0, 512}, {256, 768}, {248, 800}, {760, VXLAN.length}}) {
            frames.add(v4(UDP, 9, part[0], part[1] < VXLAN.length, Arrays.copyOfRange(VXLAN, part[0], part[1])));
        }
        give(frames);
        assertThat(heard.packets).extracting(TunnelFragmentsTest::innermost).containsExactly(segment(5));
    }

    @Test
    void whatIsNotWholeInTimeGoesOnAsFarAsItIsThere() {
        List<byte[]> frames = cut(VXLAN, 256);
        give(SECOND, frames.get(0));
        give(SECOND + 1, frames.get(1));
        give(SECOND + 2, frames.get(3));
        fragments.expire(SECOND + TunnelFragments.HOLD_NANOS - 1);
        assertThat(heard.packets).isEmpty();
        fragments.expire(fragments.deadline());
        assertThat(heard.packets).hasSize(1);
        assertThat(heard.times).containsExactly(SECOND);
        assertThat(segment(5)).startsWith(innermost(heard.packets.getFirst()));
        assertThat(heard.packets.getFirst()).hasSize(14 + 20 + 512);
        assertThat(heard.missing).containsExactly(512);
        assertThat(failures()).isEqualTo(Map.of(DecodeFailure.TUNNEL_FRAGMENTED, 1L));
        give(10 * SECOND, frames.get(2)); // too late
        fragments.finish();
        assertThat(failures()).containsEntry(DecodeFailure.IP_FRAGMENT_INCOMPLETE, 1L);
    }

    @Test
    void aClockThatGoesBackHoldsNothingUp() {
        give(100 * SECOND, cut(VXLAN, 512).getFirst());
        give(SECOND, cut(UDP, VXLAN, 512, false, 10).getFirst());
        assertThat(heard.packets).hasSize(1);
        fragments.expire(3 * SECOND);
        assertThat(heard.packets).hasSize(2);
    }

    @Test
    void fragmentsCutByTheSnapLengthGiveThePacketAsFarAsItWasCaptured() {
        for (byte[] frame : cut(VXLAN, 512)) {
            given++;
            int captured = Math.min(frame.length, 200);
            fragments.add(MemorySegment.ofArray(frame), 0, captured, frame.length, SECOND, LinkType.ETHERNET, 0);
        }
        assertThat(heard.packets.getFirst()).hasSize(200);
        assertThat(heard.missing).containsExactly(14 + 20 + VXLAN.length - 200);
        assertThat(segment(5)).startsWith(innermost(heard.packets.getFirst()));
        assertThat(failures()).isEmpty();
    }

    @Test
    void fragmentsOfOtherUdpGoOnAtOnceAndAreNotCounted() {
        List<byte[]> frames = cut(Frames.udp(2049, random(3000, 1)), 1480);
        give(frames);
        assertThat(heard.passed).containsExactly(frames.toArray(byte[][]::new));
        fragments.finish();
        assertThat(failures()).isEmpty();
    }

    private static List<byte[]> ordinary(int id, boolean v6, boolean backward) {
        List<byte[]> frames = cut(UDP, Frames.udp(2049, random(3000, id)), 1480, v6, id);
        return backward ? frames.reversed() : frames;
    }

    @ParameterizedTest
    @CsvSource({"false,false", "true,false", "false,true", "true,true"})
    void otherUdpInFragmentsPushesOutNoTunnel(boolean v6, boolean backward) {
        int tunnels = FragmentPlaces.PACKETS - TunnelFragments.WAITING;
        List<List<byte[]>> frames = new ArrayList<>();
        for (int i = 0; i < tunnels; i++) {
            frames.add(cut(UDP, VXLAN, 800, v6, i));
            give(frames.getLast().subList(0, 1));
        }
        for (int i = 0; i < 5 * FragmentPlaces.PACKETS; i++) {
            give(ordinary(tunnels + i, v6, backward));
        }
        frames.forEach(packet -> give(packet.subList(1, 2)));
        assertThat(heard.packets)
                .hasSize(tunnels)
                .allMatch(packet -> innermost(packet).equals(segment(5)));
        assertThat(failures()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void norOneWhoseFirstFragmentIsLate(boolean backward) {
        int tunnels = TunnelFragments.WAITING - 1;
        for (int i = 0; i < tunnels; i++) {
            give(cut(UDP, VXLAN, 800, false, i).subList(1, 2));
        }
        for (int i = 0; i < 5 * FragmentPlaces.PACKETS; i++) {
            give(ordinary(tunnels + i, false, backward));
        }
        for (int i = 0; i < tunnels; i++) {
            give(cut(UDP, VXLAN, 800, false, i).subList(0, 1));
        }
        assertThat(heard.packets).hasSize(tunnels);
        assertThat(failures()).isEmpty();
    }

    /** As a filter leaves them that looks at ports. */
    @Test
    void fragmentsWithoutTheirFirstPushOutNoTunnelThatHasBegun() {
        int tunnels = FragmentPlaces.PACKETS - TunnelFragments.WAITING;
        for (int i = 0; i < tunnels; i++) {
            give(cut(UDP, VXLAN, 800, false, i).subList(0, 1));
        }
        int others = 5 * FragmentPlaces.PACKETS;
        for (int i = 0; i < others; i++) {
            give(ordinary(tunnels + i, false, false).subList(1, 2));
        }
        for (int i = 0; i < tunnels; i++) {
            give(cut(UDP, VXLAN, 800, false, i).subList(1, 2));
        }
        assertThat(heard.packets).hasSize(tunnels);
        fragments.finish();
        assertThat(failures()).isEqualTo(Map.of(DecodeFailure.IP_FRAGMENT_INCOMPLETE, (long) others));
    }

    @Test
    void otherUdpInFragmentsTakesNoMemory() {
        var memory = UnpooledByteBufAllocator.DEFAULT.metric();
        long before = memory.usedDirectMemory();
        for (int i = 0; i < 1000; i++) {
            give(ordinary(i, i % 2 == 0, false));
        }
        assertThat(memory.usedDirectMemory() - before).isEqualTo(PacketSource.MAX_CAPTURED);
        assertThat(fragments.deadline()).isEqualTo(Long.MAX_VALUE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anIdentificationOfOtherUdpInUseAgainByATunnelIsItsPacket(boolean muchLater) {
        give(ordinary(9, false, false));
        List<byte[]> frames = cut(UDP, VXLAN, 512, false, 9);
        long time = muchLater ? 3 * SECOND : SECOND;
        for (byte[] frame : muchLater ? frames.reversed() : frames) {
            give(time, frame);
        }
        assertThat(heard.packets).extracting(TunnelFragmentsTest::innermost).containsExactly(segment(5));
        assertThat(failures()).isEmpty();
    }

    /** As Linux sends a packet through an IPv6 tunnel: its encapsulation limit (RFC 2473) is behind the fragment header. */
    @Test
    void extensionHeadersBehindTheFragmentHeaderArePassed() {
        for (int next : new int[] {4, TCP}) {
            byte[] inside = next == TCP ? SEGMENT : Frames.ipv4(TCP, SEGMENT);
            byte[] payload = new byte[8 + inside.length];
            payload[0] = (byte) next;
            System.arraycopy(inside, 0, payload, 8, inside.length);
            give(cut(OPTIONS, payload, 512, true, next));
        }
        assertThat(heard.packets).extracting(TunnelFragmentsTest::innermost).containsExactly(segment(0), segment(0));
        assertThat(failures()).isEmpty();
    }

    @Test
    void fragmentsInsideFragmentsAreRefused() {
        byte[] inner = Arrays.copyOfRange(Frames.ipv6Fragment(UDP, 0, true, 6, Arrays.copyOf(VXLAN, 512)), 40, 560);
        give(cut(44, inner, 256, true, 5));
        assertThat(heard.packets).isEmpty();
        assertThat(heard.spoilt).isEqualTo(1);
        assertThat(failures()).isEqualTo(Map.of(DecodeFailure.IP_FRAGMENT_INVALID, 1L));
    }

    /** A tunnel cut into fragments, each in a tunnel that is cut again; the lengths outside are those of a part. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tunnelsInsideEachOtherAreAllPutTogether(boolean v6) {
        List<byte[]> outer = new ArrayList<>();
        for (byte[] inner : cut(UDP, VXLAN, 512, v6, 9)) {
            outer.addAll(cut(GRE, Frames.gre(0, 0x6558, inner), 200, !v6, outer.size()));
        }
        Collections.shuffle(outer, new Random(4));
        give(outer);
        assertThat(heard.packets).extracting(TunnelFragmentsTest::innermost).containsExactly(segment(5));
        assertThat(failures()).isEmpty();
    }

    /** What is given up comes back for the tunnel inside, and the next with it: each has its own bytes all the time. */
    @Test
    void whatIsGivenUpTogetherWhileAllPlacesAreInUseKeepsItsBytes() {
        byte[] first = Arrays.copyOf(VXLAN, 512);
        byte[] other = first.clone();
        other[14] = 6; // the network's number
        byte[] one = Frames.gre(0, 0x6558, v4(UDP, 1, 0, true, first));
        byte[] two = Frames.gre(0, 0x6558, v4(UDP, 2, 0, true, other));
        give(100 * SECOND, v4(GRE, 1001, 200, true, Arrays.copyOfRange(one, 200, 400)));
        give(99_100_000_000L, v4(GRE, 1001, 0, true, Arrays.copyOf(one, 200)));
        give(100_900_000_000L, v4(GRE, 1002, 0, true, Arrays.copyOf(two, 400)));
        for (int i = 2; i < FragmentPlaces.PACKETS; i++) {
            give(100_900_000_000L, v4(UDP, i + 10, 0, true, first));
        }
        give(101 * SECOND, v4(UDP, 9, 0, true, first));
        fragments.finish();
        long ofTheOther = heard.packets.stream()
                .filter(packet -> innermost(packet).startsWith("6 in 6"))
                .count();
        assertThat(ofTheOther).isEqualTo(1);
        assertThat(heard.passed.size()).isEqualTo(1);
    }

    @Test
    void aFloodGivesUpTheOldestAndTakesNoMoreMemory() {
        var memory = UnpooledByteBufAllocator.DEFAULT.metric();
        long before = memory.usedDirectMemory();
        byte[] first = Arrays.copyOf(VXLAN, 512);
        int flood = 5 * FragmentPlaces.PACKETS;
        for (int i = 0; i < flood; i++) {
            give(SECOND, v4(UDP, i, 0, true, first));
        }
        long most = (long) FragmentPlaces.PACKETS * FragmentedPacket.BUFFER_LENGTH + PacketSource.MAX_CAPTURED;
        assertThat(memory.usedDirectMemory() - before).isBetween(most / 2, most);
        assertThat(heard.packets).hasSize(flood - FragmentPlaces.PACKETS);
        give(cut(UDP, VXLAN, 512, true, 1));
        assertThat(heard.packets.stream().filter(p -> innermost(p).equals(segment(5))))
                .hasSize(1);
        fragments.finish();
        assertThat(failures()).isEqualTo(Map.of(DecodeFailure.TUNNEL_FRAGMENTED, (long) flood));
        assertThat(memory.usedDirectMemory()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPacketWithoutEndIsGivenUp(boolean v6) {
        for (int at = 0; at + 8 < 0xffff; at += 8) {
            byte[] part = at == 0 ? Arrays.copyOf(VXLAN, 8) : new byte[8];
            give(SECOND, v6 ? v6(UDP, 1, at, true, part) : v4(UDP, 1, at, true, part));
        }
        give(SECOND, v6 ? v6(UDP, 1, 0xfff8, true, new byte[64]) : v4(UDP, 1, 0xfff8, false, new byte[64]));
        assertThat(heard.packets).isEmpty();
        assertThat(failures()).containsOnlyKeys(DecodeFailure.IP_FRAGMENT_INVALID);
    }

    /** Offsets, lengths and bytes by chance, few identifications, tunnels in tunnels: each fragment goes on once. */
    @Test
    void hostileFragmentsGoOnOnceEach() {
        Random random = new Random(445);
        byte[] nested = Frames.gre(0, 0x6558, v4(UDP, 3, 0, true, Arrays.copyOf(VXLAN, 400)));
        int[] protocols = {UDP, GRE, 4, 41, OPTIONS, 44};
        for (int i = 0; i < 30_000; i++) {
            boolean twice = random.nextInt(3) == 0;
            byte[] content = twice ? nested : random.nextBoolean() ? VXLAN : random(500, i);
            int from = random.nextInt(4) == 0 ? random.nextInt(60) * 8 : random.nextInt(8) * 64;
            from = Math.min(from, content.length & -8);
            int to = Math.min(content.length, from + (random.nextInt(9) == 0 ? random.nextInt(90) : 64));
            byte[] part = Arrays.copyOfRange(content, from, to);
            int protocol = twice ? GRE : protocols[random.nextInt(protocols.length)];
            int offset = random.nextInt(50) == 0 ? 0xfff8 : from;
            boolean more = to < content.length ^ random.nextInt(20) == 0;
            int id = random.nextInt(random.nextInt(10) == 0 ? 1000 : 10);
            byte[] frame =
                    random.nextBoolean() ? v4(protocol, id, offset, more, part) : v6(protocol, id, offset, more, part);
            int captured = random.nextInt(10) == 0 ? random.nextInt(frame.length + 1) : frame.length;
            given++;
            long time = SECOND + i * 500_000L + (random.nextInt(100) == 0 ? random.nextLong(9 * SECOND) : 0);
            fragments.add(MemorySegment.ofArray(frame), 0, captured, frame.length, time, LinkType.ETHERNET, 0);
        }
        fragments.finish();
        assertThat(heard.packets).hasSizeGreaterThan(100);
        assertThat(heard.spoilt).isGreaterThan(10);
        assertThat(failures())
                .containsOnlyKeys(
                        DecodeFailure.IP_FRAGMENT_INVALID,
                        DecodeFailure.IP_FRAGMENT_INCOMPLETE,
                        DecodeFailure.TUNNEL_FRAGMENTED);
    }
}
