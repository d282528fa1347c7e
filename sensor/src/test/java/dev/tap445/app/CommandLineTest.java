package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tap445.inventory.Inventory;
import dev.tap445.inventory.InventoryOptions;
import dev.tap445.inventory.InventoryStore;
import dev.tap445.inventory.StoreRetention;
import dev.tap445.support.ByteWriter;
import dev.tap445.support.Conversation;
import dev.tap445.support.Packet;
import dev.tap445.support.Pcap;
import dev.tap445.support.Smb;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user sees of the command: exit code, standard output, one line on standard error. Each in a process. */
final class CommandLineTest {
    private static final Path SAMPLES =
            Path.of(System.getProperty("tap445.root", ".."), "sensor/samples").toAbsolutePath();
    private static final Path SMB1_ONLY = SAMPLES.resolve("smb1-only.pcap");
    private static final int SECONDS = 180;

    @TempDir
    private Path folder;

    private record Ran(int exitCode, String out, String err) {
        /** One line, no stack trace, nothing that steers a terminal. */
        Ran failedWith(int code, String... words) {
            assertThat(err.lines()).as(err).hasSize(1);
            assertThat(err).startsWith("tap445: ").doesNotContainPattern("[\\x00-\\x09\\x0b-\\x1f]");
            assertThat(List.of(words)).allSatisfy(word -> assertThat(err).contains(word));
            assertThat(exitCode).as(err).isEqualTo(code);
            return this;
        }

        Ran succeeded() {
            assertThat(exitCode).as(err).isZero();
            assertThat(err).isEmpty();
            return this;
        }
    }

    static Stream<List<String>> wrongUsage() {
        String file = SMB1_ONLY.toString();
        return Stream.of(
                List.of("unknown option: --nope", "--nope"),
                List.of("no such command", "reed"),
                List.of("did you mean read", "reed"),
                List.of("FILE", "read"),
                List.of("--interface", "live"),
                List.of("--format", "read", "--format", "xml", file),
                List.of("--window x", "read", "--window", "x", file),
                List.of("--window 0s", "read", "--window", "0s", file),
                List.of("--window -1d", "read", "--window=-1d", file),
                List.of("give one of the two", "report", "--since", "2026-03-01", "--window", "7d"),
                List.of("--workers", "read", "--workers", "many", file),
                List.of("--workers 0", "read", "--workers", "0", file),
                List.of("--client", "read", "--client", "192.0.2.300", file),
                List.of("--subnet", "read", "--subnet", "192.0.2.0/33", file),
                List.of("--captures 0", "live", "-i", "lo", "--captures", "0"),
                List.of("--interface: a name is empty", "live", "-i", ""),
                List.of("--interface lo: given twice", "live", "-i", "lo", "-i", "eth0", "-i", "lo"),
                List.of("--ring 3", "live", "-i", "lo", "--ring", "3"),
                List.of("--speed", "demo", "--speed", "0"));
    }

    @ParameterizedTest
    @MethodSource("wrongUsage")
    void wrongUsageIsOneLineAndExitCode2(List<String> wordThenArguments) throws Exception {
        String word = wordThenArguments.getFirst();
        List<String> arguments = wordThenArguments.subList(1, wordThenArguments.size());
        Ran ran = runHere(arguments.toArray(String[]::new));
        ran.failedWith(2, word);
        assertThat(ran.out).isEmpty();
    }

    @Test
    void aloneItShowsItsHelpAndExits2() throws Exception {
        Ran ran = run();
        assertThat(ran.exitCode).isEqualTo(2);
        assertThat(ran.err).contains("Usage: tap445").contains("tap445 demo").endsWith("tap445: name a command\n");
    }

