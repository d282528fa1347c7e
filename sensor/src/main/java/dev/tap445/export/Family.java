package dev.tap445.export;

import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.snapshots.MetricMetadata;

/**
 * Every metric that is built from a snapshot: name, type and help text in one place. The names are a contract with
 * rules and dashboards: add, never rename. Names are without {@code _total} and {@code _info}, which follow from the
 * type.
 */
enum Family {
    SMB_OFFERS(
            "tap445_smb_offers", MetricType.COUNTER, "SMB NEGOTIATE requests of a client, by what they put forward."),
    CLIENT_FIRST_SEEN(
            "tap445_smb1_client_first_seen_timestamp_seconds",
            MetricType.GAUGE,
            "First SMB1 evidence of a client: an SMB1-only offer or an SMB1 session."),
    CLIENT_LAST_SEEN(
            "tap445_smb1_client_last_seen_timestamp_seconds", MetricType.GAUGE, "Last SMB1 evidence of a client."),
    CLIENT_INFO("tap445_smb1_client", MetricType.INFO, "What is known of an SMB client, and its verdict."),
    CLIENT_UNANSWERED_SYNS(
            "tap445_client_unanswered_syns",
            MetricType.COUNTER,
            "SYNs of a client to watched ports in attempts that nothing answered."),
    CLIENT_DESTINATIONS(
            "tap445_client_destinations",
            MetricType.GAUGE,
            "Distinct destinations of a client on watched ports within the scanner window."),
    SCANNER(
            "tap445_scanner",
            MetricType.INFO,
            "A client that tried too many destinations; allowed says whether it is on the list of those who may."),

    SMB_ANSWERS("tap445_smb_answers", MetricType.COUNTER, "Answers of a server to SMB NEGOTIATE, by what it chose."),
    SERVER_FIRST_SEEN(
            "tap445_smb1_server_first_seen_timestamp_seconds",
            MetricType.GAUGE,
            "First time a server accepted or spoke SMB1."),
    SERVER_LAST_SEEN(
            "tap445_smb1_server_last_seen_timestamp_seconds",
            MetricType.GAUGE,
            "Last time a server accepted or spoke SMB1."),
    SERVER_INFO("tap445_smb1_server", MetricType.INFO, "Verdict on an SMB server."),
    SERVER_DEPENDENTS(
            "tap445_smb1_server_dependent_clients",
            MetricType.GAUGE,
            "Clients that break when SMB1 is switched off at a server, within the readiness window."),

    SMB1_SESSIONS(
            "tap445_smb1_sessions",
            MetricType.COUNTER,
            "TCP connections with SMB1 accepted or in use, by the offer that led to them."),
    SMB1_MESSAGES("tap445_smb1_messages", MetricType.COUNTER, "SMB1 messages other than NEGOTIATE, both directions."),
    SMB1_BYTES("tap445_smb1_bytes", MetricType.COUNTER, "Bytes of SMB1 messages other than NEGOTIATE."),
    SMB1_REFUSED("tap445_smb1_refused", MetricType.COUNTER, "SMB1-only offers that the server refused."),

    HANDSHAKES("tap445_handshakes", MetricType.COUNTER, "TCP handshake attempts to watched ports, by outcome."),
    UNANSWERED_SYNS(
            "tap445_unanswered_syns", MetricType.COUNTER, "SYNs to watched ports in attempts that nothing answered."),
    SYN_RETRANSMISSIONS(
            "tap445_syn_retransmissions", MetricType.COUNTER, "SYNs to watched ports that were sent again."),
    SILENT_SINCE(
            "tap445_server_silent_since_timestamp_seconds",
            MetricType.GAUGE,
            "First unanswered SYN of the run that made a living server's port silent; only while it is silent."),
    UNANSWERED_SINCE(
            "tap445_server_unanswered_since_timestamp_seconds",
            MetricType.GAUGE,
            "First unanswered SYN of the run that made a port silent or dark, seen alive here or not; only while it holds."),
    LAST_LIFE(
            "tap445_server_last_life_timestamp_seconds",
            MetricType.GAUGE,
            "Last packet from a server's address: what is dark here may be alive at another sensor."),
    LAST_ANSWER(
            "tap445_server_last_answer_timestamp_seconds",
            MetricType.GAUGE,
            "Last SYN-ACK of a server's watched port."),
    HANDSHAKE_DURATION(
            "tap445_handshake_duration_seconds", MetricType.HISTOGRAM, "Time from SYN to SYN-ACK as the tap saw it."),

