package dev.tap445.wire;

import java.util.Locale;

/** Why bytes could not be understood: a bounded set, each counted under its {@link #label()}. */
public enum DecodeFailure {
    LINK_TYPE_UNSUPPORTED("frame of a link type that this sensor does not read"),
    LINK_TRUNCATED("frame ends inside its link-layer header"),
    NESTING_TOO_DEEP("more tags or tunnels inside each other than are followed"),
    IP_TRUNCATED("packet ends inside its IP header"),
    IP_VERSION("an IP header of another version than announced"),
    IP_HEADER_LENGTH("IPv4 header length below 20 bytes or beyond the packet"),
    IP_TOTAL_LENGTH("IP length smaller than its own header"),
    IPV6_EXTENSIONS("IPv6 extension headers without end or beyond the packet"),
    IP_FRAGMENT_INVALID("fragments that contradict each other, exceed 64 KiB or have an impossible length"),
    IP_FRAGMENT_INCOMPLETE("fragments of a packet that never became whole"),
    TUNNEL_FRAGMENTED("packet of a tunnel in IP fragments that never became whole: read as far as it is there"),
    TUNNEL_TRUNCATED("packet ends inside a tunnel header"),
    TUNNEL_INVALID("tunnel header of an unknown version or form"),
    TCP_TRUNCATED("packet ends inside its TCP header"),
    TCP_DATA_OFFSET("TCP data offset below 20 bytes or beyond the packet"),
    ICMP_TRUNCATED("ICMP error that quotes too little"),
    NBSS_TYPE("NetBIOS session record of an unknown type"),
    NBSS_LENGTH("NetBIOS session record whose length cannot hold what it must"),
    NETBIOS_NAME("NetBIOS session request whose names are not encoded as names"),
    SMB_HEADER("session message that is neither SMB1 nor SMB2"),
    SMB1_TRUNCATED("SMB1 message shorter than its header or its word count says"),
    SMB1_WORD_COUNT("SMB1 NEGOTIATE or SESSION_SETUP with an impossible word count"),
    SMB1_BYTE_COUNT("SMB1 byte count larger than the message, or smaller than what it holds"),
    SMB1_ANDX("SMB1 command chain that leads backward or nowhere"),
    SMB1_DIALECT_FORMAT("SMB1 dialect without its 0x02 or its NUL"),
    SMB1_NO_DIALECTS("SMB1 NEGOTIATE that offers nothing"),
    SMB1_ANSWER_INDEX("SMB1 answer that chooses a dialect which was not offered"),
    SMB2_TRUNCATED("SMB2 message shorter than its header or its offsets say"),
    SMB2_STRUCTURE("SMB2 NEGOTIATE or SESSION_SETUP of a wrong structure size"),
    SMB2_DIALECTS("SMB2 NEGOTIATE with no dialects or more than fit"),
    SMB2_ANSWER_DIALECT("SMB2 answer with a dialect that does not exist"),
    SMB_DIRECTION("a request from the server or a response from the client"),
    NTLMSSP("NTLMSSP fields that point outside the message"),
    STREAM_GAP("TCP data lost inside a message that mattered");

    private final String help;
    private final String label = name().toLowerCase(Locale.ROOT);

    DecodeFailure(String help) {
        this.help = help;
    }

    /** What it means, one line. */
    public String help() {
        return help;
    }

    /** The name used in reports and metric labels. */
    public String label() {
        return label;
    }
}
