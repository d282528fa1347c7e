package dev.tap445.app;

import dev.tap445.capture.CaptureException;
import dev.tap445.capture.CaptureFilter;
import dev.tap445.wire.LinkType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code tap445 check}: whether what would be passed to {@code live} is right, without opening anything. */
@Command(
        name = "check",
        description = "Check a configuration, filters and addresses without opening an interface.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        footer = {
            "",
            "Examples:",
            "  tap445 check --config /etc/tap445/tap445.yaml",
            "  tap445 check -f 'net 10.0.0.0/8 and tcp port 445'",
            "  tap445 check --web.listen-address :10445",
            "",
            "Prints ok, or says what is wrong; then the exit code is 78."
        })
final class CheckCommand implements Callable<Integer> {
    @Option(names = "--config", paramLabel = "FILE", description = "A configuration for live, with the files it names.")
    private @Nullable String config;

    @Option(names = "--accepted", paramLabel = "FILE", description = "A file of accepted devices.")
    private @Nullable String accepted;

    @Option(names = "-f", paramLabel = "EXPRESSION", description = "A pcap-filter(7) expression.")
    private @Nullable String expression;

    @Option(names = "--web.listen-address", paramLabel = "HOST:PORT", description = "Where metrics would be served.")
    private @Nullable String listenAddress;

    @Override
    public Integer call() {
        try {
            if (config != null) {
                check(config);
            }
            AcceptedFile.read(accepted);
            if (listenAddress != null) {
                WebOptions.address(listenAddress);
            }
            if (expression != null) {
                CaptureFilter.of(expression).check(LinkType.ETHERNET);
            }
        } catch (CommandFailure e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, String.valueOf(e.getMessage()));
        } catch (CaptureException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, e.getMessage() == null ? "wrong filter" : e.getMessage());
        }
        Main.out().println("ok");
        return ExitCode.OK;
    }

    private static void check(String file) {
        List<String> arguments = new ArrayList<>(List.of("live", "--config=" + file));
        CommandLine line = Main.commandLine(arguments.toArray(String[]::new));
        try {
            line.parseArgs(ConfiguredArguments.expand(arguments.toArray(String[]::new)));
        } catch (ParameterException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, file + ": " + e.getMessage());
        }
        LiveCommand live = Main.live(line);
        live.validate();
    }
}
