package dev.tap445.app;

import dev.tap445.inventory.StoreException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which store a command is about. */
final class StoreOptions {
    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = "The --state-dir of the sensor (default: $STATE_DIRECTORY, else /var/lib/tap445).")
    private @Nullable String directory;

    Path directory() {
        String given = directory != null ? directory : System.getenv("STATE_DIRECTORY");
        return Path.of(given == null || given.isEmpty() ? "/var/lib/tap445" : given.split(":", 2)[0]);
    }

    static CommandFailure failure(StoreException e) {
        boolean newer = e.reason() == StoreException.Reason.NEWER;
        return new CommandFailure(newer ? ExitCode.CONFIGURATION : ExitCode.FAILED, e.line());
    }
}
