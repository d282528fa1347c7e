package dev.tap445.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tap445.ring.RecordRing;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Captures that move while they are read. */
@Timeout(30)
final class StreamedFileTest {
    private static final byte[] FRAME = new byte[60];

    @TempDir
    private Path folder;

    private static CaptureBytes header() {
        return CaptureBytes.pcap(ByteOrder.LITTLE_ENDIAN, PcapParser.MAGIC_MICROS, 1);
    }

    private Path pipe() throws Exception {
        Path pipe = folder.resolve("pipe");
        boolean made = false;
        try {
            made = new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0;
        } catch (IOException e) {
            assumeTrue(false, "skipped: no mkfifo here");
        }
        assertThat(made).isTrue();
        return pipe;
    }

    @Test
    void deliversWhatAPipeHoldsWithoutWaitingForMoreAndStops() throws Exception {
        Path pipe = pipe();
        CaptureBytes second = new CaptureBytes(ByteOrder.LITTLE_ENDIAN).record(2, 0, 60, FRAME);
        Thread feed = Thread.ofPlatform().start(() -> feed(pipe, second.bytes()));
        RecordRing ring = RecordRing.allocate(1 << 16);
        FileSource source = FileSource.open(pipe.toString(), 0);
        assertThat(source.progress()).isNaN();
        CaptureLoop loop = new CaptureLoop(List.of(source), new Distributor(List.of(ring), (m, o, c, l) -> 0));
        CaptureThread thread = new CaptureThread("capture", loop, IdleStrategy.live());
        thread.start();
        while (source.counters().packets() < 2) {
            Thread.sleep(1);
        }
        assertThat(feed.isAlive()).as("the writer holds the pipe open").isTrue();
        assertThat(thread.stop(Duration.ofSeconds(2))).isTrue();
        assertThat(thread.failure()).isEmpty();
        assertThat(source.problem()).as("a stop is no damage").isEmpty();
        thread.close();
        ring.close();
        feed.interrupt();
        feed.join();
    }

    private static void feed(Path pipe, byte[] second) {
        try (OutputStream out = Files.newOutputStream(pipe)) {
            out.write(header().record(1, 0, 60, FRAME).bytes());
            for (byte each : second) { // byte by byte, so that every read ends within a record
                out.write(each);
                Thread.sleep(1);
            }
            Thread.sleep(60_000);
        } catch (InterruptedException e) {
            return; // the test is over
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void survivesAFileThatIsMadeShorterMeanwhile() throws Exception {
        CaptureBytes bytes = header();
        for (int i = 0; i < 50_000; i++) {
            bytes.record(i, 0, 60, FRAME);
        }
        Path file = Files.write(folder.resolve("shrinking.pcap"), bytes.bytes());
        RecordRing ring = RecordRing.allocate(1 << 16);
        Distributor distributor = new Distributor(List.of(ring), (m, o, c, l) -> 0);
        try (FileSource source = FileSource.open(file.toString(), 0)) {
            assertThat(source.poll(distributor, 10)).isEqualTo(10);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(8192);
            }
            int count;
            while ((count = source.poll(distributor, 256)) != PacketSource.END) {
                assertThat(count).isPositive();
            }
            assertThat(source.problem().orElseThrow()).contains("cut by another process");
        }
        ring.close();
    }
}
