package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ConfigurationReferenceTest {
    private static final Path FILE = Path.of(System.getProperty("tap445.root"), "deploy", "configuration.md");

    @Test
    void saysWhatTheCommandLineTakes() throws IOException {
        String text = ConfigurationReference.text(Main.commandLine());
        if (Boolean.getBoolean("tap445.regenerate")) {
            Files.writeString(FILE, text);
        }
        assertThat(Files.readString(FILE))
                .as("deploy/configuration.md is behind the code:"
                        + " mvn test -Dtest=ConfigurationReferenceTest -Dtap445.regenerate=true")
                .isEqualTo(text);
        assertThat(text).contains("## tap445 live", "`--user` `NAME`", "`-i`, `--interface` `IF` (required)");
    }

    /** Else the page would have holes. */
    @Test
    void describesEveryOption() {
        for (var command : Main.commandLine().getSubcommands().values()) {
            for (var option : command.getCommandSpec().options()) {
                assertThat(option.description())
                        .as("%s %s", command.getCommandName(), option.longestName())
                        .isNotEmpty();
            }
        }
    }
}
