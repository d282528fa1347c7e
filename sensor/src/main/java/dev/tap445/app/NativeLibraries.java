package dev.tap445.app;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes JNA and SQLite take their native parts from where the build has unpacked them, {@code native} beside the
 * sensor's jar. Else they unpack them at each start into a directory for temporary files, which may be read-only or
 * forbid execution.
 *
 * <pre>
 *  native/com/sun/jna/linux-x86-64/libjnidispatch.so
 *  native/org/sqlite/native/Linux/x86_64/libsqlitejdbc.so
 * </pre>
 */
final class NativeLibraries {
    /** A processor by the names of Java, JNA and SQLite. */
    private record Processor(String jna, String sqlite) {}

    private static final Map<String, Processor> PROCESSORS =
            Map.of("amd64", new Processor("x86-64", "x86_64"), "aarch64", new Processor("aarch64", "aarch64"));

    private NativeLibraries() {}

    /** To be called before JNA or SQLite is touched. Does nothing where there are none, or the user has set a place. */
    static void choose() {
        if (System.getProperty("os.name").equals("Linux")) {
            home(NativeLibraries.class.getProtectionDomain().getCodeSource())
                    .ifPresent(home -> choose(home.resolve("native"), System.getProperty("os.arch")));
        }
    }

    private static void choose(Path libraries, String architecture) {
        Processor processor = PROCESSORS.get(architecture);
        if (processor == null) {
            return;
        }
        Path jna = libraries.resolve("com/sun/jna/linux-" + processor.jna());
        if (Files.exists(jna.resolve("libjnidispatch.so")) && unset("jna.boot.library.path")) {
            System.setProperty("jna.boot.library.path", jna.toString());
            System.setProperty("jna.nounpack", "true");
        }
        Path sqlite = libraries.resolve("org/sqlite/native/Linux/" + processor.sqlite());
        if (Files.exists(sqlite.resolve("libsqlitejdbc.so")) && unset("org.sqlite.lib.path")) {
            System.setProperty("org.sqlite.lib.path", sqlite.toString());
        }
    }

    private static boolean unset(String property) {
        return System.getProperty(property) == null;
    }

    /**
     * The directory of the sensor's jar; empty where it runs from classes, and where a class loader does not say where
     * its classes come from, or names what is no file.
     */
    static Optional<Path> home(@Nullable CodeSource source) {
        @Nullable URL location = source == null ? null : source.getLocation();
        if (location == null) {
            return Optional.empty();
        }
        try {
            Path jar = Path.of(location.toURI());
            @Nullable Path folder = jar.getParent();
            return Files.isRegularFile(jar) ? Optional.ofNullable(folder) : Optional.empty();
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            return Optional.empty();
        }
    }
}
