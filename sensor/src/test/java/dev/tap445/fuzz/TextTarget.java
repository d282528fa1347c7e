package dev.tap445.fuzz;

import dev.tap445.export.ListenAddress;
import dev.tap445.wire.IpAddress;
import dev.tap445.wire.Subnet;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Texts that people and other programs give: addresses, networks, what to listen on. */
public final class TextTarget {
    private TextTarget() {}

    public static void fuzzerTestOneInput(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        Optional<IpAddress> address = IpAddress.parse(text);
        if (address.isPresent() && !IpAddress.parse(address.get().toString()).equals(address)) {
            throw new AssertionError(text + " is not what it was when written and read again");
        }
        Subnet.parse(text);
        try {
            ListenAddress.parse(text);
        } catch (IllegalArgumentException e) {
            if (e.getMessage() == null) {
                throw new AssertionError("no word on what is wrong", e);
            }
        }
    }
}
