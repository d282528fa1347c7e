package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.cert.Certificate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the sensor's classes came from is for their class loader to say, and it may say nothing, or anything. */
final class NativeLibrariesTest {
    @TempDir
    Path folder;

    private static CodeSource source(@Nullable URL location) {
        return new CodeSource(location, (Certificate[]) null);
    }

    @Test
    void areBesideTheJar() throws Exception {
        Path jar = Files.createFile(folder.resolve("tap445.jar"));
        assertThat(NativeLibraries.home(source(jar.toUri().toURL()))).contains(folder);
    }

    @Test
    void areNowhereWhereTheSensorRunsFromClassesOrFromWhatIsNoFile() throws Exception {
        assertThat(NativeLibraries.home(source(folder.toUri().toURL()))).isEmpty();
        assertThat(NativeLibraries.home(
                        source(folder.resolve("gone.jar").toUri().toURL())))
                .isEmpty();
        assertThat(NativeLibraries.home(
                        source(URI.create("http://192.0.2.1/tap445.jar").toURL())))
                .isEmpty();
        assertThat(NativeLibraries.home(
                        source(URI.create("jar:file:/gone.jar!/tap445.jar").toURL())))
                .isEmpty();
    }

    @Test
    void areNowhereWhereTheClassLoaderDoesNotSay() {
        assertThat(NativeLibraries.home(null)).isEmpty();
        assertThat(NativeLibraries.home(source(null))).isEmpty();
    }
}
