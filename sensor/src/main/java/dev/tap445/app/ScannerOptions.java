package dev.tap445.app;

import dev.tap445.wire.Subnet;
import java.util.List;
import picocli.CommandLine.Option;

/** Which scanners are no alarm. */
final class ScannerOptions {
    @Option(
            names = "--scanner-allow",
            paramLabel = "ADDRESS|CIDR",
            description = "A vulnerability scanner that may scan: listed as allowed; may be given again.")
    private List<String> allowed = List.of();

    /** Complains about values before any work is done. */
    List<Subnet> subnets() {
        return allowed.stream().map(ScannerOptions::subnet).toList();
    }

    private static Subnet subnet(String text) {
        return Subnet.parse(text)
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.USAGE,
                        "--scanner-allow " + text
                                + ": not an address or subnet, such as 192.0.2.7, 192.0.2.0/24 or fd00::/8"));
    }
}
