package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sensor as a process of its own on a veth pair in a network namespace of its own. */
final class PrivilegesTest {
    private static final String NET_RAW = "0000000000002000";
    private static final String NOTHING = "0000000000000000";
    private static final long TIMEOUT = 30_000_000_000L;

    private final String namespace = "tap445-rights-" + ProcessHandle.current().pid();

    @TempDir
    private Path folder;

    @BeforeEach
    void makeNamespace() throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "skipped: a network namespace can be made by root alone");
        assumeTrue(has("ip") && has("setpriv"), "skipped: iproute2 or setpriv is not installed");
        assumeTrue(run("ip", "netns", "add", namespace) == 0, "skipped: no network namespace can be made here");
        run("ip", "-n", namespace, "link", "set", "lo", "up");
        makePair();
    }

    @AfterEach
    void removeNamespace() throws Exception {
        run("ip", "netns", "del", namespace);
    }

    private void makePair() throws Exception {
        run("ip", "-n", namespace, "link", "add", "tap0", "type", "veth", "peer", "name", "wire0");
        run("ip", "-n", namespace, "link", "set", "tap0", "up");
        run("ip", "-n", namespace, "link", "set", "wire0", "up");
    }

    @Test
    void dropsRootInEveryThreadAndOpensTheInterfaceAgain() throws Exception {
        Process sensor = live(List.of(), "--user", "nobody");
        try (BufferedReader log = sensor.errorReader()) {
            await(log, "running as nobody with CAP_NET_RAW alone");
            await(log, "watching tap0");
            int capturing = 0;
            for (List<String> status : threads(sensor)) {
                assertThat(field(status, "Uid")).isEqualTo("65534 65534 65534 65534");
                assertThat(field(status, "Gid")).isEqualTo("65534 65534 65534 65534");
                assertThat(field(status, "Groups")).isEqualTo("65534");
                assertThat(field(status, "CapPrm")).isIn(NET_RAW, NOTHING);
                assertThat(field(status, "CapEff")).isIn(NET_RAW, NOTHING);
                assertThat(field(status, "CapInh")).isEqualTo(NOTHING);
                if (field(status, "Name").startsWith("capture-")) {
                    assertThat(field(status, "CapEff")).isEqualTo(NET_RAW);
                    assertThat(field(status, "NoNewPrivs")).isEqualTo("1");
                    capturing++;
                }
            }
            assertThat(capturing).isEqualTo(1);

            run("ip", "-n", namespace, "link", "del", "tap0");
            await(log, "trying to open it again");
            makePair();
            await(log, "tap0: capturing again");
        } finally {
            sensor.destroyForcibly().waitFor();
        }
    }

    @Test
    void runsAsAnOrdinaryUserWithTheOneCapability() throws Exception {
        Process sensor = live(List.of(
                "setpriv",
                "--reuid=nobody",
                "--regid=nogroup",
                "--clear-groups",
                "--inh-caps=-all,+net_raw",
                "--ambient-caps=-all,+net_raw",
                "--bounding-set=-all,+net_raw",
                "--no-new-privs"));
        try (BufferedReader log = sensor.errorReader()) {
            await(log, "watching tap0");
            for (List<String> status : threads(sensor)) {
                assertThat(field(status, "Uid")).isEqualTo("65534 65534 65534 65534");
                assertThat(field(status, "CapEff")).isEqualTo(NET_RAW);
                assertThat(field(status, "CapBnd")).isEqualTo(NET_RAW);
            }
        } finally {
            sensor.destroyForcibly().waitFor();
        }
    }

    @Test
    void refusesUsersThatItCannotBecome() throws Exception {
        assertThat(refusal(List.of(), "--user", "no-such-user"))
                .isEqualTo("2 tap445: --user no-such-user: there is no such user");
        assertThat(refusal(List.of(), "--user", "root"))
                .isEqualTo("2 tap445: --user root: is root; give an ordinary user");
        assertThat(refusal(List.of("setpriv", "--reuid=nobody", "--clear-groups"), "--user", "daemon"))
                .isEqualTo("2 tap445: --user daemon: only root can become another user");
    }

    @Test
    void saysWhereTheUserCannotReadTheSensor() throws Exception {
        Files.setPosixFilePermissions(copy(), PosixFilePermissions.fromString("rwx------"));
        assertThat(refusal(List.of(), "--user", "nobody"))
                .isEqualTo("1 tap445: --user nobody: this user cannot read the sensor's own files: install it where"
                        + " all can, such as /opt");
    }

    @Test
    void saysWhatIsMissingToChangeTheUser() throws Exception {
        List<String> captureAlone = List.of("setpriv", "--inh-caps=-all", "--bounding-set=-all,+net_raw");
        assertThat(refusal(captureAlone, "--user", "nobody"))
                .isEqualTo("1 tap445: --user: cannot take the groups of nobody: Operation not permitted");
    }

    @Test
    void saysWhereTheStoreIsAnothers() throws Exception {
        Path state = Files.createDirectory(folder.resolve("state"));
        Files.createFile(state.resolve("inventory.db"));
        Files.setPosixFilePermissions(state, PosixFilePermissions.fromString("rwx------"));
        List<String> other = List.of("setpriv", "--reuid=nobody", "--clear-groups");
        for (String command : List.of("report", "export")) {
            assertThat(refusal(sensor(other, command, "--state-dir", state.toString())))
                    .isEqualTo("1 tap445: no permission to read the store in " + state + ": be root, or who owns it");
        }
    }

    private String refusal(List<String> prefix, String... options) throws Exception {
        return refusal(live(prefix, options));
    }

    private static String refusal(Process sensor) throws Exception {
        try (BufferedReader log = sensor.errorReader()) {
            String last = log.lines().reduce("", (before, line) -> line);
            return sensor.waitFor() + " " + last;
        }
    }

    private Process live(List<String> prefix, String... options) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of("live", "-i", "tap0", "--buffer", "1", "--web.listen-address", "127.0.0.1:0"));
        arguments.addAll(List.of(options));
        return sensor(prefix, arguments.toArray(String[]::new));
    }

    private Process sensor(List<String> prefix, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        command.addAll(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-Xshare:auto"));
        command.addAll(List.of("-Djna.tmpdir=" + folder, "-cp", classPath(), "dev.tap445.app.Main"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** Everything where an ordinary user can read it, which the project's directory need not be. */
    private String classPath() throws IOException {
        Path copy = copy();
        try (Stream<Path> entries = Files.list(copy)) {
            return String.join(
                    File.pathSeparator,
                    entries.map(Path::toString)
                            .filter(name -> !name.endsWith("~"))
                            .toList());
        }
    }

    private Path copy() throws IOException {
        Path copy = folder.resolve("sensor");
        if (Files.exists(copy)) {
            return copy;
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.createDirectory(copy);
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isRegularFile(path)) {
                Files.copy(path, copy.resolve(path.getFileName()));
            } else if (path.endsWith("classes")) {
                copyTree(path, copy.resolve("classes"));
            }
        }
        return copy;
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    /** Lines of the status of each thread that does not end meanwhile. */
    private static List<List<String>> threads(Process process) throws IOException {
        List<List<String>> all = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            for (Path task : (Iterable<Path>) tasks::iterator) {
                try {
                    all.add(Files.readAllLines(task.resolve("status")));
                } catch (IOException e) {
                    assertThat(task).doesNotExist();
                }
            }
        }
        assertThat(all).hasSizeGreaterThan(10);
        return all;
    }

    private static String field(List<String> status, String name) {
        return status.stream()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip().replace('\t', ' '))
                .findFirst()
                .orElseThrow();
    }

    private static void await(BufferedReader log, String text) throws IOException {
        List<String> seen = new ArrayList<>();
        long end = System.nanoTime() + TIMEOUT;
        while (System.nanoTime() < end) {
            String line = log.readLine();
            if (line == null) {
                break;
            }
            seen.add(line);
            if (line.contains(text)) {
                return;
            }
        }
        throw new AssertionError("no line with \"" + text + "\" in:\n" + String.join("\n", seen));
    }

    private static boolean has(String program) throws Exception {
        return run("which", program) == 0;
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
