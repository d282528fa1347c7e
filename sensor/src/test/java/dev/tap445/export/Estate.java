package dev.tap445.export;

import dev.tap445.inventory.AnswerCount;
import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.ClientView;
import dev.tap445.inventory.DurationHistogram;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.FeedView.InterfaceView;
import dev.tap445.inventory.FeedView.WorkerView;
import dev.tap445.inventory.HandshakeCounts;
import dev.tap445.inventory.Identity;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.OfferCounts;
import dev.tap445.inventory.PairView;
import dev.tap445.inventory.PortState;
import dev.tap445.inventory.PortView;
import dev.tap445.inventory.ServerVerdict;
import dev.tap445.inventory.ServerView;
import dev.tap445.inventory.Signing;
import dev.tap445.wire.IpAddress;
import java.util.List;
import java.util.Map;

/** A small network made by hand: one device of each kind that a report tells of. */
final class Estate {
    /** 2026-03-02T09:00:00Z. */
    static final long MORNING = 1_772_442_000_000_000_000L;

    static final long SECOND = 1_000_000_000L;
    static final long DAY = 86_400 * SECOND;
    static final long NOW = MORNING + 3 * DAY;

    static final IpAddress PRINTER = address("192.0.2.5");
    static final IpAddress ROGUE = address("192.0.2.9");
    static final IpAddress MODERN = address("fd00::7");
    static final IpAddress SCANNER = address("192.0.2.66");
    static final IpAddress NAS = address("198.18.0.2");
    static final IpAddress FILER = address("198.18.0.3");
    static final IpAddress DARK = address("198.18.0.4");
    static final IpAddress NOBODY = address("198.18.0.5");

    /** A name that attacks a terminal, a spreadsheet, a page and a metrics parser at once. */
    static final String HOSTILE = "=cmd|'/c calc'!A1\u001b[2J<script>\"\\\u202e,x";

    private static final HandshakeCounts ALL_ANSWERED = new HandshakeCounts(40, 0, 0, 0, 0, 0, 0);

    private Estate() {}

    static IpAddress address(String text) {
        return IpAddress.parse(text).orElseThrow();
    }

    static InventorySnapshot snapshot() {
        return snapshot(
                NOW,
                List.of(printer(), rogue(), scanner(), modern()),
                List.of(nas(), filer(), dark(), nobody()),
                List.of(
                        new PairView(PRINTER, NAS, 12, 0, 1, 340, 51_000, 0, MORNING + SECOND / 2, MORNING + DAY),
                        new PairView(PRINTER, FILER, 0, 0, 0, 0, 0, 3, MORNING, MORNING + SECOND)));
    }

    static InventorySnapshot snapshot(
            long time, List<ClientView> clients, List<ServerView> servers, List<PairView> pairs) {
        return new InventorySnapshot(
                time,
                clients,
                servers,
                pairs,
                Map.of(445, new HandshakeCounts(0, 0, 0, 9, 0, 0, 0)),
                Map.of(445, 27L),
                Map.of(445, 18L),
                4,
                2,
                Map.of("sensor_drops", 1L),
                8,
                0,
                Map.of(
                        445,
                        new DurationHistogram(
                                List.of(0L, 0L, 3L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 1L), 7.001)));
    }

    static FeedView feed() {
        return new FeedView(
                List.of("monday.pcapng"),
                1_234_567,
                987_654_321,
                MORNING,
                NOW,
                1,
                Map.of("tcp_offset", 2L, "ip_length", 5L),
                List.of(new InterfaceView("eth0", true, 1_234_567, 987_654_321, 11, 0, NOW)),
                List.of(
                        new WorkerView(0, 0, 0.25, 17, 0, Map.of("flow", 1L), Map.of("segment", 40L, "life", 2L), 0),
                        new WorkerView(1, 3, 0, 4, 0, Map.of("flow", 2L), Map.of("segment", 5L, "error", 1L), 1)),
                List.of("tuesday.pcap: the file ends within a packet"),
                "lean");
    }

    static Findings findings() {
        return new Findings(snapshot(), feed(), 0.5);
    }

    static ClientView printer() {
        return new ClientView(
                PRINTER,
                ClientVerdict.SMB1_ONLY,
                List.of(FILER),
                new OfferCounts(12, 0, 0, 0),
                List.of("LANMAN2.1", "NT LM 0.12"),
                13,
                340,
                51_000,
                3,
                new Identity("PRINTER01", "WORK", "KONICA", "NetMon 1.0", "02:00:00:00:00:05", 1, Signing.OFF, 2),
                MORNING,
                MORNING + DAY,
                MORNING,
                MORNING + DAY,
                false,
                2,
                0,
                List.of(NAS, FILER),
                true,
                false);
    }

