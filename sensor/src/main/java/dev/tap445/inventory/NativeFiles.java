package dev.tap445.inventory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where native libraries are unpacked: the state directory, for {@code /tmp} may be mounted noexec. */
final class NativeFiles {
    private static final Logger LOG = LoggerFactory.getLogger(NativeFiles.class);

    private NativeFiles() {}

    /** Makes the directory where it is missing, and points unpacking there unless told otherwise. */
    static void prepare(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            LOG.error("cannot make {}: {}", directory, e.toString());
        }
        if (Files.isWritable(directory)) {
            for (String property : new String[] {"org.sqlite.tmpdir", "jna.tmpdir"}) {
                if (System.getProperty(property) == null) {
                    System.setProperty(property, directory.toAbsolutePath().toString());
                }
            }
        }
    }
}
