package dev.tap445.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An IP address as two big-endian 64-bit halves; an IPv4 address is held in its IPv4-mapped form (RFC 4291 section
 * 2.5.5.2), so one table key serves both families.
 *
 * <p>Order: all IPv4 before all IPv6, then unsigned numeric, then by zone. Text: dotted quad, or RFC 5952; with a zone
 * behind it as in RFC 4007 section 11: {@code 192.0.2.7%vlan20}.
 *
 * @param zone the {@link Vantage} that tells this host from others with the same address; {@link Vantage#NONE} where
 *     addresses are taken to be unique
 */
public record IpAddress(long high, long low, int zone) implements Comparable<IpAddress> {

    private static final long V4_PREFIX = 0x0000_ffff_0000_0000L;
    private static final int GROUPS = 8;

    /** An address without a zone. */
    public IpAddress(long high, long low) {
        this(high, low, Vantage.NONE);
    }

    /** The low half of the mapped form of {@code address} (32 bits, network order value). */
    public static long mappedLow(int address) {
        return V4_PREFIX | Integer.toUnsignedLong(address);
    }

    public static IpAddress ofV4(int address) {
        return new IpAddress(0, mappedLow(address));
    }

    public boolean isV4() {
        return high == 0 && (low & 0xffff_ffff_0000_0000L) == V4_PREFIX;
    }

    /** Broadcast, multicast, unspecified and IPv4 0/8: never a host. */
    public static boolean isHost(long high, long low) {
        if (high == 0 && low >>> 32 == 0xffffL) {
            int first = (int) (low >>> 24) & 0xff;
            return first != 0 && first < 224;
        }
        return (high | low) != 0 && high >>> 56 != 0xff;
    }

    /** The address alone, as it is in packets. */
    public IpAddress withoutZone() {
        return zone == Vantage.NONE ? this : new IpAddress(high, low);
    }

    /** Parses a literal, with a zone or without; empty where {@code text} is none (a name is never resolved). */
    public static Optional<IpAddress> parse(String text) {
        int percent = text.indexOf('%');
        if (percent >= 0) {
            OptionalInt zone = Vantage.parse(text.substring(percent + 1));
            return zone.isEmpty()
                    ? Optional.empty()
                    : parseAddress(text.substring(0, percent)).map(a -> new IpAddress(a.high, a.low, zone.getAsInt()));
        }
        return parseAddress(text);
    }

    private static Optional<IpAddress> parseAddress(String text) {
        return text.indexOf(':') < 0 ? parseV4(text) : parseV6(text);
    }

    private static Optional<IpAddress> parseV4(String text) {
        int value = 0;
        int octet = 0;
        int digits = 0;
        int dots = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' && digits > 0 && dots < 3) {
                value = value << 8 | octet;
                octet = 0;
                digits = 0;
                dots++;
            } else if (c >= '0' && c <= '9' && digits < 3) {
                octet = octet * 10 + c - '0';
                digits++;
            } else {
                return Optional.empty();
            }
            if (octet > 255) {
                return Optional.empty();
            }
        }
        return dots == 3 && digits > 0 ? Optional.of(ofV4(value << 8 | octet)) : Optional.empty();
    }

    private static Optional<IpAddress> parseV6(String text) {
        String rest = text;
        List<Integer> tail = new ArrayList<>();
        int dot = rest.indexOf('.');
        if (dot >= 0) {
            int colon = rest.lastIndexOf(':', dot);
            Optional<IpAddress> v4 = parseV4(rest.substring(colon + 1));
            if (v4.isEmpty()) {
                return Optional.empty();
            }
            int bits = (int) v4.get().low();
            tail.add(bits >>> 16);
            tail.add(bits & 0xffff);
            boolean compressed = colon > 0 && rest.charAt(colon - 1) == ':';
            rest = rest.substring(0, compressed ? colon + 1 : colon);
        }
        int gap = rest.indexOf("::");
        if (gap != rest.lastIndexOf("::")) {
            return Optional.empty();
        }
        List<Integer> left = new ArrayList<>();
        List<Integer> right = new ArrayList<>();
        boolean valid = gap < 0
                ? groups(rest, left)
                : groups(rest.substring(0, gap), left) && groups(rest.substring(gap + 2), right);
        right.addAll(tail);
        int count = left.size() + right.size();
        if (!valid || (gap < 0 ? count != GROUPS : count > GROUPS - 1)) {
            return Optional.empty();
        }
        while (left.size() + right.size() < GROUPS) {
            left.add(0);
        }
        left.addAll(right);
        return Optional.of(new IpAddress(half(left, 0), half(left, 4)));
    }

    private static boolean groups(String text, List<Integer> into) {
        if (text.isEmpty()) {
            return true;
        }
        for (String group : text.split(":", -1)) {
            if (group.isEmpty()
                    || group.length() > 4
                    || !group.chars().allMatch(c -> c < 0x80 && Character.digit(c, 16) >= 0)) {
                return false;
            }
            into.add(Integer.parseInt(group, 16));
        }
        return true;
    }

    private static long half(List<Integer> groups, int from) {
        long half = 0;
        for (int i = from; i < from + 4; i++) {
            half = half << 16 | groups.get(i);
        }
        return half;
    }

    @Override
    public int compareTo(IpAddress other) {
        if (isV4() != other.isV4()) {
            return isV4() ? -1 : 1;
        }
        int order = Long.compareUnsigned(high, other.high);
        order = order != 0 ? order : Long.compareUnsigned(low, other.low);
        return order != 0 ? order : Integer.compare(zone, other.zone);
    }

    /** Canonical text: dotted quad or RFC 5952 (lower case, longest zero run of at least two groups compressed), zone. */
    @Override
    public String toString() {
        return zone == Vantage.NONE ? text() : text() + "%" + Vantage.text(zone);
    }

    private String text() {
        if (isV4()) {
            int v4 = (int) low;
            return (v4 >>> 24) + "." + (v4 >>> 16 & 0xff) + "." + (v4 >>> 8 & 0xff) + "." + (v4 & 0xff);
        }
        int bestStart = -1;
        int bestLength = 1;
        for (int start = 0; start < GROUPS; start++) {
            int length = 0;
            while (start + length < GROUPS && group(start + length) == 0) {
                length++;
            }
            if (length > bestLength) {
                bestStart = start;
                bestLength = length;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < GROUPS; i++) {
            if (i == bestStart) {
                text.append("::");
                i += bestLength - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(group(i)));
            }
        }
        return text.toString();
    }

    private int group(int index) {
        long half = index < 4 ? high : low;
        return (int) (half >>> 48 - 16 * (index & 3)) & 0xffff;
    }
}