    CAPTURE_PACKETS("tap445_capture_packets", MetricType.COUNTER, "Packets taken from a capture source."),
    CAPTURE_BYTES("tap445_capture_bytes", MetricType.COUNTER, "Captured bytes of those packets."),
    CAPTURE_KERNEL_DROPS(
            "tap445_capture_kernel_drops",
            MetricType.COUNTER,
            "Packets the kernel dropped because the capture buffer was full."),
    CAPTURE_INTERFACE_DROPS(
            "tap445_capture_interface_drops",
            MetricType.COUNTER,
            "Packets the network interface or its driver dropped."),
    CAPTURE_UP("tap445_capture_up", MetricType.GAUGE, "Whether a capture source is open and delivers (1) or not (0)."),
    CAPTURE_FILTER(
            "tap445_capture_filter",
            MetricType.INFO,
            "What the kernel lets through. With lean, SMB1 messages that do not begin a segment are not counted."),
    LAST_PACKET(
            "tap445_last_packet_timestamp_seconds", MetricType.GAUGE, "Time of the last packet of a capture source."),

    RING_DROPS(
            "tap445_ring_drops",
            MetricType.COUNTER,
            "Packets dropped because a worker did not keep up: bare SYNs from three fifths of its ring on, any once it is full."),
    RING_FILL("tap445_ring_fill_ratio", MetricType.GAUGE, "Fill of a worker's ring, 0 to 1."),
    FLOWS("tap445_flows", MetricType.GAUGE, "TCP flows a worker holds."),
    FLOW_EVICTIONS(
            "tap445_flow_evictions", MetricType.COUNTER, "Flows given up because a worker's flow table was full."),
    WORKER_ERRORS(
            "tap445_worker_errors",
            MetricType.COUNTER,
            "Faults of the sensor that a worker met and outlived: report them."),
    PACKETS_CLASSIFIED(
            "tap445_packets_classified",
            MetricType.COUNTER,
            "Packets a worker took, each in exactly one class: captured packets less ring drops, to the last one."),
    OBSERVATIONS_DROPPED(
            "tap445_observations_dropped",
            MetricType.COUNTER,
            "Observations dropped between workers and inventory, by kind."),

    DECODE_FAILURES("tap445_decode_failures", MetricType.COUNTER, "Packets that could not be decoded, by reason."),
    TRUNCATED(
            "tap445_truncated_packets",
            MetricType.COUNTER,
            "Packets cut by the snap length, plus files that were cut."),
    DUPLICATES(
            "tap445_duplicate_packets", MetricType.COUNTER, "Packets that the mirror port delivered more than once."),
    ONE_WAY_FLOWS(
            "tap445_one_way_flows", MetricType.COUNTER, "Flows of which the mirror port shows one direction alone."),
    VERDICTS_SUPPRESSED(
            "tap445_verdicts_suppressed",
            MetricType.COUNTER,
            "Silent verdicts withheld because the sensor's own view was not good enough, by reason."),
    HOSTS("tap445_hosts", MetricType.GAUGE, "Hosts the inventory holds."),
    HOST_EVICTIONS("tap445_host_evictions", MetricType.COUNTER, "Hosts dropped because the host table was full."),
    SERIES_SUPPRESSED(
            "tap445_series_suppressed",
            MetricType.COUNTER,
            "Hosts and pairs that came to be left out of the metrics because the cap was reached.");

    private final String name;
    private final MetricType type;
    private final String help;

    Family(String name, MetricType type, String help) {
        this.name = name;
        this.type = type;
        this.help = help;
    }

    MetricMetadata metadata() {
        return new MetricMetadata(name, help);
    }

    MetricType type() {
        return type;
    }
}
