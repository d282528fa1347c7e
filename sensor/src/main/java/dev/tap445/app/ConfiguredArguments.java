package dev.tap445.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * The arguments of {@code live} with those that {@code --config FILE} stands for. A key of the file is the long name of an
 * option without its dashes; what is on the command line goes before what is in the file.
 */
final class ConfiguredArguments {
    private static final String CONFIG = "--config";

    private ConfiguredArguments() {}

    /** {@code given} begins with the command's name. */
    static String[] expand(String[] given) {
        String file = file(given);
        if (file == null) {
            return given;
        }
        List<String> all = new ArrayList<>(List.of(given[0]));
        for (String argument : fromFile(Path.of(file), given)) {
            all.add(argument);
        }
        all.addAll(Arrays.asList(given).subList(1, given.length));
        return all.toArray(String[]::new);
    }

    private static @Nullable String file(String[] given) {
        for (int i = 1; i < given.length; i++) {
            if (given[i].startsWith(CONFIG + "=")) {
                return given[i].substring(CONFIG.length() + 1);
            }
            if (given[i].equals(CONFIG) && i + 1 < given.length) {
                return given[i + 1];
            }
        }
        return null;
    }

    /** What the file stands for, without the options that are in {@code given}. */
    static List<String> fromFile(Path path, String... given) {
        CommandSpec spec = new CommandLine(new LiveCommand()).getCommandSpec();
        List<String> arguments = new ArrayList<>();
        for (ConfigFile.Entry entry : ConfigFile.entries(path)) {
            OptionSpec option = option(spec, entry.key())
                    .orElseThrow(() -> ConfigFile.wrong(
                            path, entry.line(), "unknown key '" + entry.key() + "'; known: " + known(spec)));
            List<String> own = arguments(path, option, entry);
            check(path, entry, own);
            if (Arrays.stream(given).noneMatch(argument -> names(option, argument))) {
                arguments.addAll(own);
            }
        }
        return arguments;
    }

    private static Stream<OptionSpec> options(CommandSpec spec) {
        return spec.options().stream()
                .filter(option -> !option.usageHelp() && !option.versionHelp())
                .filter(option -> !option.longestName().equals(CONFIG));
    }

    private static Optional<OptionSpec> option(CommandSpec spec, String key) {
        return options(spec)
                .filter(option -> option.longestName().equals("--" + key))
                .findFirst();
    }

    private static String known(CommandSpec spec) {
        return options(spec)
                .map(option -> option.longestName().substring(2))
                .sorted(Comparator.naturalOrder())
                .collect(Collectors.joining(", "));
    }

    private static List<String> arguments(Path path, OptionSpec option, ConfigFile.Entry entry) {
        String name = option.longestName();
        if (option.arity().max() == 0) {
            String value = entry.values().size() == 1 ? entry.values().getFirst() : "";
            return switch (value) {
                case "true" -> List.of(name);
                case "false" -> List.of();
                default -> throw ConfigFile.wrong(path, entry.line(), "'" + entry.key() + "': give true or false");
            };
        }
        if (entry.values().size() > 1 && !option.isMultiValue()) {
            throw ConfigFile.wrong(path, entry.line(), "'" + entry.key() + "': give one value");
        }
        if (entry.values().stream().anyMatch(String::isBlank)) {
            throw ConfigFile.wrong(path, entry.line(), "'" + entry.key() + "': give a value");
        }
        return entry.values().stream().map(value -> name + "=" + value).toList();
    }

    /** Each value is looked at with its line in hand: what is wrong in a file is a configuration error. */
    private static void check(Path path, ConfigFile.Entry entry, List<String> own) {
        List<String> alone = new ArrayList<>(own);
        if (!entry.key().equals("interface")) {
            alone.add("--interface=any");
        }
        LiveCommand live = new LiveCommand();
        try {
            new CommandLine(live).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(alone.toArray(String[]::new));
            live.validate();
        } catch (CommandFailure e) {
            if (e.exitCode() == ExitCode.FAILED) {
                throw e;
            }
            throw ConfigFile.wrong(path, entry.line(), "'" + entry.key() + "': " + e.getMessage());
        } catch (ParameterException e) {
            String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("wrong value");
            throw ConfigFile.wrong(path, entry.line(), "'" + entry.key() + "': " + message);
        }
    }

    private static boolean names(OptionSpec option, String argument) {
        return Arrays.stream(option.names())
                .anyMatch(name -> argument.equals(name)
                        || argument.startsWith(name + "=")
                        || name.length() == 2 && argument.startsWith(name) && !argument.startsWith("--"));
    }
}
