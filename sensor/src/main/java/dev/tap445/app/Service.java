package dev.tap445.app;

import dev.tap445.export.Exporter;
import dev.tap445.export.ListenAddress;
import dev.tap445.export.ListenException;

/** Starts the exporter over a pipeline, with errors in words for the user. */
final class Service {
    private Service() {}

    static Exporter start(Pipeline pipeline, String listenAddress) {
        try {
            ListenAddress address = ListenAddress.parse(listenAddress);
            return Exporter.start(address, pipeline::snapshot, pipeline::feed, () -> true, Main.Version.text());
        } catch (ListenException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, "--web.listen-address " + listenAddress + ": " + e.getMessage());
        }
    }
}
