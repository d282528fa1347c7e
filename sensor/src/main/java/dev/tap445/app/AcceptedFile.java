package dev.tap445.app;

import dev.tap445.inventory.AcceptedDevice;
import dev.tap445.inventory.AcceptedDevices;
import dev.tap445.wire.Subnet;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the accepted devices: {@code devices:}, a list of {@code address}, {@code subnet} or {@code server}, each with
 * {@code owner}, {@code reason} and {@code until}, a date (its last moment in UTC) or a time.
 */
final class AcceptedFile {
    private AcceptedFile() {}

    static AcceptedDevices read(@Nullable String file) {
        if (file == null) {
            return AcceptedDevices.NONE;
        }
        Path path = Path.of(file);
        List<AcceptedDevice> devices = new ArrayList<>();
        for (ConfigFile.Item item : ConfigFile.items(path, "devices")) {
            devices.add(device(path, item));
        }
        return new AcceptedDevices(devices);
    }

    private static AcceptedDevice device(Path path, ConfigFile.Item item) {
        Subnet subnet = null;
        boolean server = false;
        String owner = null;
        String reason = null;
        long until = 0;
        for (ConfigFile.Entry entry : item.entries()) {
            String value =
                    entry.values().size() == 1 ? entry.values().getFirst().strip() : "";
            if (value.isEmpty()) {
                throw ConfigFile.wrong(path, entry.line(), "'" + entry.key() + "': give one value");
            }
            switch (entry.key()) {
                case "address", "subnet", "server" -> {
                    if (subnet != null) {
                        throw ConfigFile.wrong(path, entry.line(), "give one of address, subnet and server");
                    }
                    subnet = subnet(path, entry, value);
                    server = entry.key().equals("server");
                }
                case "owner" -> owner = value;
                case "reason" -> reason = value;
                case "until" -> until = until(path, entry, value);
                default ->
                    throw ConfigFile.wrong(
                            path,
                            entry.line(),
                            "unknown key '" + entry.key() + "'; known: address, subnet, server, owner, reason, until");
            }
        }
        if (subnet == null || owner == null || reason == null) {
            String missing = subnet == null ? "address, subnet or server" : owner == null ? "owner" : "reason";
            throw ConfigFile.wrong(path, item.line(), "a device without " + missing);
        }
        return new AcceptedDevice(subnet, server, owner, reason, until);
    }

    private static Subnet subnet(Path path, ConfigFile.Entry entry, String value) {
        return Subnet.parse(value)
                .filter(parsed -> entry.key().equals("subnet") || !value.contains("/"))
                .orElseThrow(() -> ConfigFile.wrong(
                        path, entry.line(), "'" + entry.key() + "': " + value + " is no " + entry.key()));
    }

    private static long until(Path path, ConfigFile.Entry entry, String value) {
        try {
            Instant end = value.contains("T")
                    ? Instant.parse(value)
                    : LocalDate.parse(value)
                            .plusDays(1)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant();
            return Math.multiplyExact(end.getEpochSecond(), 1_000_000_000L);
        } catch (DateTimeException | ArithmeticException e) {
            throw ConfigFile.wrong(
                    path,
                    entry.line(),
                    "'until': " + value + " is no date, such as 2027-03-31 or 2027-03-31T18:00:00Z");
        }
    }
}
