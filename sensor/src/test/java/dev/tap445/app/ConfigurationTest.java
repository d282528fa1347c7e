package dev.tap445.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tap445.inventory.AcceptedDevices;
import dev.tap445.wire.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

final class ConfigurationTest {
    @TempDir
    Path directory;

    private Path file(String yaml) throws IOException {
        return Files.writeString(directory.resolve("tap445.yaml"), yaml);
    }

    @Test
    void aKeyIsTheLongNameOfAnOption() throws IOException {
        Path file = file("""
                interface: [eth1, eth2]
                workers: 2
                no-promiscuous: true
                web:
                  listen-address: 127.0.0.1:9
                learning: 12h
                """);
        assertThat(ConfiguredArguments.expand(new String[] {"live", "--config", file.toString()}))
                .containsExactly(
                        "live",
                        "--interface=eth1",
                        "--interface=eth2",
                        "--workers=2",
                        "--no-promiscuous",
                        "--web.listen-address=127.0.0.1:9",
                        "--learning=12h",
                        "--config",
                        file.toString());
    }

    /** Whatever option is added to live can be configured. */
    @Test
    void everyOptionOfLiveHasAKey() throws IOException {
        for (OptionSpec option :
                new CommandLine(new LiveCommand()).getCommandSpec().options()) {
            String name = option.longestName();
            assertThat(name).startsWith("--");
            if (option.usageHelp()
                    || option.versionHelp()
                    || name.equals("--config")
                    || option.arity().max() != 0) {
                continue;
            }
            assertThat(ConfiguredArguments.fromFile(file(name.substring(2) + ": true")))
                    .containsExactly(name);
        }
    }

