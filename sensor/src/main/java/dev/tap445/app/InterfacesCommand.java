package dev.tap445.app;

import dev.tap445.capture.CaptureException;
import dev.tap445.capture.Interfaces;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code tap445 interfaces}: what could be watched. */
@Command(
        name = "interfaces",
        description = "List the interfaces that can be watched.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        footer = {
            "",
            "Examples:",
            "  tap445 interfaces",
            "  tap445 -D             the same",
            "  tap445 live -i eth1   then watch one of them"
        })
final class InterfacesCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        PrintStream out = Main.out();
        try {
            List<Interfaces.Interface> all = Interfaces.list();
            if (all.isEmpty()) {
                throw new CommandFailure(
                        ExitCode.FAILED,
                        "no interface can be opened: run as root, or with CAP_NET_RAW (see 'live with the least privilege' in the README)");
            }
            for (Interfaces.Interface each : all) {
                String addresses = String.join(", ", each.addresses());
                String note = each.description().isEmpty() ? "" : "  (" + each.description() + ")";
                out.printf("%-16s %-5s %s%s%n", each.name(), each.up() ? "up" : "down", addresses, note);
            }
            return ExitCode.OK;
        } catch (CaptureException e) {
            throw new CommandFailure(ExitCode.FAILED, e.getMessage() == null ? "cannot list" : e.getMessage());
        }
    }
}
