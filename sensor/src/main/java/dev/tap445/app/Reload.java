package dev.tap445.app;

import dev.tap445.export.Exporter;
import dev.tap445.export.Reloaded;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Reads the configuration again, with the arguments that were given at the start. All that can change without a restart
 * changes at once, or nothing does; what needs a restart is named. Packets and flows know nothing of it.
 */
final class Reload {
    private static final Logger LOG = LoggerFactory.getLogger(Reload.class);
    private static final Set<String> WITHOUT_RESTART = Set.of(
            "--accepted",
            "--learning",
            "--events.interval",
            "--events.returned-after",
            "--window",
            "--readiness-window",
            "--scanner-destinations",
            "--scanner-window",
            "--scanner-allow");

    private final Memory memory;
    private final String[] given;
    private final LiveCommand started;

    private Reload(Memory memory, List<String> given, LiveCommand started) {
        this.memory = memory;
        this.given = given.toArray(String[]::new);
        this.started = started;
    }

    /** Answers SIGHUP and {@code POST /-/reload} from now on. */
    static void arm(Exporter service, Memory memory, List<String> given, LiveCommand started) {
        if (given.isEmpty()) {
            return;
        }
        Reload reload = new Reload(memory, given, started);
        service.onReload(reload::run);
        Hangup.onSignal(reload::run);
    }

    private LiveCommand parse() {
        CommandLine line = Main.commandLine(given);
        line.parseArgs(ConfiguredArguments.expand(given));
        return Main.live(line);
    }

    private synchronized Reloaded run() {
        try {
            LiveCommand fresh = parse();
            Memory.Settings settings = fresh.validate();
            List<String> later = needRestart(started.spec(), fresh.spec());
            memory.apply(settings);
            String message = later.isEmpty()
                    ? "configuration reloaded"
                    : "configuration reloaded; these need a restart: " + String.join(", ", later);
            LOG.info("{}", message);
            return new Reloaded(true, message);
        } catch (CommandFailure | ParameterException e) {
            memory.reloadFailed();
            String message = "the configuration stays as it was: " + e.getMessage();
            LOG.error("{}", message);
            return new Reloaded(false, message);
        }
    }

    private static List<String> needRestart(CommandSpec before, CommandSpec now) {
        Set<String> changed = new TreeSet<>();
        for (OptionSpec option : now.options()) {
            OptionSpec old = before.findOption(option.longestName());
            Object value = option.getValue();
            boolean same = old != null && Objects.equals(text(old.getValue()), text(value));
            if (!same && !WITHOUT_RESTART.contains(option.longestName())) {
                changed.add(option.longestName());
            }
        }
        return new ArrayList<>(changed);
    }

    private static String text(@Nullable Object value) {
        return String.valueOf(value);
    }
}
