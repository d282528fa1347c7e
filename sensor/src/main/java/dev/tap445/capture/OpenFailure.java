package dev.tap445.capture;

import java.util.stream.Collectors;
import org.pcap4j.core.PcapNativeException;

/** What to do where libpcap would not open an interface, by its return code (pcap_activate(3PCAP)). */
final class OpenFailure {
    /** System property: how the user called the sensor, where that is not by its name. */
    private static final String COMMAND = "tap445.command";

    private static final int NO_SUCH_DEVICE = -5;
    private static final int PERMISSION_DENIED = -8;
    private static final int NOT_UP = -9;
    private static final int PROMISCUOUS_DENIED = -11;

    private OpenFailure() {}

    static String explain(String name, PcapNativeException e) {
        Integer code = e.getReturnCode();
        return switch (code == null ? 0 : code) {
            case NO_SUCH_DEVICE -> "no such interface; there are: " + names();
            case PERMISSION_DENIED, PROMISCUOUS_DENIED -> permission(name);
            case NOT_UP -> "the interface is down: sudo ip link set " + name + " up";
            default -> "cannot be opened: " + e.getMessage();
        };
    }

    /** setcap on java would break its library path; an ambient capability does not. */
    private static String permission(String name) {
        return "no permission to capture: run as root, or give this user the one capability that it takes:"
                + " sudo setpriv --reuid=$(id -u) --regid=$(id -g) --init-groups --inh-caps=+net_raw"
                + " --ambient-caps=+net_raw " + System.getProperty(COMMAND, "tap445") + " live -i " + name;
    }

    private static String names() {
        try {
            return Interfaces.list().stream().map(Interfaces.Interface::name).collect(Collectors.joining(", "));
        } catch (CaptureException e) {
            return "none that can be listed";
        }
    }
}
