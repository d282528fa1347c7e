package dev.tap445.fuzz;

import dev.tap445.support.CaptureFile;
import dev.tap445.support.RawFrame;
import dev.tap445.support.Rewrap;
import dev.tap445.support.SampleFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The targets by name, with the seeds that inputs are made from. */
@SuppressWarnings("ImmutableEnumChecker") // functions without state of their own
enum Target {
    FRAME(FrameTarget::fuzzerTestOneInput, Target::frames),
    MESSAGE(MessageTarget::fuzzerTestOneInput, Target::messages),
    CONVERSATION(ConversationTarget::fuzzerTestOneInput, Target::choices),
    FILE(FileTarget::fuzzerTestOneInput, Target::files),
    TEXT(TextTarget::fuzzerTestOneInput, Target::texts),
    CONFIG(ConfigTarget::fuzzerTestOneInput, Target::configurations),
    HTTP(HttpTarget::fuzzerTestOneInput, Target::requests);

    private static final int SMALL = 4_000;
    private static final int CONVERSATIONS = 100;

    final Consumer<byte[]> run;
    private final Supplier<List<byte[]>> seeds;

    Target(Consumer<byte[]> run, Supplier<List<byte[]>> seeds) {
        this.run = run;
        this.seeds = seeds;
    }

    List<byte[]> seeds() {
        return seeds.get();
    }

    /** Three packets in a row of each sample, in each wrapping; two in each tunnel, cut into fragments. */
    private static List<byte[]> frames() {
        List<byte[]> inputs = new ArrayList<>();
        for (Path file : SampleFiles.captures()) {
            List<RawFrame> packets = RawFrame.of(CaptureFile.read(file));
            for (Rewrap.Way way : Rewrap.ways()) {
                List<RawFrame> some = way.wrapped(packets.subList(0, Math.min(9, packets.size())));
                for (int i = 0; i + 3 <= some.size() && i < 9; i += 3) {
                    inputs.add(FrameTarget.input(some.subList(i, i + 3)));
                }
            }
            for (Rewrap.Way way : Rewrap.tunnels()) {
                List<RawFrame> two = way.wrapped(packets.subList(0, Math.min(2, packets.size())));
                inputs.add(FrameTarget.input(
                        Rewrap.cut(two, 24).stream().flatMap(List::stream).toList()));
            }
        }
        return inputs;
    }

    /** Decisions at random: where they end, the simplest is chosen. */
    private static List<byte[]> choices() {
        Random random = new Random(445);
        List<byte[]> inputs = new ArrayList<>(List.of(new byte[0]));
        for (int i = 1; i <= CONVERSATIONS; i++) {
            byte[] input = new byte[8 * i];
            random.nextBytes(input);
            inputs.add(input);
        }
        return inputs;
    }

    private static List<byte[]> messages() {
        List<byte[]> inputs = new ArrayList<>();
        for (Path file : SampleFiles.captures()) {
            for (RawFrame p : RawFrame.of(CaptureFile.read(file))) {
                byte[] b = p.bytes();
                for (int at = 54; at + 40 < b.length && at < 90; at++) {
                    if (b[at + 1] == 'S' && b[at + 2] == 'M' && b[at + 3] == 'B') {
                        inputs.add(java.util.Arrays.copyOfRange(b, at, b.length));
                    }
                }
            }
        }
        return inputs;
    }

    private static List<byte[]> files() {
        List<byte[]> inputs = new ArrayList<>();
        try (Stream<Path> formats =
                Files.list(SampleFiles.directory().resolve("formats")).sorted()) {
            for (Path file : formats.toList()) {
                byte[] all = Files.readAllBytes(file);
                inputs.add(java.util.Arrays.copyOf(all, Math.min(all.length, SMALL)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return inputs;
    }

    private static List<byte[]> texts() {
        return Stream.of(
                        "198.18.0.1",
                        "fd00::1/64",
                        "::ffff:1.2.3.4",
                        "[::1]:10445",
                        ":10445",
                        "localhost:1",
                        "1:2:3::/9")
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    private static List<byte[]> configurations() {
        Path deploy = SampleFiles.directory().resolve("../../deploy");
        List<byte[]> inputs = new ArrayList<>();
        try (Stream<Path> access = Files.list(deploy.resolve("web-config"))) {
            inputs.add(uncommented(deploy.resolve("tap445.yaml.example")));
            inputs.add(uncommented(deploy.resolve("accepted.yaml.example")));
            for (Path file : access.sorted().toList()) {
                inputs.add(uncommented(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (String text : List.of(
                "a: &x {b: *x}\n",
                "a: &x [1, 2]\nb: *x\n",
                "devices: &d\n- address: 192.0.2.7\n  owner: o\n  reason: r\n- subnet: 192.0.2.0/24\n  owner: *d\n",
                "interface: !!java.lang.String eth1\n--- {}\n? [a]\n: b\n",
                "[".repeat(200))) {
            inputs.add(text.getBytes(StandardCharsets.UTF_8));
        }
        return inputs;
    }

    /** Examples explain what they leave to the default in comments. */
    private static byte[] uncommented(Path file) throws IOException {
        return Files.readString(file).replaceAll("(?m)^#(?=[a-z -]*:)", "").getBytes(StandardCharsets.UTF_8);
    }

    private static List<byte[]> requests() {
        return Stream.of(
                        "GET /metrics HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n",
                        "GET /metrics?name[]=a&name[]=b HTTP/1.1\r\nHost: x\r\n\r\n",
                        "GET /api/v1/clients?client=198.18.0.0/15&verdict=smb1_only HTTP/1.1\r\nHost: x\r\n\r\n",
                        "GET /../../etc/passwd HTTP/1.0\r\n\r\n",
                        "POST /-/reload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n",
                        "HEAD / HTTP/1.1\r\nHost: x\r\nAuthorization: Basic eA==\r\nContent-Length: 9\r\n\r\n123456789")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }
}
