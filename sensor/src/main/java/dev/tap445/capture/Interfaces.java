package dev.tap445.capture;

import dev.tap445.wire.IpAddress;
import dev.tap445.wire.LinkType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.pcap4j.core.PcapAddress;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface;
import org.pcap4j.core.Pcaps;

/** The interfaces of this machine that packets can be captured on. */
public final class Interfaces {
    /** Linux's pseudo-interface that stands for all. */
    private static final String ANY = "any";

    private static final Path SYSTEM = Path.of("/sys/class/net");
    private static final int IFF_UP = 1;
    /** RFC 2863 states without a carrier; a virtual interface is often "unknown". */
    private static final Set<String> NOT_OPERATING = Set.of("down", "lowerlayerdown", "notpresent");
    // if_arp.h
    private static final int ARPHRD_ETHER = 1;
    private static final int ARPHRD_LOOPBACK = 772;
    private static final int ARPHRD_NONE = 65_534;

    private Interfaces() {}

    /**
     * One interface.
     *
     * @param description libpcap's, or empty
     * @param addresses IP addresses in text form
     * @param linkType LINKTYPE_ value, where it is known without opening the interface
     */
    public record Interface(
            String name, String description, List<String> addresses, OptionalInt linkType, boolean up) {}

    /** Needs libpcap but no permission. Network interfaces alone: no USB, Bluetooth or netfilter devices. */
    public static List<Interface> list() throws CaptureException {
        LibPcap.require();
        try {
            return Pcaps.findAllDevs().stream()
                    .filter(device -> device.getName().equals(ANY) || hasNetworkDevice(device.getName()))
                    .map(Interfaces::describe)
                    .toList();
        } catch (PcapNativeException e) {
            throw new CaptureException("the interfaces cannot be listed: " + e.getMessage(), e);
        }
    }

    private static String canonical(String address) {
        return IpAddress.parse(address).map(IpAddress::toString).orElse(address);
    }

    private static Interface describe(PcapNetworkInterface device) {
        String description = device.getDescription();
        List<String> addresses = device.getAddresses().stream()
                .map(PcapAddress::getAddress)
                .filter(address -> address != null)
                .map(address -> canonical(address.getHostAddress().replaceFirst("%.*", "")))
                .toList();
        return new Interface(
                device.getName(),
                description == null ? "" : description,
                addresses,
                linkType(device.getName()),
                device.isUp());
    }

    /**
     * Whether packets can come from the interface now: it is there, up and has a carrier. By sysfs, since the JDK does
     * not see an interface that has no address, as a mirror port should be; true where there is no sysfs.
     */
    static boolean isReady(String name) {
        if (name.equals(ANY) || !Files.isDirectory(SYSTEM)) {
            return true;
        }
        try {
            Path device = SYSTEM.resolve(name);
            int flags = Integer.decode(Files.readString(device.resolve("flags")).strip());
            String state = Files.readString(device.resolve("operstate")).strip();
            return (flags & IFF_UP) != 0 && !NOT_OPERATING.contains(state);
        } catch (IOException | NumberFormatException e) {
            return false; // gone
        }
    }

    private static boolean hasNetworkDevice(String name) {
        return !Files.isDirectory(SYSTEM) || Files.exists(SYSTEM.resolve(name));
    }

    private static OptionalInt linkType(String name) {
        if (name.equals(ANY)) {
            return OptionalInt.of(LinkType.LINUX_SLL);
        }
        try {
            int hardware = Integer.parseInt(
                    Files.readString(SYSTEM.resolve(name).resolve("type")).strip());
            return switch (hardware) {
                case ARPHRD_ETHER, ARPHRD_LOOPBACK -> OptionalInt.of(LinkType.ETHERNET);
                case ARPHRD_NONE -> OptionalInt.of(LinkType.RAW);
                default -> OptionalInt.empty();
            };
        } catch (IOException | NumberFormatException e) {
            return OptionalInt.empty();
        }
    }
}
