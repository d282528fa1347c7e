package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.capture.CaptureException;
import dev.tap445.capture.FileSource;
import dev.tap445.inventory.AnswerCount;
import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.FeedView.WorkerView;
import dev.tap445.inventory.HandshakeCounts;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.ServerVerdict;
import dev.tap445.inventory.ServerView;
import dev.tap445.support.CaptureFile;
import dev.tap445.support.Conversation;
import dev.tap445.support.Frames;
import dev.tap445.support.PcapStream;
import dev.tap445.support.RawFrame;
import dev.tap445.support.SampleFiles;
import dev.tap445.support.Smb;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.LinkType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Floods, crowds and weeks. A short slice by default; {@code -Dreliability.scale=100} is the long run of {@code
 * sensor/bin/reliability}. Figures go to {@code target/reliability.tsv}.
 */
final class ReliabilityTest {
    private static final int SCALE = Integer.getInteger("reliability.scale", 1);
    private static final long SECOND = 1_000_000_000L;
    private static final long START = 1_700_000_000L * SECOND;
    private static final int SERVER = 0xc612_0002;
    private static final int REAL_CLIENTS = 10;
    private static final int MIB = 1 << 20;
    private static final int SYN = 2;
    private static final int ACK = 16;

    private record Outcome(InventorySnapshot snapshot, FeedView feed, double seconds) {
        long classified() {
            return feed.workers().stream()
                    .flatMap(w -> w.packets().values().stream())
                    .mapToLong(Long::longValue)
                    .sum();
        }

        long ringDrops() {
            return feed.workers().stream().mapToLong(WorkerView::ringDrops).sum();
        }

        long attempts() {
            long sum = snapshot.otherHandshakes().values().stream()
                    .mapToLong(ReliabilityTest::all)
                    .sum();
            for (ServerView server : snapshot.servers()) {
                sum += server.ports().stream()
                        .mapToLong(p -> all(p.handshakes()))
                        .sum();
            }
            return sum;
        }

        long smb1Clients() {
            return snapshot.clients().stream()
                    .filter(c -> c.verdict() == ClientVerdict.SMB1_ONLY)
                    .count();
        }
    }

    private static long all(HandshakeCounts h) {
        return h.answered() + h.refused() + h.unreachable() + h.unanswered() + h.oneWay() + h.aborted() + h.pending();
    }

    private static Outcome run(String name, LongFunction<@Nullable RawFrame> packets, PipelineOptions options)
            throws CaptureException, InterruptedException {
        FileSource source = FileSource.open(name, new PcapStream(packets), 0);
        try (Pipeline pipeline = new Pipeline(List.of(List.of(source)), options)) {
            long began = System.nanoTime();
            pipeline.start();
            pipeline.awaitEnd();
            pipeline.rethrowFailure();
            Outcome outcome =
                    new Outcome(pipeline.snapshot(), pipeline.feed(), (System.nanoTime() - began) / (double) SECOND);
            assertThat(outcome.classified() + outcome.ringDrops())
                    .as("every packet is accounted for")
                    .isEqualTo(outcome.feed.packets());
            note(name, outcome);
            return outcome;
        }
    }