    static ClientView rogue() {
        return new ClientView(
                ROGUE,
                ClientVerdict.MIXED,
                List.of(),
                new OfferCounts(2, 1, 4, 1),
                List.of("2.0.2", "NT LM 0.12"),
                0,
                0,
                0,
                0,
                new Identity(HOSTILE, null, "\u6771\u4eac", null, null, 9, Signing.REQUIRED, 0),
                MORNING,
                NOW,
                MORNING + 5,
                MORNING + SECOND,
                false,
                1,
                6,
                List.of(DARK),
                true,
                false);
    }

    static ClientView modern() {
        return new ClientView(
                MODERN,
                ClientVerdict.SMB2_ONLY,
                List.of(),
                new OfferCounts(0, 0, 4, 0),
                List.of("3.0.2", "3.1.1"),
                0,
                0,
                0,
                0,
                Identity.NONE,
                MORNING,
                NOW,
                0,
                0,
                false,
                0,
                0,
                List.of(FILER),
                true,
                false);
    }

    static ClientView scanner() {
        return new ClientView(
                SCANNER,
                ClientVerdict.UNKNOWN,
                List.of(),
                OfferCounts.NONE,
                List.of(),
                0,
                0,
                0,
                0,
                Identity.NONE,
                MORNING,
                NOW,
                0,
                0,
                true,
                250,
                740,
                List.of(NOBODY),
                false,
                false);
    }

    static ServerView nas() {
        return server(
                NAS,
                ServerVerdict.SMB1_ONLY,
                List.of(
                        new AnswerCount("NT LM 0.12", "smb1", "smb1_and_smb2", 2),
                        new AnswerCount("NT LM 0.12", "smb1", "smb1_only", 12)),
                List.of(PRINTER),
                MORNING + DAY,
                NOW,
                new PortView(445, PortState.ANSWERING, null, ALL_ANSWERED, 0, 1, 0, NOW, 0, 0, false, List.of()));
    }

    static ServerView filer() {
        return server(
                FILER,
                ServerVerdict.SMB1_DISABLED,
                List.of(
                        new AnswerCount("3.1.1", "smb3", "smb2_only", 4),
                        new AnswerCount("refused", "none", "smb1_only", 3)),
                List.of(),
                0,
                NOW,
                new PortView(445, PortState.ANSWERING, null, ALL_ANSWERED, 0, 0, 0, NOW, 0, 0, false, List.of()));
    }

    static ServerView dark() {
        HandshakeCounts counts = new HandshakeCounts(7, 0, 0, 2, 0, 1, 1);
        return server(
                DARK,
                ServerVerdict.UNKNOWN,
                List.of(),
                List.of(),
                0,
                NOW,
                new PortView(
                        139,
                        PortState.REFUSING,
                        null,
                        new HandshakeCounts(0, 2, 0, 0, 0, 0, 0),
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        false,
                        List.of()),
                new PortView(
                        445,
                        PortState.SILENT,
                        null,
                        counts,
                        6,
                        4,
                        0,
                        MORNING,
                        MORNING + DAY,
                        MORNING + DAY,
                        true,
                        attempts()));
    }

    static ServerView nobody() {
        return server(
                NOBODY,
                ServerVerdict.UNKNOWN,
                List.of(),
                List.of(),
                0,
                0,
                new PortView(
                        445,
                        PortState.UNKNOWN,
                        "sensor_drops",
                        new HandshakeCounts(0, 0, 0, 9, 0, 0, 0),
                        27,
                        18,
                        0,
                        0,
                        0,
                        0,
                        false,
                        List.of()));
    }

    /** Two attempts of one client at the dark server, with one and three repetitions. */
    private static List<PortView.Attempt> attempts() {
        return List.of(
                new PortView.Attempt(ROGUE, MORNING + DAY, MORNING + DAY + SECOND, 2),
                new PortView.Attempt(ROGUE, MORNING + DAY + 20 * SECOND, MORNING + DAY + 27 * SECOND, 4));
    }

    static ServerView server(
            IpAddress address,
            ServerVerdict verdict,
            List<AnswerCount> answers,
            List<IpAddress> dependents,
            long smb1LastSeen,
            long lastLife,
            PortView... ports) {
        return new ServerView(
                address,
                verdict,
                verdict == ServerVerdict.UNKNOWN ? "" : answers.size() + " kinds of answer",
                answers,
                dependents,
                dependents.isEmpty() && !answers.isEmpty(),
                Identity.NONE,
                MORNING,
                NOW,
                smb1LastSeen == 0 ? 0 : MORNING,
                smb1LastSeen,
                lastLife,
                List.of(ports));
    }

    /** A client as many: {@code number} chooses its address and its first sight. */
    static ClientView numbered(int number, long firstSeen, long lastSeen) {
        return new ClientView(
                IpAddress.ofV4(0x0a000000 + number),
                ClientVerdict.SMB1_ONLY,
                List.of(),
                new OfferCounts(1, 0, 0, 0),
                List.of("NT LM 0.12"),
                1,
                1,
                100,
                0,
                Identity.NONE,
                firstSeen,
                lastSeen,
                firstSeen,
                lastSeen,
                false,
                1,
                0,
                List.of(NAS),
                true,
                false);
    }
}