    @Test
    void wrongConfigurationExits78() throws Exception {
        assumeLibpcap();
        runHere("check", "-f", "tcp prot").failedWith(78, "tcp prot", "syntax error");
        runHere("check", "--web.listen-address", "nowhere").failedWith(78, "nowhere");
        assertThat(runHere("check", "-f", "tcp port 445", "--web.listen-address", ":10445")
                        .succeeded()
                        .out)
                .isEqualTo("ok\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "live", "read", "demo", "interfaces", "check"})
    void helpHasExamplesAndFitsATerminal(String command) throws Exception {
        Ran ran = command.isEmpty() ? runHere("--help") : runHere(command, "--help");
        ran.succeeded();
        String name = "tap445" + (command.isEmpty() ? "" : " " + command);
        assertThat(ran.out)
                .contains("Usage: " + name)
                .contains("Examples:\n  " + name)
                .contains("--help");
        assertThat(ran.out.lines().filter(line -> line.length() > 100)).isEmpty();
        if (!command.isEmpty()) {
            assertThat(runHere("help", command).succeeded().out).isEqualTo(ran.out);
        }
    }

    @Test
    void saysItsVersion() throws Exception {
        assertThat(run("-V").succeeded().out).startsWith("tap445 ");
        assertThat(runHere("--version").succeeded().out).startsWith("tap445 ");
    }

    @Test
    void habitsOfTheFieldWork() throws Exception {
        assumeLibpcap();
        String report = run("read", SMB1_ONLY.toString()).succeeded().out;
        assertThat(run("-r", SMB1_ONLY.toString()).succeeded().out).isEqualTo(report);
        assertThat(run("-D").succeeded().out)
                .isEqualTo(run("interfaces").succeeded().out)
                .contains("lo ");
        run("-i", "nope0").failedWith(1, "nope0: no such interface; there are: ", "lo");
    }

    @Test
    void aFileThatIsNoCaptureIsOneLineAndExitCode1() throws Exception {
        Path empty = Files.createFile(folder.resolve("empty.pcap"));
        Path text = Files.writeString(folder.resolve("text.pcap"), "Dear reader, this is a letter.");
        Path three = Files.write(folder.resolve("three.pcap"), new byte[3]);
        run("read", empty.toString()).failedWith(1, "empty.pcap", "is empty");
        run("read", text.toString()).failedWith(1, "text.pcap", "not a pcap or pcapng capture");
        run("read", three.toString()).failedWith(1, "three.pcap", "not a capture");
        run("read", folder.toString()).failedWith(1, "is a directory");
        run("read", "").failedWith(1, "'': no such file");
        run("read", folder.resolve("nothing").toString()).failedWith(1, "no such file");
        run("read", SMB1_ONLY.toString(), folder.resolve("nothing").toString()).failedWith(1, "no such file");
    }

    @Test
    void aCutFileIsReportedUpToTheCut() throws Exception {
        byte[] whole = Files.readAllBytes(SMB1_ONLY);
        Path cut = Files.write(folder.resolve("cut.pcap"), Arrays.copyOf(whole, whole.length - 5));
        assertThat(run("read", "--quiet", SMB1_ONLY.toString()).succeeded().out).startsWith("packets 74 ");
        assertThat(run("read", "--quiet", cut.toString()).failedWith(1, "cut.pcap: the file is cut").out)
                .startsWith("packets 73 ")
                .endsWith(" truncated 1\n");
        String json = run("read", "--format", "json", cut.toString()).failedWith(1, "the file is cut").out;
        assertThat(json).contains("\"truncated\":1").contains("\"verdict\":\"smb1_only\"");

        byte[] packed = gzip(whole);
        Path cutGzip = Files.write(folder.resolve("cut.pcap.gz"), Arrays.copyOf(packed, packed.length / 2));
        assertThat(run("read", "--quiet", cutGzip.toString()).failedWith(1, "cut.pcap.gz").out)
                .startsWith("packets ")
                .endsWith(" truncated 1\n");
    }

    /** Rings lie outside the heap, which says nothing about how large they may be. */
    @Test
    void aSmallHeapHoldsTheRingsOfManyWorkers() throws Exception {
        Path options = Path.of(System.getProperty("tap445.root"), "sensor", "bin", "jvm.options");
        Ran ran = run(
                new byte[0],
                List.of("@" + options, "-Xmx64m"),
                "read",
                "--quiet",
                "--workers",
                "8",
                SMB1_ONLY.toString());
        assertThat(ran.succeeded().out).startsWith("packets 74 ");
    }

    /** The JVM says nothing of a method that is not there. */
    @Test
    void theOptionsOfTheCompilerNameMethodsThatExist() throws Exception {
        Path options = Path.of(System.getProperty("tap445.root"), "sensor", "bin", "jvm.options");
        String prefix = "-XX:CompileCommand=dontinline,";
        List<String> named = Files.readAllLines(options).stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .toList();
        assertThat(named).isNotEmpty();
        for (String each : named) {
            String[] parts = each.split("::");
            assertThat(Class.forName(parts[0]).getDeclaredMethods())
                    .as(each)
                    .anyMatch(method -> parts[1].equals("*") || method.getName().equals(parts[1]));
        }
    }

    @Test
    void readsStandardInputPlainAndPacked() throws Exception {
        byte[] capture = Files.readAllBytes(SMB1_ONLY);
        for (byte[] input : List.of(capture, gzip(capture))) {
            assertThat(run(input, "read", "--quiet", "-").succeeded().out).startsWith("packets 74 ");
        }
        run(new byte[0], "read", "-").failedWith(1, "standard input", "is empty");
        assertThat(run(Arrays.copyOf(capture, 1000), "read", "--quiet", "-").failedWith(1, "standard input", "cut").out)
                .endsWith(" truncated 1\n");
    }

    @Test
    void hostileFileNamesSteerNoTerminal() throws Exception {
        byte[] capture = Files.readAllBytes(SMB1_ONLY);
        Path hostile = folder.resolve("a\u001b[31mred\nline\u202e.pcap");
        Files.write(hostile, Arrays.copyOf(capture, 1000));
        Ran ran = run("read", hostile.toString()).failedWith(1, "a\\x1b[31mred\\x0aline\\u202e.pcap: the file is cut");
        assertThat(ran.out).contains("a\\x1b[31mred\\x0aline\\u202e.pcap").doesNotContain("\u001b", "\u202e");
        run("read", folder.resolve("\u001b]0;x\u0007").toString()).failedWith(1, "\\x1b]0;x\\x07: no such file");
        run("read", "\u001b[2J", "--what\u001b").failedWith(2, "\\x1b");

        Path dash = Files.write(folder.resolve("-r.pcap"), capture);
        assertThat(run("read", "--quiet", "--", dash.getFileName().toString()).succeeded().out)
                .startsWith("packets 74 ");
        Path plain = Files.write(folder.resolve("größe \" '$(x).pcap"), capture);
        assertThat(run("read", plain.toString()).succeeded().out).contains("größe \" '$(x).pcap");
    }

    @Test
    void aReaderThatGoesAwayIsNoStackTrace() throws Exception {
        List<String> many = new ArrayList<>(List.of("read", "--format", "csv"));
        many.add(manyHosts().toString());
        Process process = start(many);
        process.getOutputStream().close();
        try (InputStream out = process.getInputStream()) {
            assertThat(out.readNBytes(10)).hasSize(10);
        }
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(err).isEmpty();
        assertThat(process.exitValue()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"read", "report", "export", "check", "--help", "-V"})
    void aFullDiskIsSaid(String command) throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "no /dev/full here");
        List<String> arguments = new ArrayList<>(List.of(command));
        if (command.equals("read")) {
            arguments.add(SMB1_ONLY.toString());
        } else if (!command.equals("check") && !command.startsWith("-")) {
            InventoryStore.open(folder, StoreRetention.DEFAULT, new Inventory(InventoryOptions.live()))
                    .close();
            arguments.addAll(List.of("--state-dir", folder.toString()));
        }
        Process process = builder(arguments).redirectOutput(full.toFile()).start();
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(err).isEqualTo(1);
        assertThat(err)
                .startsWith("tap445: ")
                .contains("standard output: No space left on device")
                .hasLineCount(1);
    }

