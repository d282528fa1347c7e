package dev.tap445.inventory;

import dev.tap445.wire.IpAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

    /** Whether it can be the address of a device: loopback has zeros, and a group (I/G bit, IEEE 802-2014 8.2.2) sends nothing. */
    static boolean isDevices(long mac) {
        return mac > 0 && (mac >>> 40 & 1) == 0;
    }

    /** The reverse of {@link #text}; -1 where it is none, or cannot be a device's. */
    static long parse(@Nullable String text) {
        if (text == null || text.length() != 17) {
            return -1;
        }
        long mac = 0;
        for (int i = 0; i < 17; i++) {
            int digit = Character.digit(text.charAt(i), 16);
            if (i % 3 == 2) {
                continue;
            }
            if (digit < 0) {
                return -1;
            }
            mac = mac << 4 | digit;
        }
        return isDevices(mac) ? mac : -1;
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
