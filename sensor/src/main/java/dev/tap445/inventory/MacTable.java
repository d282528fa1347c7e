package dev.tap445.inventory;

import dev.tap445.wire.IpAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which addresses a MAC stands for, to know a router's from a device's own. Bounded. */
final class MacTable {
    private static final int MAX_MACS = 100_000;
    /** Addresses kept per MAC: enough to know that it is shared. */
    private static final int MAX_ADDRESSES = 16;

    private final Map<Long, Set<IpAddress>> addresses = new HashMap<>();

    void add(long mac, IpAddress address) {
        Set<IpAddress> known = addresses.get(mac);
        if (known == null) {
            if (addresses.size() >= MAX_MACS) {
                return;
            }
            known = new HashSet<>(2);
            addresses.put(mac, known);
        }
        if (known.size() < MAX_ADDRESSES) {
            known.add(address);
        }
    }

    int addresses(long mac) {
        Set<IpAddress> known = addresses.get(mac);
        return known == null ? 0 : known.size();
    }

    static String text(long mac) {
        StringBuilder text = new StringBuilder(17);
        for (int shift = 40; shift >= 0; shift -= 8) {
            int octet = (int) (mac >>> shift) & 0xff;
            text.append(Character.forDigit(octet >>> 4, 16)).append(Character.forDigit(octet & 15, 16));
            if (shift > 0) {
                text.append(':');
            }
        }
        return text.toString();
    }
}