    @Test
    void theCommandLineGoesBeforeTheFile() throws IOException {
        Path file = file("interface: eth1\nworkers: 2\n");
        assertThat(ConfiguredArguments.fromFile(file, "live", "-i", "eth9", "--workers=4"))
                .isEmpty();
        assertThat(ConfiguredArguments.fromFile(file, "live", "-ieth9")).containsExactly("--workers=2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "interface: eth1\\nworkerz: 2        | :2: unknown key 'workerz'",
                "web:\\n  listen: x                  | :2: unknown key 'web.listen'",
                "interface: eth1\\n\\nworkers: many  | :3: 'workers'",
                "workers: [1, 2]                     | :1: 'workers': give one value",
                "no-promiscuous: maybe               | :1: 'no-promiscuous': give true or false",
                "workers: 1\\nworkers: 2             | :2: 'workers' is there twice",
                "workers: 1\\nstate-dir:             | :2: 'state-dir': give a value",
                "events: \"a\\0b\"                    | :1: a NUL in",
                "workers: 1\\n---\\nworkers: 2        | :2: expected a single document in the stream, but",
                "workers: {a: 1                      | :2:",
                "- a                                 | :1: expected 'key: value'",
            })
    void whatIsWrongIsNamedWithItsLine(String yaml, String message) throws IOException {
        Path file = file(yaml.replace("\\n", "\n") + "\n");
        assertThatThrownBy(() -> ConfiguredArguments.fromFile(file))
                .isInstanceOfSatisfying(
                        CommandFailure.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.CONFIGURATION))
                .hasMessageContaining(file + message.strip());
    }

    @Test
    void whatCannotBeReadIsNamedInWords() throws IOException {
        Path none = directory.resolve("none.yaml");
        assertThatThrownBy(() -> ConfiguredArguments.fromFile(none))
                .hasMessage("cannot read " + none + ": there is no such file or directory");
        assertThatThrownBy(() -> ConfiguredArguments.fromFile(directory)).hasMessageContaining("Is a directory");
        Path latin = Files.write(directory.resolve("latin.yaml"), new byte[] {'#', '\n', '#', (byte) 0xe4, '\n'});
        assertThatThrownBy(() -> ConfiguredArguments.fromFile(latin)).hasMessage(latin + ":2: not UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "interface: eth1                                          | 0",
                "interface: eth1\\nexpression: tcp prot 445               | 78",
                "interface: eth1\\nworkers: 1000                          | 78",
                "interface: eth1\\nwindow: soon                           | 78",
                "interface: eth1\\naccepted: /no/such/file                | 78",
                "interface: eth1\\nscanner-allow: 300.1.1.1               | 78",
                "workers: 1                                               | 78",
                "interface: eth1\\nweb:\\n  listen-address: nowhere       | 78",
            })
    void checkSaysWhetherLiveWouldStart(String yaml, int exitCode) throws IOException {
        Path file = file(yaml.replace("\\n", "\n") + "\n");
        assertThat(Main.run("check", "--config", file.toString())).isEqualTo(exitCode);
    }

    /** DESIGN: 78 for a configuration, 2 for a command line; a value is as wrong in the one as in the other. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "workers: 1000",
                "ring: 3",
                "snaplen: 1",
                "max-hosts: 1",
                "window: soon",
                "learning: long",
                "retention:\\n  smb1: 0",
                "scanner-destinations: 1",
                "scanner-allow: 300.1.1.1",
                "expression: tcp prot 445",
                "events: /no/such/directory/events.jsonl",
                "events: /tmp",
                "state-dir: /etc/passwd",
                "user: nosuch",
                "user: root",
                "web:\\n  listen-address: nowhere",
            })
    void aValueThatCannotBeIsNamedWithItsLineAndExits78OrOnTheCommandLine2(String yaml) throws IOException {
        Path file = file("interface: nosuch0\n" + yaml.replace("\\n", "\n") + "\n");
        int line = yaml.contains("\\n") ? 3 : 2;
        assertThatThrownBy(() -> ConfiguredArguments.fromFile(file)).hasMessageContaining(file + ":" + line + ": '");
        assertThat(Main.run("live", "--config", file.toString())).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(Main.run("check", "--config", file.toString())).isEqualTo(ExitCode.CONFIGURATION);
        String[] parts = yaml.replace("\\n  ", "").split(": ?", 0);
        String option = parts.length == 3 ? parts[0] + "." + parts[1] : parts[0];
        assertThat(Main.run("live", "-i", "nosuch0", "--" + option, parts[parts.length - 1]))
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void readsAcceptedDevices() throws IOException {
        Path file = file("""
                devices:
                  - address: 192.0.2.7
                    owner: print team
                    reason: plotter
                    until: 2027-03-31
                  - subnet: 198.18.0.0/15
                    owner: lab
                    reason: "scope: old"
                """);
        AcceptedDevices devices = AcceptedFile.read(file.toString());
        assertThat(devices.all()).hasSize(2);
        assertThat(devices.find(IpAddress.parse("192.0.2.7").orElseThrow())).satisfies(device -> {
            assertThat(device).isNotNull();
            assertThat(device == null ? 0 : device.until() / 1_000_000_000L)
                    .isEqualTo(Instant.parse("2027-04-01T00:00:00Z").getEpochSecond());
        });
        assertThat(devices.find(IpAddress.parse("198.19.1.1").orElseThrow())).isNotNull();
        assertThat(devices.find(IpAddress.parse("192.0.2.8").orElseThrow())).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "devices:\\n- address: 192.0.2.7\\n  owner: a                                | :2: a device without reason",
                "devices:\\n- address: 192.0.2.999\\n  owner: a\\n  reason: b                | :2: 'address'",
                "devices:\\n- address: 192.0.2.0/24\\n  owner: a\\n  reason: b               | :2: 'address'",
                "devices:\\n- subnet: 192.0.2.0/24\\n  owner: a\\n  reason: b\\n  until: x   | :5: 'until'",
                "devices:\\n- mac: a                                                         | :2: unknown key 'mac'",
                "device: []                                                                  | :1: unknown key 'device'",
            })
    void whatIsWrongWithAnAcceptedDeviceIsNamedWithItsLine(String yaml, String message) throws IOException {
        Path file = file(yaml.replace("\\n", "\n") + "\n");
        assertThatThrownBy(() -> AcceptedFile.read(file.toString())).hasMessageContaining(file + message.strip());
    }
}
