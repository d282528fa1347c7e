package dev.tap445.app;

import dev.tap445.capture.CaptureException;
import dev.tap445.capture.CaptureFilter;
import dev.tap445.export.ListenAddress;
import dev.tap445.wire.LinkType;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tap445 check}: whether what would be passed to {@code live} is right, without opening anything. */
@Command(
        name = "check",
        description = "Check filters and addresses without opening an interface.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        footer = {
            "",
            "Examples:",
            "  tap445 check -f 'net 10.0.0.0/8 and tcp port 445'",
            "  tap445 check --web.listen-address :10445",
            "",
            "Prints ok, or says what is wrong; then the exit code is 78."
        })
final class CheckCommand implements Callable<Integer> {
    @Option(names = "-f", paramLabel = "EXPRESSION", description = "A pcap-filter(7) expression.")
    private @Nullable String expression;

    @Option(names = "--web.listen-address", paramLabel = "HOST:PORT", description = "Where metrics would be served.")
    private @Nullable String listenAddress;

    @Override
    public Integer call() {
        try {
            if (listenAddress != null) {
                ListenAddress.parse(listenAddress);
            }
            if (expression != null) {
                CaptureFilter.of(expression).check(LinkType.ETHERNET);
            }
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.CONFIGURATION, "--web.listen-address " + listenAddress + ": " + e.getMessage());
        } catch (CaptureException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, e.getMessage() == null ? "wrong filter" : e.getMessage());
        }
        Main.out().println("ok");
        return ExitCode.OK;
    }
}
