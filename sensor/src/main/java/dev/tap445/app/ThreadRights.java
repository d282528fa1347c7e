package dev.tap445.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What the kernel says that the threads of this process may do: /proc/self/task/N/status (proc(5)). */
final class ThreadRights {
    /** linux/capability.h. */
    static final int CAP_NET_RAW = 13;

    private static final Path TASKS = Path.of("/proc/self/task");

    private ThreadRights() {}

    /** Fails where a thread has another user or group than this, or a capability beside CAP_NET_RAW. */
    static void require(int user, int group) {
        try (Stream<Path> tasks = Files.list(TASKS)) {
            tasks.forEach(task -> check(task, user, group));
        } catch (IOException | UncheckedIOException e) {
            throw new CommandFailure(ExitCode.FAILED, "--user: cannot see what was given up: " + e.getMessage());
        }
    }

    private static void check(Path task, int user, int group) {
        List<String> status;
        try {
            status = Files.readAllLines(task.resolve("status"));
        } catch (IOException e) {
            if (Files.exists(task)) {
                throw new UncheckedIOException(e);
            }
            return; // the thread has ended meanwhile
        }
        if (!isRestricted(status, user, group)) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "--user: thread " + task.getFileName() + " kept rights that it should not have: "
                            + String.join(
                                    ", ",
                                    status.stream()
                                            .filter(line -> line.matches("(Uid|Gid|CapPrm|CapEff|CapInh):.*"))
                                            .toList()));
        }
    }

    /** {@code status}: the lines of /proc/PID/status. */
    static boolean isRestricted(List<String> status, int user, int group) {
        return all(status, "Uid:", user)
                && all(status, "Gid:", group)
                && atMostNetRaw(status, "CapPrm:")
                && atMostNetRaw(status, "CapEff:")
                && atMostNetRaw(status, "CapAmb:");
    }

    private static boolean all(List<String> status, String field, int id) {
        String[] ids = value(status, field).split("\\s+");
        return ids.length == 4 && Arrays.stream(ids).allMatch(each -> each.equals(Integer.toUnsignedString(id)));
    }

    private static boolean atMostNetRaw(List<String> status, String field) {
        long set = Long.parseUnsignedLong(value(status, field), 16);
        return (set & ~(1L << CAP_NET_RAW)) == 0;
    }

    private static String value(List<String> status, String field) {
        return status.stream()
                .filter(line -> line.startsWith(field))
                .map(line -> line.substring(field.length()).strip())
                .findFirst()
                .orElse("0");
    }
}
