package dev.tap445.wire;

/** IP protocol numbers this sensor looks at (IANA). */
public final class IpProtocol {
    public static final int ICMP = 1;
    static final int IPV4 = 4;
    public static final int TCP = 6;
    public static final int UDP = 17;
    static final int IPV6 = 41;
    static final int GRE = 47;
    public static final int ICMPV6 = 58;

    private IpProtocol() {}
}
