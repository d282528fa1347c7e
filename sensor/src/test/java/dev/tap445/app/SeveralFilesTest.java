package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tap445.capture.CaptureException;
import dev.tap445.capture.FileSource;
import dev.tap445.capture.PacketSource;
import dev.tap445.inventory.PortView;
import dev.tap445.support.Conversation;
import dev.tap445.support.Packet;
import dev.tap445.support.Pcap;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
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
