package dev.tap445.app;

import dev.tap445.export.access.Access;
import dev.tap445.export.access.AccessException;
import java.nio.file.Path;
import picocli.CommandLine.ParameterException;

/** Reads a file as each kind of configuration there is, as {@code live} would, without opening an interface. */
public final class ConfigProbe {
    private ConfigProbe() {}

    /** Throws whatever is neither an answer nor a complaint of one line. */
    public static void read(Path file) {
        options(file);
        complaint(() -> AcceptedFile.read(file.toString()));
        try (Access access = Access.of(file)) {
            access.headers();
        } catch (AccessException e) {
            checkLine(e);
        }
    }

    private static void options(Path file) {
        complaint(() -> {
            String[] arguments = {"live", "--config=" + file};
            var line = Main.commandLine(arguments);
            try {
                line.parseArgs(ConfiguredArguments.expand(arguments));
            } catch (ParameterException e) {
                checkLine(e);
                return;
            }
            Main.live(line).validate();
        });
    }

    private static void complaint(Runnable reading) {
        try {
            reading.run();
        } catch (CommandFailure e) {
            checkLine(e);
        }
    }

    private static void checkLine(Exception e) {
        String message = e.getMessage();
        if (message == null || message.isBlank()) {
            throw new AssertionError("no word on what is wrong", e);
        }
    }
}
