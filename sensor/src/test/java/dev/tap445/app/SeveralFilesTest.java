package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.tap445.capture.CaptureException;
import dev.tap445.capture.FileRuns;
import dev.tap445.capture.FileSource;
import dev.tap445.capture.PacketSource;
import dev.tap445.inventory.PortView;
import dev.tap445.support.Conversation;
import dev.tap445.support.Packet;
import dev.tap445.support.Pcap;
import dev.tap445.support.Reshape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several captures of one time are read as one, in whatever order they are named. */
final class SeveralFilesTest {
    private static Replayed read(List<List<Packet>> files) throws CaptureException {
        List<PacketSource> sources = new ArrayList<>();
        for (List<Packet> file : files) {
            int index = sources.size();
            sources.add(FileSource.open("file " + index, new ByteArrayInputStream(Pcap.bytes(file)), index));
        }
        return Replayed.of(sources, PipelineOptions.file(1));
    }

    private static String hosts(Replayed replayed) {
        String json = replayed.json();
        return json.substring(json.indexOf("\"clients\""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mixed.pcap", "smb1-refused.pcap", "multi-vs-smb3.pcap", "silent-recovered.pcap", "scanner.pcap"
            })
    void aCaptureDealtOutToThreeFilesGivesTheSameReport(String sample) throws CaptureException {
        List<List<Packet>> files = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<Packet> all = Pcap.read(Samples.DIRECTORY.resolve(sample));
        int file = 0;
        for (int i = 0; i < all.size(); i++) {
            boolean later = i > 0 && all.get(i).timeNanos() > all.get(i - 1).timeNanos();
            file = later ? i % 3 : file;
            files.get(file).add(all.get(i));
        }
        String expected = hosts(read(List.of(all)));
        assertThat(hosts(read(files))).isEqualTo(expected);
        assertThat(hosts(read(files.reversed()))).isEqualTo(expected);
    }

    private static List<PacketSource> runs(Path directory, List<Packet> packets) throws Exception {
        Path file = directory.resolve("one.pcap");
        Files.write(file, Pcap.bytes(packets));
        return FileRuns.sources(file.toString(), 0);
    }

    /** The same, two hundred times as slow: what lies less than a second apart is in order for the sensor anyway. */
    private static List<Packet> slowly(String sample) {
        List<Packet> all = Pcap.read(Samples.DIRECTORY.resolve(sample));
        long first = all.getFirst().timeNanos();
        return all.stream()
                .map(p -> p.at(first + 200 * (p.timeNanos() - first)))
                .toList();
    }

    /** As {@code mergecap -a} makes of the two directions of a tap. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "mixed.pcap",
                "smb1-refused.pcap",
                "multi-vs-smb3.pcap",
                "silent-recovered.pcap",
                "reject-rst.pcap"
            })
    void twoDirectionsBehindOneAnotherInOneFileGiveTheSameReport(String sample, @TempDir Path directory)
            throws Exception {
        List<Packet> all = slowly(sample);
        String expected = hosts(read(List.of(all)));
        for (boolean server : new boolean[] {true, false}) {
            List<Packet> one = Reshape.direction(all, server);
            List<Packet> file = new ArrayList<>(one);
            all.stream().filter(p -> !one.contains(p)).forEach(file::add);
            List<PacketSource> runs = runs(directory, file);
            assertThat(runs).hasSizeGreaterThan(1);
            assertThat(hosts(Replayed.of(runs, PipelineOptions.file(1)))).isEqualTo(expected);
        }
    }

    /** A file in order is one run; where a clock was set back a little, what came later is not what came before. */
    @Test
    void aClockThatWasSetBackIsNoSecondDirection(@TempDir Path directory) throws Exception {
        List<Packet> all = slowly("mixed.pcap");
        assertThat(runs(directory, all)).isEmpty();
        List<Packet> later = new ArrayList<>(all);
        long length = all.getLast().timeNanos() - all.getFirst().timeNanos();
        all.forEach(p -> later.add(p.at(p.timeNanos() + length * 3 / 4)));
        assertThat(runs(directory, later)).isEmpty();
    }

    @Test
    void theCommandReadsItAgainAndSaysSo(@TempDir Path directory) throws Exception {
        List<Packet> all = slowly("silent-recovered.pcap");
        List<Packet> file = new ArrayList<>(Reshape.direction(all, false));
        all.stream().filter(p -> !Reshape.direction(all, false).contains(p)).forEach(file::add);
        Path capture = directory.resolve("two.pcap");
        Files.write(capture, Pcap.bytes(file));
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
            assertThat(Main.run(new String[] {"read", "--quiet", capture.toString()}))
                    .isZero();
        } finally {
            System.setErr(before);
        }
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("parts are read again in the order of time");
    }

