package dev.tap445.app;

import dev.tap445.inventory.FileTrouble;
import dev.tap445.inventory.InventoryExchange;
import dev.tap445.inventory.StoreException;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tap445 export}: the inventory out of a store. */
@Command(
        name = "export",
        description = "Write the inventory of a store, while a sensor runs or not: JSON with all of it, CSV to edit.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
final class ExportCommand implements Callable<Integer> {
    /** How hosts are written and read. */
    enum Format {
        JSON,
        CSV;

        /** As given, else as the file's name says. */
        static Format of(@Nullable Format given, String file) {
            if (given != null) {
                return given;
            }
            return file.toLowerCase(Locale.ROOT).endsWith(".csv") ? CSV : JSON;
        }
    }

    @Mixin
    private final StoreOptions store = new StoreOptions();

    @Option(names = "--format", paramLabel = "FORMAT", description = "json or csv (default: by the file's name, json).")
    private @Nullable Format format;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "Where to write; - is standard output.")
    private String file = "-";

    @Override
    public Integer call() {
        try {
            if (Format.of(format, file) == Format.CSV) {
                InventoryExchange.writeCsv(store.directory(), this::open);
            } else {
                InventoryExchange.writeJson(store.directory(), this::open);
            }
            return ExitCode.OK;
        } catch (StoreException e) {
            throw StoreOptions.failure(e);
        } catch (IOException e) {
            if (file.equals("-") && String.valueOf(e.getMessage()).contains("pipe")) {
                return ExitCode.OK; // its reader has seen enough, as head does
            }
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "cannot write " + (file.equals("-") ? "standard output" : file) + ": " + FileTrouble.of(e));
        }
    }

    private Writer open() throws IOException {
        return file.equals("-")
                ? new BufferedWriter(
                        new OutputStreamWriter(new FileOutputStream(FileDescriptor.out), StandardCharsets.UTF_8))
                : Files.newBufferedWriter(Path.of(file));
    }
}
