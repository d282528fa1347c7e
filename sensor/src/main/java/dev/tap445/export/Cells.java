package dev.tap445.export;

import dev.tap445.inventory.Identity;
import dev.tap445.inventory.Signing;
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

    /** The evidence, and what helps to walk up to the device beyond its {@link #name}. */
    static String reason(String reason, Identity identity) {
        StringJoiner line = new StringJoiner("; ");
        if (!reason.isEmpty()) {
            line.add(reason);
        }
        if (identity.domain() != null) {
            line.add("domain " + identity.domain());
        }
        if (identity.hostname() != null && identity.nativeOs() != null) {
            line.add(identity.nativeOs());
        }
        if (identity.macAddresses() > Identity.SHARED_MAC) {
            line.add("behind a router whose MAC stands for " + identity.macAddresses() + " addresses");
        } else if (identity.mac() != null) {
            line.add("MAC " + identity.mac());
        }
        if (!identity.seenIn().isEmpty()) {
            line.add("seen in " + String.join(", ", identity.seenInTexts()));
        }
        if (identity.signing() != Signing.UNKNOWN) {
            line.add("signing " + identity.signing().label());
        }
        if (identity.guestSessions() > 0) {
            line.add("guest sessions " + identity.guestSessions());
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
