package dev.tap445.app;

import dev.tap445.export.Printable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Entry point of the {@code tap445} command. */
@Command(
        name = "tap445",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Passive sensor: who still speaks SMB1, and where TCP 445 is silently blocked.",
        subcommands = {
            LiveCommand.class,
            ReadCommand.class,
            DemoCommand.class,
            ReportCommand.class,
            ExportCommand.class,
            ImportCommand.class,
            InterfacesCommand.class,
            CheckCommand.class,
            CommandLine.HelpCommand.class
        },
        footer = {
            "",
            "Habits of the field work too: -i IF is live, -r FILE is read, -D is interfaces.",
            "",
            "Examples:",
            "  tap445 demo                        see it work, no privilege needed",
            "  tap445 read trace.pcapng           who needs SMB1, what is silent on 445",
            "  zcat day.pcap.gz | tap445 read -   the same from a pipe",
            "  tap445 live -i eth1                metrics on 127.0.0.1:10445",
            "",
            "Exit codes: 0 ok, 1 failed, 2 usage, 78 configuration."
        })
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private final List<String> given;

    private Main(List<String> given) {
        this.given = given;
    }

    /** The arguments as they were given, the command's name first. */
    List<String> given() {
        return given;
    }

    public static void main(String[] args) {
        if (isLive(habits(args))) { // a signal may come at any moment of a start
            Shutdown.onSignal();
            Hangup.hold();
        }
        NativeLibraries.choose();
        Shutdown.exit(run(args));
    }

    /** Runs the command and returns its exit code. */
    static int run(String... args) {
        String[] given = habits(args);
        CommandLine commandLine = commandLine(given);
        try {
            if (isLive(given)) {
                return commandLine.execute(ConfiguredArguments.expand(given));
            }
            int exitCode = commandLine.execute(given);
            return exitCode == ExitCode.OK && System.out.checkError() ? unwritten() : exitCode;
        } catch (CommandFailure e) {
            return failed(e);
        }
    }

    private static boolean isLive(String... given) {
        return given.length > 0 && given[0].equals("live");
    }

    /** The command {@code live} of {@link #commandLine}. */
    static LiveCommand live(CommandLine commandLine) {
        return Objects.requireNonNull(commandLine.getSubcommands().get("live")).getCommand();
    }

    /** A parser of all commands. */
    static CommandLine commandLine(String... given) {
        CommandLine commandLine = new CommandLine(new Main(List.of(given)));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setUsageHelpAutoWidth(true);
        commandLine.setParameterExceptionHandler(Main::usage);
        commandLine.setExecutionExceptionHandler((e, line, result) -> failed(e));
        return commandLine;
    }

    /** {@code tcpdump}'s and {@code tshark}'s ways of saying it. */
    private static String[] habits(String[] args) {
        if (args.length == 0) {
            return args;
        }
        String first = args[0];
        if (first.equals("-D")) {
            return replaceFirst(args, "interfaces");
        }
        if (first.equals("-r")) {
            return replaceFirst(args, "read");
        }
        if (first.equals("-i")) {
            String[] more = new String[args.length + 1];
            more[0] = "live";
            System.arraycopy(args, 0, more, 1, args.length);
            return more;
        }
        return args;
    }

    private static String[] replaceFirst(String[] args, String command) {
        String[] replaced = Arrays.copyOf(args, args.length);
        replaced[0] = command;
        return replaced;
    }

    private static int usage(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        String message = e instanceof UnmatchedArgumentException unmatched
                ? unknown(unmatched)
                : String.valueOf(e.getMessage()).replace('\n', ' ');
        complain(message + " (see '" + line.getCommandSpec().qualifiedName() + " --help')");
        return ExitCode.USAGE;
    }

    private static String unknown(UnmatchedArgumentException e) {
        String what = (e.isUnknownOption() ? "unknown option: " : "no such command or argument: ")
                + String.join(" ", e.getUnmatched());
        List<String> suggestions = e.getSuggestions();
        return suggestions.isEmpty() ? what : what + "; did you mean " + String.join(" or ", suggestions) + "?";
    }

    /** One line on standard error, with nothing in it that would steer a terminal. */
    static void complain(String line) {
        System.err.println("tap445: " + Printable.of(line));
    }

    private static int failed(Exception e) {
        if (e instanceof CommandFailure failure) {
            complain(String.valueOf(failure.getMessage()));
            return failure.exitCode();
        }
        System.err.println("tap445: this is a bug, please report it:");
        e.printStackTrace(System.err);
        return ExitCode.FAILED;
    }

    /**
     * Why standard output takes nothing more; empty where its reader has gone away, as {@code head} does, which is no
     * reason to complain.
     */
    private static Optional<String> outputFailure() {
        try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
            out.write('\n');
            return Optional.of("not all of it could be written");
        } catch (IOException e) {
            String why = String.valueOf(e.getMessage());
            return why.contains("pipe") ? Optional.empty() : Optional.of(why);
        }
    }

    /** Says why standard output took not all of it, and is the exit code of that. */
    static int unwritten() {
        outputFailure().ifPresent(why -> complain("standard output: " + why));
        return ExitCode.FAILED;
    }

    /** Standard output in UTF-8 whatever the locale. */
    static PrintStream out() {
        return new PrintStream(System.out, true, StandardCharsets.UTF_8);
    }

    @Override
    public void run() {
        spec.commandLine().usage(System.err, Ansi.AUTO);
        throw new CommandFailure(ExitCode.USAGE, "name a command");
    }

    /** The version of the packaged sensor. */
    static final class Version implements IVersionProvider {
        static String text() {
            String version = Main.class.getPackage().getImplementationVersion();
            return version == null ? "(not packaged)" : version;
        }

        @Override
        public String[] getVersion() {
            return new String[] {"tap445 " + text()};
        }
    }
}
