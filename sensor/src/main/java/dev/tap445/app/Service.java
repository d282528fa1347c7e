package dev.tap445.app;

import dev.tap445.export.Exporter;
import dev.tap445.export.ListenAddress;
import dev.tap445.export.ListenException;
import dev.tap445.inventory.InventorySnapshot;
import java.util.function.Supplier;

/** Starts the exporter over a pipeline, with errors in words for the user. */
final class Service {
    private Service() {}

    /** Complains about the address. */
    static ListenAddress parse(String listenAddress) {
        try {
            return ListenAddress.parse(listenAddress);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, "--web.listen-address " + listenAddress + ": " + e.getMessage());
        }
    }

    static Exporter start(Pipeline pipeline, Memory memory, String listenAddress) {
        try {
            Supplier<InventorySnapshot> all = pipeline::snapshot;
            Exporter.Counted counted = new Exporter.Counted(memory.sinceStart(all), memory::view);
            return Exporter.start(parse(listenAddress), all, counted, pipeline::feed, () -> true, Main.Version.text());
        } catch (ListenException e) {
            throw new CommandFailure(ExitCode.FAILED, String.valueOf(e.getMessage()));
        }
    }

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
