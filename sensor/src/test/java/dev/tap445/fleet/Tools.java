package dev.tap445.fleet;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the machine has, and where the project is. */
final class Tools {
    private Tools() {}

    static Path root() {
        return Path.of(System.getProperty("tap445.root", "..")).toAbsolutePath().normalize();
    }

    static boolean has(String program) {
        return Stream.of((System.getenv("PATH") + ":/usr/sbin:/sbin").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /** Skips the test, with the line that installs what is missing. Pairs of program and Debian package. */
    static void need(String... programsAndPackages) {
        List<String> packages = new ArrayList<>();
        for (int i = 0; i < programsAndPackages.length; i += 2) {
            if (!has(programsAndPackages[i])) {
                packages.add(programsAndPackages[i + 1]);
            }
        }
        assumeTrue(packages.isEmpty(), () -> "needs: apt-get install -y " + String.join(" ", packages));
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
