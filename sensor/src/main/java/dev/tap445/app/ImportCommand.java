package dev.tap445.app;

import dev.tap445.inventory.FileTrouble;
import dev.tap445.inventory.InventoryExchange;
import dev.tap445.inventory.StoreException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tap445 import}: known devices into a store. */
@Command(
        name = "import",
        description =
                "Merge an inventory into a store that no sensor uses: what 'export' wrote, or a CSV of known devices.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        footer = {
            "",
            "A CSV needs the column address; the others are those of 'tap445 export --format csv'. All rows are taken,",
            "or, where one is wrong, none. What is imported raises no event.",
            "",
            "Examples:",
            "  tap445 import --state-dir /var/lib/tap445 known.csv",
            "  tap445 export --state-dir old - | tap445 import --state-dir new --format json -"
        })
final class ImportCommand implements Callable<Integer> {
    @Mixin
    private final StoreOptions store = new StoreOptions();

    @Option(names = "--format", paramLabel = "FORMAT", description = "json or csv (default: by the file's name, json).")
    private ExportCommand.@Nullable Format format;

    @Parameters(paramLabel = "FILE", description = "What to read; - is standard input.")
    private String file = "";

    @Override
    public Integer call() {
        try (Reader in = file.equals("-")
                ? new InputStreamReader(System.in, StandardCharsets.UTF_8)
                : Files.newBufferedReader(Path.of(file))) {
            boolean csv = ExportCommand.Format.of(format, file) == ExportCommand.Format.CSV;
            long hosts = csv
                    ? InventoryExchange.readCsv(store.directory(), in)
                    : InventoryExchange.readJson(store.directory(), in);
            Main.out().println(hosts + " hosts imported");
            return ExitCode.OK;
        } catch (StoreException e) {
            throw StoreOptions.failure(e);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.FAILED, file + ": " + e.getMessage() + "; nothing was imported");
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.FAILED, "cannot read " + file + ": " + FileTrouble.of(e));
        }
    }
}
