package dev.tap445.app;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** deploy/configuration.md, from the same model that parses the command line. */
final class ConfigurationReference {
    private static final String HEAD = """
            # Command line reference

            Made from the code; a test compares. After a change of an option:
            `mvn test -Dtest=ConfigurationReferenceTest -Dtap445.regenerate=true`.

            The package's service takes the options of `live` from `TAP445_OPTIONS` in `/etc/default/tap445`, the \
            container as its arguments. Flags of the JVM, such as `-Xmx4g`, go to `TAP445_JAVA_OPTS`.

            Exit codes: 0 ok, 1 failed, 2 usage, 78 configuration.
            """;

    private ConfigurationReference() {}

    static String text(CommandLine root) {
        StringBuilder text = new StringBuilder(HEAD);
        for (CommandLine command : root.getSubcommands().values()) {
            CommandSpec spec = command.getCommandSpec();
            if (!spec.helpCommand() && !spec.usageMessage().hidden()) {
                describe(spec, text);
            }
        }
        return text.toString();
    }

    private static void describe(CommandSpec spec, StringBuilder text) {
        text.append("\n## tap445 ").append(spec.name()).append("\n\n");
        text.append(plain(spec.usageMessage().description())).append('\n');
        List<String> rows = new ArrayList<>();
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            rows.add(row("`" + parameter.paramLabel() + "`", parameter.description()));
        }
        spec.options().stream()
                .filter(option -> !option.hidden() && !option.usageHelp() && !option.versionHelp())
                .map(ConfigurationReference::row)
                .sorted()
                .forEach(rows::add);
        if (!rows.isEmpty()) {
            text.append("\n| option | meaning |\n|---|---|\n").append(String.join("", rows));
        }
    }

    private static String row(OptionSpec option) {
        String names =
                Arrays.stream(option.names()).map(name -> "`" + name + "`").collect(Collectors.joining(", "));
        String value = option.arity().max() == 0 ? "" : " `" + option.paramLabel() + "`";
        String needed = option.required() ? " (required)" : "";
        return row(names + value + needed, option.description());
    }

    private static String row(String left, String[] description) {
        return "| " + left + " | " + plain(description).replace("|", "\\|") + " |\n";
    }

    private static String plain(String[] lines) {
        return Arrays.stream(lines)
                .map(line -> Ansi.OFF.string(String.format(line)))
                .collect(Collectors.joining(" "))
                .strip();
    }
}
