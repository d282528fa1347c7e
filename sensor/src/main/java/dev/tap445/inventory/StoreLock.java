package dev.tap445.inventory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One sensor alone uses a state directory. */
final class StoreLock {
    private static final Logger LOG = LoggerFactory.getLogger(StoreLock.class);

    private StoreLock() {}

    /**
     * Takes the lock, which closing the channel gives back; null where there can be none.
     *
     * @throws StoreException where somebody else has it
     */
    static @Nullable FileChannel take(Path directory) throws StoreException {
        try {
            FileChannel channel = FileChannel.open(
                    directory.resolve("inventory.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new StoreException(
                        StoreException.Reason.IN_USE,
                        directory + " is in use by a sensor: stop it first, or give another --state-dir");
            }
            return channel;
        } catch (IOException e) {
            if (Files.isDirectory(directory)) { // else that was said
                LOG.warn("cannot lock {}: {}", directory, FileTrouble.of(e));
            }
            return null;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** Gives back what was taken. */
    static void release(@Nullable FileChannel held) {
        if (held != null) {
            try {
                held.close();
            } catch (IOException e) {
                LOG.debug("unlocking: {}", e.toString());
            }
        }
    }
}
