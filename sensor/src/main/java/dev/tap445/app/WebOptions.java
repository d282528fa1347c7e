package dev.tap445.app;

import dev.tap445.export.Exporter;
import dev.tap445.export.ListenAddress;
import dev.tap445.export.ListenException;
import dev.tap445.export.access.Access;
import dev.tap445.export.access.AccessException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that serves the page and the metrics; named as Prometheus exporters name them. */
final class WebOptions {
    @Option(
            names = "--web.listen-address",
            paramLabel = "HOST:PORT",
            description = "Where to serve the page and the metrics (default: 127.0.0.1:10445).")
    private String listenAddress = ListenAddress.DEFAULT.toString();

    @Option(
            names = "--web.config.file",
            paramLabel = "FILE",
            description = "TLS and passwords, in the format of Prometheus exporters.")
    private @Nullable Path configFile;

    /**
     * Serves what the pipeline knows.
     *
     * @param counted where the counters come from
     * @param ready once it has loaded what it knew
     */
    Exporter start(Pipeline pipeline, Exporter.Counted counted, BooleanSupplier ready) {
        return open().serve(pipeline::snapshot, counted, pipeline::feed, ready);
    }

    /** Listens, and says that the sensor is starting. */
    Exporter open() {
        try {
            return Exporter.open(address(listenAddress), access(), Main.Version.text());
        } catch (ListenException e) {
            throw new CommandFailure(ExitCode.FAILED, e.getMessage() + ": give another --web.listen-address");
        }
    }

    static ListenAddress address(String text) {
        try {
            return ListenAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, "--web.listen-address " + text + ": " + e.getMessage());
        }
    }

    private Access access() {
        try {
            return configFile == null ? Access.open() : Access.of(configFile);
        } catch (AccessException e) {
            throw new CommandFailure(ExitCode.CONFIGURATION, "--web.config.file " + e.getMessage());
        }
    }

    /** Complains about the values. */
    void check() {
        address(listenAddress);
        access().close();
    }

    /** Where a browser on this machine finds it. */
    String base(Exporter service) {
        String host = ListenAddress.parse(listenAddress).host();
        boolean v6 = host.indexOf(':') >= 0;
        String shown = host.isEmpty() || host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return (service.usesTls() ? "https://" : "http://") + (v6 && !host.equals("::") ? "[" + shown + "]" : shown)
                + ":" + service.port();
    }
}
