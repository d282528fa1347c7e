package dev.tap445.capture;

import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/** What the kernel lets through, as a pcap-filter(7) expression that may depend on the link type. */
@FunctionalInterface
public interface CaptureFilter {
    /** The expression for a link type; empty where everything passes. */
    String expression(int linkType);

    /** Everything passes. */
    static CaptureFilter none() {
        return linkType -> "";
    }

    /** The user's own expression. */
    static CaptureFilter of(String expression) {
        return linkType -> expression;
    }

    /** Every packet of the watched ports, and what {@link PacketFilters} adds to both filters. */
    static CaptureFilter full(int... ports) {
        return linkType -> PacketFilters.full(linkType, ports);
    }

    /** Of the watched ports only what opens, ends, negotiates or is SMB1; see {@link PacketFilters#lean}. */
    static CaptureFilter lean(int... ports) {
        return linkType -> PacketFilters.lean(linkType, ports);
    }

    /**
     * Compiles the expression without a device.
     *
     * @throws CaptureException with libpcap's words about what is wrong with it
     */
    default void check(int linkType) throws CaptureException {
        LibPcap.require();
        String text = expression(linkType);
        try (PcapHandle dead = Pcaps.openDead(DataLinkType.getInstance(linkType), LiveOptions.DEFAULT_SNAP_LENGTH)) {
            dead.compileFilter(text, BpfCompileMode.OPTIMIZE, PcapHandle.PCAP_NETMASK_UNKNOWN)
                    .free();
        } catch (PcapNativeException | NotOpenException e) {
            throw new CaptureException("filter \"" + text + "\": " + e.getMessage(), e);
        }
    }
}
