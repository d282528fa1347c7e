package dev.tap445.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A network namespace with a veth pair, tap0 and wire0; nothing of it touches the network of this machine. */
final class TestNamespace {
    private static final long TIMEOUT = 20_000_000_000L;

    private final String name = "tap445-" + ProcessHandle.current().pid();

    private TestNamespace() {}

    /** Skips the test where no namespace can be made. */
    static TestNamespace make() throws Exception {
        assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "skipped: a network namespace can be made by root alone");
        assumeTrue(has("ip") && has("tcpreplay"), "skipped: iproute2 or tcpreplay is not installed");
        TestNamespace made = new TestNamespace();
        assumeTrue(tries("ip", "netns", "add", made.name), "skipped: no network namespace can be made here");
        made.inside("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1");
        made.makePair();
        return made;
    }

    void makePair() throws Exception {
        link("add", "tap0", "type", "veth", "peer", "name", "wire0");
        link("set", "tap0", "up");
        link("set", "wire0", "up");
    }

    /** {@code ip link} with these arguments. */
    void link(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("ip", "-n", name, "link"));
        all.addAll(List.of(arguments));
        run(all);
    }

    void replay(Path capture) throws Exception {
        inside("tcpreplay", "-q", "--pps=20000", "-i", "wire0", capture.toString());
    }

    /** {@link LiveProbe} within the namespace. */
    Process probe(List<String> as, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", name));
        command.addAll(as);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djna.tmpdir=/tmp",
                "-cp",
                System.getProperty("java.class.path"),
                LiveProbe.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** The first line that is {@code wanted}. */
    static String await(BufferedReader out, Predicate<String> wanted) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT;
        String line;
        String last = "nothing";
        while ((line = out.readLine()) != null) {
            if (wanted.test(line)) {
                return line;
            }
            last = line;
            if (System.nanoTime() > deadline) {
                break;
            }
        }
        throw new AssertionError("not seen in time; the last line was: " + last);
    }

    private void inside(String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(List.of(command));
        run(all);
    }

    private static void run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", command) + ": " + out).isZero();
    }

    private static boolean tries(String... command) throws Exception {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean has(String command) throws Exception {
        return tries("sh", "-c", "command -v " + command);
    }

    void remove() throws Exception {
        tries("ip", "netns", "del", name);
    }
}
