package dev.tap445.fuzz;

import dev.tap445.app.ConfigProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Files that an administrator gives: options, accepted devices, access. Each is taken or complained about in a line. */
public final class ConfigTarget {
    private static @Nullable Path file;

    private ConfigTarget() {}

    public static void fuzzerTestOneInput(byte[] data) {
        try {
            Path known = file;
            if (known == null) {
                known = Files.createTempFile("tap445-fuzz", ".yaml");
                known.toFile().deleteOnExit();
                file = known;
            }
            Files.write(known, data);
            ConfigProbe.read(known);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
