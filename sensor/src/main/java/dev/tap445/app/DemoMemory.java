package dev.tap445.app;

import dev.tap445.inventory.AcceptedDevice;
import dev.tap445.inventory.AcceptedDevices;
import dev.tap445.inventory.ChronicleOptions;
import dev.tap445.inventory.Inventory;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Subnet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * A memory for the demo, so that it has all that a live sensor has: a store, in a temporary directory that goes with it
 * unless one is given, and a device of the office whose SMB1 somebody has accepted. Nothing is learned first: what the
 * demo shows is news.
 */
final class DemoMemory {
    private static final String ACCEPTED = "198.18.10.52";
    private static final Duration ACCEPTED_FOR = Duration.ofDays(90);
    /** A replay begins before the demo was started, and so ends its learning. */
    private static final Duration BEFORE_ANY_REPLAY = Duration.ofDays(-30);

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description =
                    "Keep what is known here, over restarts (default: a temporary directory, removed at the end).")
    private @Nullable String stateDirectory;

    @Option(
            names = "--events",
            paramLabel = "FILE|-",
            description = "Write events as JSON lines (ECS) to this file, or to standard output.")
    private @Nullable String events;

    @Option(
            names = "--accepted",
            paramLabel = "FILE",
            description = "YAML file of devices whose SMB1 is accepted (default: PC-DESIGN of the office).")
    private @Nullable String accepted;

    /** A memory and the directory that ends with it. */
    record Kept(Memory memory, Optional<Path> temporary) implements AutoCloseable {
        @Override
        public void close() {
            memory.close();
            temporary.ifPresent(DemoMemory::remove);
        }
    }

    /** Loads what is known into {@code inventory}; {@code office}: the bundled capture is played. */
    Kept open(Inventory inventory, boolean office) {
        MemoryOptions options = new MemoryOptions();
        options.events = events;
        options.accepted = accepted;
        ChronicleOptions given = options.chronicle();
        AcceptedDevices known = office && accepted == null ? new AcceptedDevices(List.of(design())) : given.accepted();
        ChronicleOptions chronicle =
                new ChronicleOptions(known, BEFORE_ANY_REPLAY.toNanos(), given.returnAfter(), given.interval());
        Optional<Path> temporary = stateDirectory == null ? temporary() : Optional.empty();
        String directory =
                stateDirectory == null ? temporary.map(Path::toString).orElse("") : stateDirectory;
        options.stateDirectory = directory;
        try {
            return new Kept(Memory.open(inventory, options, chronicle, List.of("demo"), () -> false), temporary);
        } catch (CommandFailure e) {
            temporary.ifPresent(DemoMemory::remove);
            throw e;
        }
    }

    private static AcceptedDevice design() {
        long until = Math.multiplyExact(System.currentTimeMillis() + ACCEPTED_FOR.toMillis(), 1_000_000L);
        Subnet device = new Subnet(IpAddress.parse(ACCEPTED).orElseThrow(), 128);
        return new AcceptedDevice(device, false, "design team", "drawings in NAS-ARCHIVE, moving to FS-01", until);
    }

    /** Empty where nothing can be written, as in a container with a read-only root. */
    private static Optional<Path> temporary() {
        try {
            return Optional.of(Files.createTempDirectory("tap445-demo-"));
        } catch (IOException e) {
            System.err.println("tap445 demo: no temporary directory, so no store: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static void remove(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("tap445 demo: " + directory + " stays behind: " + e.getMessage());
        }
    }
}