    /** What comes through a pipe comes once: it is told as it came, and nobody waits for it to come again. */
    @Test
    @Timeout(30)
    void aPipeIsNotReadAgain(@TempDir Path directory) throws Exception {
        List<Packet> all = slowly("silent-recovered.pcap");
        List<Packet> file = new ArrayList<>(all.subList(all.size() / 2, all.size()));
        file.addAll(all.subList(0, all.size() / 2));
        Path pipe = directory.resolve("pipe");
        assumeThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .as("mkfifo")
                .isZero();
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                Files.write(pipe, Pcap.bytes(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(Main.run("read", "--quiet", pipe.toString())).isZero();
        writer.join();
    }

    /** How far it was whole is told of the file, not of the part that was read last. */
    @Test
    void aCutFileIsToldByAllItsPackets(@TempDir Path directory) throws Exception {
        List<Packet> all = slowly("silent-recovered.pcap");
        List<Packet> file = new ArrayList<>(all.subList(all.size() / 2, all.size()));
        file.addAll(all.subList(0, all.size() / 2));
        Path capture = directory.resolve("cut.pcap");
        byte[] bytes = Pcap.bytes(file);
        Files.write(capture, Arrays.copyOf(bytes, bytes.length - 1));
        List<PacketSource> runs = FileRuns.sources(capture.toString(), 0);
        assertThat(Replayed.of(runs, PipelineOptions.file(1)).feed().sourceErrors())
                .singleElement()
                .asString()
                .contains("after " + (all.size() - 1) + " packets");
    }

    /** The files of a rotation as a shell sorts their names: 1, 10, 2. */
    @Test
    void theOrderOfTheNamesDoesNotMatter() throws CaptureException {
        List<Packet> all = Pcap.read(Samples.DIRECTORY.resolve("mixed.pcap"));
        int third = all.size() / 3;
        List<Packet> first = all.subList(0, third);
        List<Packet> second = all.subList(third, 2 * third);
        List<Packet> last = all.subList(2 * third, all.size());
        assertThat(hosts(read(List.of(first, last, second)))).isEqualTo(hosts(read(List.of(all))));
    }

    /** A tap writes each direction to a file: a Windows client tries three times, and each time it is refused. */
    @Test
    void whatIsRefusedInTheOtherFileIsNotSilent() throws CaptureException {
        Conversation talk = new Conversation(false, 1, 49152, 2, 445);
        Conversation web =
                new Conversation(false, 1, 49153, 2, 80).pauseSeconds(8).syn().synAck();
        talk.syn().refuse();
        talk.pauseSeconds(1).syn().refuse();
        talk.pauseSeconds(2).syn().refuse();
        List<Packet> toServer = new ArrayList<>();
        List<Packet> toClient = new ArrayList<>();
        List<Packet> packets = new ArrayList<>(talk.packets());
        packets.addAll(web.packets());
        for (int i = 0; i < packets.size(); i++) {
            (i % 2 == 0 ? toServer : toClient).add(packets.get(i));
        }
        for (List<List<Packet>> files : List.of(List.of(toServer, toClient), List.of(toClient, toServer))) {
            assertThat(read(files).inventory().servers())
                    .flatExtracting(server -> server.ports().stream()
                            .map(PortView::state)
                            .map(state -> state.name().toLowerCase(java.util.Locale.ROOT))
                            .toList())
                    .contains("refusing")
                    .doesNotContain("silent", "dark");
        }
    }
}
