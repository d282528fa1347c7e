package dev.tap445.app;

import dev.tap445.inventory.ChronicleOptions;
import dev.tap445.inventory.StoreRetention;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a sensor remembers, and what it tells at once. */
final class MemoryOptions {
    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "Keep what is known here, over restarts (default: $STATE_DIRECTORY; without it, in memory).")
    @Nullable String stateDirectory;

    @Option(
            names = "--events",
            paramLabel = "FILE|-",
            description = "Write events as JSON lines (ECS) to this file, which is rotated, or to standard output.")
    @Nullable String events;

    @Option(
            names = "--accepted",
            paramLabel = "FILE",
            description = "YAML file of devices whose SMB1 is accepted: they are counted and do not alert.")
    @Nullable String accepted;

    @Option(
            names = "--learning",
            paramLabel = "DURATION",
            description =
                    "From the first start on, what is found is taken for the stock and does not alert; 0s for none "
                            + "(default: 24h).")
    String learning = "24h";

    @Option(
            names = "--events.interval",
            paramLabel = "DURATION",
            description = "Least time between two events of one kind about one host (default: 1h).")
    String interval = "1h";

    @Option(
            names = "--events.returned-after",
            paramLabel = "DURATION",
            description = "SMB1 of a client is an event again after so long without (default: 30d).")
    String returnedAfter = "30d";

    @Option(
            names = "--retention.smb1",
            paramLabel = "DAYS",
            description = "Days a host with SMB1 stays in the store after it was last seen (default: 400).")
    int smb1Days = StoreRetention.DEFAULT.smb1Days();

    @Option(
            names = "--retention.smb",
            paramLabel = "DAYS",
            description = "Likewise hosts with SMB2 and SMB3 alone (default: 180).")
    int smbDays = StoreRetention.DEFAULT.smbDays();

    @Option(
            names = "--retention.attempts",
            paramLabel = "DAYS",
            description = "Likewise hosts of which there are attempts alone (default: 7).")
    int attemptDays = StoreRetention.DEFAULT.attemptDays();

    @Option(
            names = "--retention.events",
            paramLabel = "DAYS",
            description = "Days an event stays in the store (default: 90).")
    int eventDays = StoreRetention.DEFAULT.eventDays();

    /** Complains about values; reads the accepted devices. */
    ChronicleOptions chronicle() {
        long learningNanos = learning.matches("0[smhd]?") ? 0 : nanos("--learning", learning);
        return new ChronicleOptions(
                AcceptedFile.read(accepted),
                learningNanos,
                nanos("--events.returned-after", returnedAfter),
                nanos("--events.interval", interval));
    }

    StoreRetention retention() {
        days("--retention.smb1", smb1Days);
        days("--retention.smb", smbDays);
        days("--retention.attempts", attemptDays);
        days("--retention.events", eventDays);
        return new StoreRetention(smb1Days, smbDays, attemptDays, eventDays);
    }

    private static void days(String option, int days) {
        if (days < 1 || days > 36_500) {
            throw new CommandFailure(ExitCode.USAGE, option + " " + days + ": give 1 to 36500 days");
        }
    }

    private static long nanos(String option, String text) {
        return ReportOptions.duration(option, text).toNanos();
    }

    /** Complains about files that can never be written, whatever the rights and however much room there is. */
    void places() {
        Path directory = directory();
        if (directory != null && Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new CommandFailure(ExitCode.USAGE, "--state-dir " + directory + ": not a directory");
        }
        if (events != null && !events.equals("-")) {
            Path file = Path.of(events).toAbsolutePath();
            Path folder = file.getParent();
            if (folder == null || Files.isDirectory(file)) {
                throw new CommandFailure(ExitCode.USAGE, "--events " + events + ": a directory");
            }
            if (Files.notExists(folder)) {
                throw new CommandFailure(ExitCode.USAGE, "--events " + events + ": there is no directory " + folder);
            }
        }
    }

    /** Where to keep the store; null for in memory. */
    @Nullable Path directory() {
        String directory = stateDirectory != null ? stateDirectory : System.getenv("STATE_DIRECTORY");
        return directory == null || directory.isEmpty()
                ? null
                : Path.of(directory.split(":", 2)[0]);
    }
}
