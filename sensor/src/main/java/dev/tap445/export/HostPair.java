package dev.tap445.export;

import dev.tap445.inventory.PairView;
import dev.tap445.wire.IpAddress;
import java.util.Comparator;

/** A client and a server as one key. */
record HostPair(IpAddress client, IpAddress server) implements Comparable<HostPair> {
    private static final Comparator<HostPair> ORDER =
            Comparator.comparing(HostPair::client).thenComparing(HostPair::server);

    static HostPair of(PairView pair) {
        return new HostPair(pair.client(), pair.server());
    }

    @Override
    public int compareTo(HostPair other) {
        return ORDER.compare(this, other);
    }
}
