package dev.tap445.inventory;

import dev.tap445.wire.IpAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The accepted devices, found by address: the narrowest entry that covers it. Immutable. */
public final class AcceptedDevices {
    public static final AcceptedDevices NONE = new AcceptedDevices(List.of());
    private static final int WHOLE = 128;

    private final List<AcceptedDevice> all;
    private final Map<IpAddress, AcceptedDevice> single = new HashMap<>();
    private final List<AcceptedDevice> subnets = new ArrayList<>();

    public AcceptedDevices(List<AcceptedDevice> devices) {
        all = List.copyOf(devices);
        for (AcceptedDevice device : all) {
            if (device.subnet().prefixLength() == WHOLE) {
                single.put(device.subnet().base(), device);
            } else {
                subnets.add(device);
            }
        }
        subnets.sort(Comparator.comparingInt((AcceptedDevice d) -> d.subnet().prefixLength())
                .reversed());
    }

    public List<AcceptedDevice> all() {
        return all;
    }

    /** The entry that covers an address, expired or not; null where there is none. */
    public @Nullable AcceptedDevice find(IpAddress address) {
        AcceptedDevice device = single.get(address);
        if (device != null) {
            return device;
        }
        for (AcceptedDevice subnet : subnets) {
            if (subnet.subnet().contains(address)) {
                return subnet;
            }
        }
        return null;
    }

    /**
     * The entry that covers SMB1 of this client with this server at this time: the client's own, or else that of a server
     * with which SMB1 is accepted. An expired one is found where no other is.
     */
    public @Nullable AcceptedDevice find(IpAddress client, @Nullable IpAddress server, long timeNanos) {
        AcceptedDevice device = find(client);
        if (server == null || device != null && !device.isExpired(timeNanos)) {
            return device;
        }
        AcceptedDevice other = find(server);
        boolean covers = other != null && other.server() && (device == null || !other.isExpired(timeNanos));
        return covers ? other : device;
    }
}
