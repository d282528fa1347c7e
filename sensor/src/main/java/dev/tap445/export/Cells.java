package dev.tap445.export;

import dev.tap445.inventory.Identity;
import dev.tap445.wire.IpAddress;
import java.util.List;
import java.util.StringJoiner;

/** What the tables for people repeat in their cells. */
final class Cells {
    private static final int LISTED = 4;

    private Cells() {}

    /** The best name there is: host name, else system, else MAC. */
    static String name(Identity identity) {
        if (identity.hostname() != null) {
            return identity.hostname();
        }
        if (identity.nativeOs() != null) {
            return identity.nativeOs();
        }
        return identity.mac() == null ? "-" : identity.mac();
    }

    static String reason(String reason, Identity identity) {
        StringJoiner line = new StringJoiner("; ");
        if (!reason.isEmpty()) {
            line.add(reason);
        }
        if (identity.hostname() != null && identity.nativeOs() != null) {
            line.add(identity.nativeOs());
        }
        if (identity.mac() != null && (identity.hostname() != null || identity.nativeOs() != null)) {
            line.add("MAC " + identity.mac());
        }
        return line.toString();
    }

    static String list(List<IpAddress> addresses) {
        StringJoiner list = new StringJoiner(", ");
        addresses.stream().limit(LISTED).forEach(address -> list.add(address.toString()));
        if (addresses.size() > LISTED) {
            list.add("+" + (addresses.size() - LISTED));
        }
        return addresses.isEmpty() ? "-" : list.toString();
    }

    static String words(String label) {
        return label.replace('_', ' ');
    }
}