    @Test
    void whatIsNoStoreIsOneLineAndExitCode1() throws Exception {
        run("report", "--state-dir", folder.resolve("nothing").toString()).failedWith(1, "no store in ");
        Path file = Files.createFile(folder.resolve("inventory.db"));
        run("report", "--state-dir", folder.toString()).failedWith(1, "no store in ");
        Files.writeString(file, "no database at all, and long enough to be looked at");
        run("report", "--state-dir", folder.toString()).failedWith(1, "cannot read the store in ");
        run("export", "--state-dir", folder.toString(), folder.toString()).failedWith(1, "cannot read the store in ");
    }

    @Test
    void anAddressInUseIsOneLineAndExitCode1() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            run("demo", "--once", "--web.listen-address", address)
                    .failedWith(1, "cannot listen on " + address, "give another --web.listen-address");
        }
        run("demo", "--once", "--web.listen-address", "nowhere").failedWith(2, "nowhere");
    }

    /** SMB1 was used forty days before the end: ready by default, and not where somebody asks about sixty days. */
    @Test
    void aServerIsReadyForTheWindowThatWasAskedFor() throws Exception {
        Conversation old = Conversation.to(445).open().client(Smb.smb1Negotiate(Smb.NT_LM));
        old.server(Smb.smb1Answer(0)).client(Smb.smb1(Smb.TREE_CONNECT, false)).close();
        Conversation recent = new Conversation(false, 3, 50_000, 2, 445).pauseSeconds(40 * 86_400);
        recent.open()
                .client(Smb.smb2Negotiate(0, 0x311))
                .server(Smb.smb2Answer(0, 0x311))
                .close();
        List<Packet> packets = new ArrayList<>(old.packets());
        packets.addAll(recent.packets());
        String file =
                Files.write(folder.resolve("days.pcap"), Pcap.bytes(packets)).toString();
        assertThat(runHere("read", file).succeeded().out)
                .contains("1 ready to switch SMB1 off, 0 not ready")
                .containsPattern("no\\s+dependent\\s+client\\s+in 30 days;");
        assertThat(runHere("read", "--window", "60d", file).succeeded().out)
                .contains("0 ready to switch SMB1 off, 1 not ready");
        assertThat(runHere("read", "--window", "7d", file).succeeded().out)
                .contains("1 ready to switch SMB1 off, 0 not ready")
                .containsPattern("no\\s+dependent\\s+client\\s+in 7 days;");
    }

    @Test
    void theDemoLeavesNothingBehind() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        assertThat(demo("-Djava.io.tmpdir=" + temporary).exitCode).isZero();
        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void theDemoRunsWhereNothingCanBeWritten() throws Exception {
        Ran ran = demo("-Djava.io.tmpdir=" + folder.resolve("nowhere"));
        assertThat(ran.exitCode).isZero();
        assertThat(ran.err).contains("tap445 demo: no temporary directory, so no store: ");
        assertThat(ran.out).startsWith("packets ");
    }

    @Test
    void theDemoKeepsWhatItIsToldToKeep() throws Exception {
        Path kept = folder.resolve("kept");
        assertThat(demo("-Dx=y", "--state-dir", kept.toString()).exitCode).isZero();
        assertThat(run("report", "--state-dir", kept.toString()).succeeded().out)
                .contains("198.18.20.13");
        assertThat(run("report", "--quiet", "--state-dir", kept.toString()).succeeded().out)
                .startsWith("clients ")
                .hasLineCount(1);
    }

    private Ran demo(String javaOption, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(
                List.of("demo", "--once", "--quiet", "--speed", "100000", "--web.listen-address", ":0"));
        arguments.addAll(List.of(more));
        return run(new byte[0], List.of(javaOption), arguments.toArray(String[]::new));
    }

    private static void assumeLibpcap() {
        assumeTrue(
                Stream.of("/usr/lib", "/lib", "/usr/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu")
                        .anyMatch(each -> Files.exists(Path.of(each, "libpcap.so.1"))
                                || Files.exists(Path.of(each, "libpcap.so.0.8"))),
                "skipped: libpcap is not installed");
    }

    /** Whose report is longer than a pipe holds: twenty thousand servers that answer. */
    private Path manyHosts() throws IOException {
        ByteWriter out = new ByteWriter()
                .u32Le(0xa1b2_c3d4L)
                .u16Le(2)
                .u16Le(4)
                .zeros(8)
                .u32Le(65_535)
                .u32Le(1);
        for (int i = 0; i < 20_000; i++) {
            long client = 0xc612_0001L + i / 20;
            long server = 0xc613_0001L + i;
            record(out, i, client, server, 49_152, 445, 0x02);
            record(out, i, server, client, 445, 49_152, 0x12);
        }
        return Files.write(folder.resolve("many.pcap"), out.toArray());
    }

    private static void record(ByteWriter out, int time, long from, long to, int fromPort, int toPort, int flags) {
        out.u32Le(1_700_000_000L + time / 1000).u32Le(0).u32Le(54).u32Le(54);
        out.u16(0x0200).u32(2).u16(0x0200).u32(1).u16(0x0800);
        out.u16(0x4500).u16(40).u16(time).u16(0).u8(64).u8(6).u16(0).u32(from).u32(to);
        out.u16(fromPort).u16(toPort).u32(1).u32(2).u8(0x50).u8(flags).u16(8192).u32(0);
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }

    /** In this process, which is faster. */
    private static Ran runHere(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream newOut = new ByteArrayOutputStream();
        ByteArrayOutputStream newErr = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(newOut, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(newErr, true, StandardCharsets.UTF_8));
            int exitCode = Main.run(arguments);
            return new Ran(exitCode, newOut.toString(StandardCharsets.UTF_8), newErr.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private Ran run(String... arguments) throws Exception {
        return run(new byte[0], arguments);
    }

    private Ran run(byte[] input, String... arguments) throws Exception {
        return run(input, List.of(), arguments);
    }

    private Ran run(byte[] input, List<String> javaOptions, String... arguments) throws Exception {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        ProcessBuilder builder = builder(List.of(arguments));
        builder.command().addAll(1, javaOptions);
        Process process =
                builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(input);
        } catch (IOException e) {
            assertThat(e).as("the command may end before it read its input").hasMessageContaining("pipe");
        }
        try {
            assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private Process start(List<String> arguments) throws IOException {
        return builder(arguments).start();
    }

    private ProcessBuilder builder(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dstdout.encoding=UTF-8",
                "-Dstderr.encoding=UTF-8",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder;
    }

    /** A store that cannot be read must not cost the export of yesterday. */
    @Test
    void anExportThatIsNotPossibleOverwritesNothing(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("known.json"), "yesterday");
        Files.writeString(folder.resolve("inventory.db"), "no database at all, and long enough to be looked at");
        assertThat(Main.run("export", "--state-dir", folder.toString(), file.toString()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(Files.readString(file)).isEqualTo("yesterday");
    }
}
