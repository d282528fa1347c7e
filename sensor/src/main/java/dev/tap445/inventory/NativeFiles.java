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

    /** Points unpacking to the directory unless told otherwise; {@code make} makes it where it is missing. */
    static void prepare(Path directory, boolean make) {
        try {
            if (make) {
                Files.createDirectories(directory);
            }
        } catch (IOException e) {
            LOG.error("cannot make {}: {}", directory, FileTrouble.of(e));
        }
        if (Files.isDirectory(directory) && Files.isWritable(directory)) {
            for (String property : new String[] {"org.sqlite.tmpdir", "jna.tmpdir"}) {
                if (System.getProperty(property) == null) {
                    System.setProperty(property, directory.toAbsolutePath().toString());
                }
            }
        }
    }
}