    private static void note(String name, Outcome o) {
        long flows =
                o.feed.workers().stream().mapToLong(WorkerView::flowEvictions).sum();
        String line = String.format(
                Locale.ROOT,
                "%s\t%d packets\t%.1f s\t%.0f packets/s\t%d MiB heap\t%d hosts\t%d flows given up%n",
                name,
                o.feed.packets(),
                o.seconds,
                o.feed.packets() / o.seconds,
                usedHeap() / MIB,
                o.snapshot.hosts(),
                flows);
        try {
            Files.createDirectories(Path.of("target"));
            Files.writeString(
                    Path.of("target", "reliability.tsv"), line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static PipelineOptions live() {
        return PipelineOptions.live("", 2, MIB);
    }

    private static byte[] tcp(int source, int destination, int from, int to, int flags, int sequence) {
        ByteBuffer b = ByteBuffer.allocate(54);
        b.putLong(0x0200_0000_0002_0200L).putInt(1).putShort((short) 0x0800);
        b.putInt(0x4500_0028).putInt(0).putInt(0x4006_0000).putInt(source).putInt(destination);
        b.putShort((short) from).putShort((short) to).putInt(sequence).putInt(0);
        b.putShort((short) (0x5000 | flags)).putShort((short) 64240).putInt(0);
        return b.array();
    }

    private static int scrambled(long i) {
        return (int) ((i * 0x9e37_79b9_7f4a_7c15L) >>> 34);
    }

    /** The packets of one SMB1-only session, as one of several clients and at another time. */
    private static RawFrame session(List<RawFrame> sample, long i, int client, long time) {
        byte[] bytes = sample.get((int) (i % sample.size())).bytes().clone();
        ByteBuffer b = ByteBuffer.wrap(bytes);
        for (int at : new int[] {26, 30}) {
            if (b.getInt(at) == 0xc612_0114) {
                b.putInt(at, 0xc612_0300 + client);
            }
        }
        return new RawFrame(bytes, LinkType.ETHERNET, time);
    }

    private static List<RawFrame> sample() {
        return RawFrame.of(CaptureFile.read(SampleFiles.directory().resolve("smb1-only.pcap"))).stream()
                .filter(p -> p.bytes()[12] == 8 && p.bytes()[13] == 0)
                .toList();
    }

    @Test
    void findsTenSmb1ClientsBesideASpoofedSynFlood() throws CaptureException, InterruptedException {
        List<RawFrame> sample = sample();
        long flood = 1_000_000L * SCALE;
        long every = flood / ((long) REAL_CLIENTS * sample.size());
        long before = usedHeap();
        long[] real = new long[1];
        LongFunction<@Nullable RawFrame> packets = i -> {
            long time = START + i * 1_000; // a million a second
            if (i % every == 0 && real[0] < (long) REAL_CLIENTS * sample.size()) {
                int client = (int) (real[0] / sample.size());
                return session(sample, real[0]++, client, time);
            }
            return i >= flood
                    ? null
                    : new RawFrame(
                            tcp(0x0b00_0000 + scrambled(i), SERVER, 1024 + (int) (i % 60_000), 445, SYN, (int) i),
                            LinkType.ETHERNET,
                            time);
        };
        Outcome o = run("spoofed SYN flood beside ten SMB1 clients", packets, live());
        assertThat(o.smb1Clients()).isEqualTo(REAL_CLIENTS);
        assertThat(o.attempts()).as("no attempt is lost").isGreaterThan(flood - real[0]);
        assertThat(usedHeap() - before).as("heap").isLessThan(400L * MIB);
        assertThat(o.feed.workers())
                .allSatisfy(w -> w.observationsDropped().forEach((kind, count) -> {
                    if (!kind.equals("life")
                            && !kind.equals("mac")
                            && !kind.equals("way_back")
                            && !kind.equals("client_of_attempt")) {
                        assertThat(count).as(kind).isZero();
                    }
                }));
    }

    @Test
    void holdsAMillionMidStreamFlowsInBounds() throws CaptureException, InterruptedException {
        long flows = 100_000L * Math.min(10, SCALE);
        Outcome o = run(
                "mid-stream flows",
                i -> i >= flows
                        ? null
                        : new RawFrame(
                                tcp(0x0b00_0000 + (int) (i >>> 4), SERVER, 2000 + (int) (i & 15), 445, ACK, 1),
                                LinkType.ETHERNET,
                                START + i * 10_000),
                live());
        assertThat(o.attempts()).isZero();
        assertThat(o.feed.workers()).allSatisfy(w -> assertThat(w.errors()).isZero());
    }

    @Test
    void holdsAHundredThousandHosts() throws CaptureException, InterruptedException {
        int hosts = 10_000 * Math.min(10, SCALE);
        Outcome o = run(
                "hosts",
                i -> i >= 3L * hosts ? null : handshake((int) (i / 3), (int) (i % 3), START + i * 100_000),
                PipelineOptions.file(2));
        assertThat(o.snapshot.clients()).hasSize(hosts);
        assertThat(o.attempts()).isEqualTo(hosts);
    }

    private static RawFrame handshake(int host, int step, long time) {
        int client = 0x0b00_0000 + host;
        byte[] bytes = switch (step) {
            case 0 -> tcp(client, SERVER, 40_000, 445, SYN, 100);
            case 1 -> tcp(SERVER, client, 445, 40_000, SYN | ACK, 500);
            default -> tcp(client, SERVER, 40_000, 445, ACK, 101);
        };
        ByteBuffer.wrap(bytes).putInt(42, step == 1 ? 101 : step == 2 ? 501 : 0);
        return new RawFrame(bytes, LinkType.ETHERNET, time);
    }

    /**
     * In a process of its own, whose heap is touched before it begins: what its memory grows by is native. A short slice
     * has a fifth of the sessions.
     */
    @Test
    void keepsNothingOfAWeekOfTheSameSessions(@TempDir Path directory) throws IOException, InterruptedException {
        long minutes = Math.min(10_080, 2_000L * SCALE); // of a week
        Path log = directory.resolve("out");
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(List.of("-Xms256m", "-Xmx256m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of("-Dtap445.root=" + System.getProperty("tap445.root"), "-cp"));
        command.addAll(List.of(System.getProperty("java.class.path"), AcceleratedWeek.class.getName()));
        command.add(Long.toString(minutes));
        Process week = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(week.waitFor(300, TimeUnit.SECONDS)).as("it ends").isTrue();
        assertThat(week.exitValue()).as(Files.readString(log)).isZero();
        Files.createDirectories(Path.of("target"));
        Files.writeString(
                Path.of("target", "reliability.tsv"),
                Files.readString(log),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** Resets by the client, by the server, before and after the offer: what DESIGN calls a refusal, and nothing else. */
    @Test
    void takesFiveThousandConversationsResetMidNegotiateForWhatTheyAre() throws CaptureException, InterruptedException {
        int conversations = 5_000;
        List<List<RawFrame>> kinds = List.of(
                packets(talk().client(Smb.smb1Negotiate(Smb.NT_LM)).serverReset()),
                packets(talk().client(Smb.smb1Negotiate(Smb.NT_LM)).clientReset()),
                packets(talk().segments(20).client(Smb.smb1Negotiate(Smb.NT_LM)).clientReset())
                        .subList(0, 5),
                packets(talk().clientReset()),
                packets(talk().serverReset()));
        List<RawFrame> all = new ArrayList<>();
        for (int i = 0; i < conversations; i++) {
            int kind = i % kinds.size();
            for (RawFrame p : kinds.get(kind)) {
                byte[] bytes = p.bytes().clone();
                ByteBuffer b = ByteBuffer.wrap(bytes);
                for (int at : new int[] {26, 30}) {
                    if (b.getInt(at) == Frames.CLIENT) {
                        b.putInt(at, 0xc613_0000 + kind);
                    }
                }
                for (int at : new int[] {34, 36}) {
                    if (b.getShort(at) != 445) {
                        b.putShort(at, (short) (10_000 + i));
                    }
                }
                all.add(new RawFrame(bytes, LinkType.ETHERNET, p.timeNanos() + i * 1_000_000L));
            }
        }
        long before = usedHeap();
        Outcome o = run("reset mid-negotiate", i -> i < all.size() ? all.get((int) i) : null, live());
        int each = conversations / kinds.size();
        ServerView server = o.snapshot.servers().getFirst();
        assertThat(server.dependentClients()).isEmpty();
        assertThat(server.verdict()).isEqualTo(ServerVerdict.SMB1_DISABLED);
        assertThat(server.answers())
                .as("refused where the server reset an offer, and only there")
                .containsExactly(new AnswerCount("refused", "none", "smb1_only", each));
        assertThat(o.snapshot.clients()).allSatisfy(c -> {
            boolean offered = c.address().low() - IpAddress.mappedLow(0xc613_0000) < 2;
            assertThat(c.smb1Sessions()).isZero();
            assertThat(c.offers().smb1Only()).isEqualTo(offered ? each : 0);
        });
        assertThat(o.attempts()).isEqualTo(conversations);
        assertThat(usedHeap() - before).as("heap").isLessThan(16L * MIB);
    }

    private static Conversation talk() {
        return Conversation.to(445).open();
    }

    private static List<RawFrame> packets(Conversation conversation) {
        return conversation.packets().stream()
                .map(p -> new RawFrame(p.frame(), LinkType.ETHERNET, p.timeNanos()))
                .toList();
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    @Test
    void startsAndStopsAgainAndAgainUnderTraffic() throws CaptureException, InterruptedException, IOException {
        long files = openFiles();
        int threads = Thread.activeCount();
        for (int round = 0; round < 50 * Math.min(20, SCALE); round++) {
            FileSource source = FileSource.open(
                    "endless",
                    new PcapStream(i -> new RawFrame(
                            tcp(0x0b00_0000 + scrambled(i), SERVER, 2000, 445, SYN, 1), LinkType.ETHERNET, START + i)),
                    0);
            try (Pipeline pipeline = new Pipeline(List.of(List.of(source)), live())) {
                pipeline.start();
                Thread.sleep(round % 7);
                pipeline.stop();
                long classified = pipeline.feed().workers().stream()
                        .flatMap(w -> w.packets().values().stream())
                        .mapToLong(Long::longValue)
                        .sum();
                long dropped = pipeline.feed().workers().stream()
                        .mapToLong(WorkerView::ringDrops)
                        .sum();
                assertThat(classified + dropped).isEqualTo(pipeline.feed().packets());
            }
        }
        assertThat(openFiles()).isLessThanOrEqualTo(files + 2);
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 1);
    }

    @Test
    void survivesJumpsOfTheClock() throws CaptureException, InterruptedException {
        List<RawFrame> sample = sample();
        long day = 86_400 * SECOND;
        long[] jumps = {0, 30 * day, -30 * day, 3_000 * day, 1, -365 * day, 0};
        Outcome o = run(
                "time jumps",
                i -> {
                    int round = (int) (i / sample.size());
                    return round >= jumps.length
                            ? null
                            : session(sample, i, round, START + jumps[round] + i * 1_000_000);
                },
                live());
        assertThat(o.snapshot.clients().stream()
                        .filter(c -> c.smb1Sessions() > 0)
                        .map(ClientView::address))
                .hasSize(jumps.length);
    }

    @Test
    void leavesWhenMemoryIsExhausted(@TempDir Path directory) throws IOException, InterruptedException {
        Path capture = directory.resolve("crowd.pcap");
        try (PcapStream crowd =
                new PcapStream(i -> i >= 300_000 ? null : handshake((int) (i / 3), (int) (i % 3), START + i * 1000))) {
            Files.copy(crowd, capture);
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx16m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.tap445.app.Main",
                        "read",
                        capture.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
        assertThat(process.exitValue()).as("the JVM's own exit code").isEqualTo(3);
    }
}
