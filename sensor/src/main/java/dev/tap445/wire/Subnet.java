package dev.tap445.wire;

import java.util.Optional;

/** A CIDR block; {@code prefixLength} counts the bits of the 128-bit mapped form (an IPv4 /24 is 120). */
public record Subnet(IpAddress base, int prefixLength) {

    /** Parses {@code 10.0.0.0/8}, {@code fd00::/8} or a single address; empty where the text is neither. */
    public static Optional<Subnet> parse(String text) {
        int slash = text.indexOf('/');
        Optional<IpAddress> base = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
        if (base.isEmpty() || base.get().zone() != Vantage.NONE) {
            return Optional.empty();
        }
        int width = base.get().isV4() ? 32 : 128;
        int length = width;
        if (slash >= 0) {
            String digits = text.substring(slash + 1);
            if (digits.isEmpty() || digits.length() > 3 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
                return Optional.empty();
            }
            length = Integer.parseInt(digits);
        }
        return length > width ? Optional.empty() : Optional.of(new Subnet(base.get(), length + 128 - width));
    }

    /** In whatever zone. */
    public boolean contains(IpAddress address) {
        long highMask = mask(Math.min(prefixLength, 64));
        long lowMask = mask(Math.max(prefixLength - 64, 0));
        return ((address.high() ^ base.high()) & highMask) == 0 && ((address.low() ^ base.low()) & lowMask) == 0;
    }

    private static long mask(int bits) {
        return bits == 0 ? 0 : -1L << 64 - bits;
    }

    @Override
    public String toString() {
        return base + "/" + (base.isV4() ? prefixLength - 96 : prefixLength);
    }
}
