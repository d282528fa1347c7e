package dev.tap445.fleet;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code sensor/samples/lab.sh}: hosts in network namespaces with real Samba, and a wire of which {@link #TAP} shows all,
 * as a mirror port does. Needs root.
 */
final class Laboratory implements AutoCloseable {
    /** The interface to watch, outside of the namespaces. */
    static final String TAP = "t445e-mirror";

    private static final String PREFIX = "t445e";
    private static final long PATIENCE_SECONDS = 60;

    private final Path directory;
    private final Path script = Tools.root().resolve("sensor/samples/lab.sh");
    private int calls;

    /** Skips the test where it cannot be had. */
    Laboratory(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        assumeTrue(System.getProperty("user.name").equals("root"), "network namespaces need root");
        Tools.need(
                "ip",
                "iproute2",
                "smbd",
                "samba",
                "smbclient",
                "smbclient",
                "nft",
                "nftables",
                "ping",
                "iputils-ping",
                "ethtool",
                "ethtool",
                "tcpdump",
                "tcpdump",
                "tshark",
                "tshark",
                "unshare",
                "util-linux");
        assumeTrue(run("lab_up") == 0, () -> "no network namespaces here: " + said());
        try {
            must("lab_segment office");
            // A hub: what comes in on one port goes out on all others, the mirror among them.
            must("lab_in tap ip link set office type bridge ageing_time 0");
            must("ip link add " + TAP + " type veth peer name mirror netns $(lab_ns tap)");
            must("sysctl -qw net.ipv6.conf." + TAP + ".disable_ipv6=1");
            must("lab_in tap ip link set mirror master office up");
            must("ip link set " + TAP + " up");
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    void must(String commands) throws IOException, InterruptedException {
        if (run(commands) != 0) {
            throw new IllegalStateException(commands + ": " + said());
        }
    }

    private String said() {
        try {
            return Files.readString(log()).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path log() {
        return directory.resolve("lab-" + calls + ".log");
    }

    /** Exit status of shell commands that may use the functions of the laboratory. */
    int run(String commands) throws IOException, InterruptedException {
        calls++;
        ProcessBuilder builder = new ProcessBuilder(
                        "bash", "-c", ". \"$1\"; " + commands, "laboratory", script.toString())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile());
        builder.environment().put("LAB_PREFIX", PREFIX);
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            List<ProcessHandle> family = new ArrayList<>(process.descendants().toList());
            process.destroyForcibly();
            family.forEach(ProcessHandle::destroyForcibly);
            throw new IllegalStateException(commands + " takes too long");
        }
        return process.exitValue();
    }

    @Override
    public void close() throws IOException {
        try {
            run("lab_down");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
