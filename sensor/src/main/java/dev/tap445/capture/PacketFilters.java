package dev.tap445.capture;

import dev.tap445.wire.LinkType;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The two expressions of pcap-filter(7) that spare user space the packets that say nothing.
 *
 * <p>Both pass, besides the watched ports: SYN-ACKs of any port, ICMP errors and echo replies, ARP, neighbour
 * discovery (all signs of life), TCP and UDP fragments, packets with IPv6 extension headers, and every tunnel that the
 * decoder opens, since BPF cannot look into it, nor see a port in its later fragments. Each is written out for IPv4 and for
 * IPv6 ({@code tcp[…]} never matches IPv6), and nested for no, one and two VLAN tags ({@code vlan} moves all offsets behind
 * it); three are not seen.
 *
 * <p>A load beyond the packet rejects it, whatever stands behind the next {@code or}: so what reads the payload comes
 * last.
 */
final class PacketFilters {
    private static final String SYN_FIN_RST = "0x07";
    private static final String SYN_ACK = "0x12";
    /** VXLAN, VXLAN as Linux had it first, Geneve, GTP-U. */
    private static final int[] TUNNEL_PORTS = {4789, 8472, 6081, 2152};

    private PacketFilters() {}

    static String full(int linkType, int... ports) {
        String watched = any("tcp port ", ports);
        return tagged(linkType, others(linkType) + " or " + watched);
    }

    /**
     * Of the watched ports only SYN, FIN, RST, and segments whose payload starts with an SMB1 header, an SMB2 NEGOTIATE
     * or an NBSS message that is no session message. What it cannot see: SMB1 messages that do not start a segment, and
     * the rest of a NEGOTIATE that was split.
     */
    static String lean(int linkType, int... ports) {
        return tagged(linkType, others(linkType) + " or " + lean4(ports) + " or " + lean6(ports));
    }

    /** The same behind no tag, 802.1Q and QinQ where the link layer has tags. */
    private static String tagged(int linkType, String expression) {
        return linkType == LinkType.ETHERNET
                ? expression + " or (vlan and (" + expression + " or (vlan and (" + expression + "))))"
                : expression;
    }

    private static String others(int linkType) {
        String life4 = "tcp[13] & " + SYN_ACK + " = " + SYN_ACK
                + " or icmp[0] = 0 or icmp[0] = 3 or icmp[0] = 11 or icmp[0] = 12";
        String life6 = "(ip6[6] = 6 and ip6[53] & " + SYN_ACK + " = " + SYN_ACK + ")"
                + " or (ip6[6] = 58 and (ip6[40] < 128 or ip6[40] = 129 or ip6[40] = 135 or ip6[40] = 136))";
        String fragments = "((ip[9] = 6 or ip[9] = 17) and ip[6:2] & 0x3fff != 0)";
        String extensions = any("ip6[6] = ", 0, 43, 44, 51, 60);
        String tunnels = any("ip[9] = ", 4, 41, 47) + " or " + any("ip6[6] = ", 4, 41, 47) + " or "
                + any("udp port ", TUNNEL_PORTS);
        String ip = String.join(" or ", fragments, extensions, life4, life6, tunnels);
        boolean etherTypes =
                linkType == LinkType.ETHERNET || linkType == LinkType.LINUX_SLL || linkType == LinkType.LINUX_SLL2;
        // MPLS unicast and multicast, PPPoE session
        return etherTypes ? "arp or " + any("ether proto ", 0x8847, 0x8848, 0x8864) + " or " + ip : ip;
    }

    private static String lean4(int... ports) {
        String payload = "((tcp[12] & 0xf0) >> 2)";
        return "(ip and " + any("tcp port ", ports) + " and (tcp[13] & " + SYN_FIN_RST + " != 0 or "
                + speaks("tcp", payload) + "))";
    }

    private static String lean6(int... ports) {
        String payload = "(((ip6[52] & 0xf0) >> 2) + 40)";
        return "(ip6[6] = 6 and (" + any("ip6[40:2] = ", ports) + " or " + any("ip6[42:2] = ", ports)
                + ") and (ip6[53] & " + SYN_FIN_RST + " != 0 or " + speaks("ip6", payload) + "))";
    }

    /** NBSS type 0x81 to 0x85; else, behind 4 bytes of NBSS, SMB1, or SMB2 with command 0 (12 bytes into its header). */
    private static String speaks(String from, String payload) {
        String type = from + "[" + payload + "]";
        String protocol = from + "[" + payload + " + 4:4]";
        String command = from + "[" + payload + " + 16:2]";
        return "(" + type + " >= 0x81 and " + type + " <= 0x85) or " + protocol + " = 0xff534d42 or (" + protocol
                + " = 0xfe534d42 and " + command + " = 0)";
    }

    private static String any(String term, int... values) {
        return Arrays.stream(values).mapToObj(value -> term + value).collect(Collectors.joining(" or ", "(", ")"));
    }
}
