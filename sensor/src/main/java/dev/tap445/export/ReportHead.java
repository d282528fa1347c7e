package dev.tap445.export;

import dev.tap445.inventory.ClientVerdict;
import dev.tap445.inventory.FeedView;
import dev.tap445.inventory.InventorySnapshot;
import dev.tap445.inventory.PortState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** The head of a report for people: the estate in a few lines, and the notes on how far it can be trusted. */
final class ReportHead {
    private ReportHead() {}

    /** A line of the summary: what, and how it stands. */
    record Fact(String label, String text) {
        Fact {
            text = Printable.of(text);
        }
    }

    static List<Fact> facts(Findings findings) {
        FeedView feed = findings.feed();
        Summary summary = Summary.of(findings.inventory());
        List<Fact> facts = new ArrayList<>();
        if (!feed.files().isEmpty()) {
            facts.add(new Fact("Files", String.join(", ", feed.files())));
        }
        facts.add(new Fact("Packets", packets(feed)));
        facts.add(new Fact("Without SMB1", withoutSmb1(summary)));
        facts.add(new Fact("Servers", servers(summary)));
        facts.add(new Fact("Last SMB1", lastSmb1(summary)));
        facts.add(new Fact("Port states", ports(summary)));
        return facts;
    }

    private static String packets(FeedView feed) {
        String count = String.format(Locale.ROOT, "%,d packets, %,d bytes", feed.packets(), feed.bytes());
        return feed.first() == 0
                ? count
                : count + ", " + Times.minutes(feed.first()) + " to " + Times.minutes(feed.last()) + " UTC";
    }

    private static String withoutSmb1(Summary summary) {
        int safe = summary.clients(ClientVerdict.SMB1_OFFERED) + summary.clients(ClientVerdict.SMB2_ONLY);
        String known = clients(summary.clients(ClientVerdict.SMB1_ONLY)) + " SMB1-only, "
                + summary.clients(ClientVerdict.MIXED) + " mixed, "
                + summary.clients(ClientVerdict.SMB1_IN_USE) + " depending on the server, " + safe + " safe";
        int unknown = summary.clients(ClientVerdict.UNKNOWN);
        return unknown == 0 ? known : known + ", " + unknown + " unknown";
    }

    private static String clients(int count) {
        return count + (count == 1 ? " client" : " clients");
    }

    private static String servers(Summary summary) {
        return summary.servers(Readiness.READY) + " ready to switch SMB1 off, " + summary.servers(Readiness.NOT_READY)
                + " not ready, " + summary.servers(Readiness.UNKNOWN) + " without evidence";
    }

    private static String lastSmb1(Summary summary) {
        if (summary.lastSmb1() == 0) {
            return "never seen";
        }
        String when = Times.minutes(summary.lastSmb1()) + " UTC";
        return when + ", " + summary.daysSinceSmb1() + (summary.daysSinceSmb1() == 1 ? " day" : " days")
                + " before the last packet";
    }

    private static String ports(Summary summary) {
        StringJoiner states = new StringJoiner(", ");
        for (PortState state : PortState.values()) {
            if (summary.ports(state) > 0) {
                states.add(summary.ports(state) + " " + state.label().replace('_', ' '));
            }
        }
        String all = states.length() == 0 ? "none seen" : states.toString();
        return summary.wentDark() == 0 ? all : all + "; " + summary.wentDark() + " answered before and went dark";
    }

    /** Everything that limits what the report can say. */
    static List<String> notes(Findings findings) {
        FeedView feed = findings.feed();
        InventorySnapshot snapshot = findings.inventory();
        List<String> notes = new ArrayList<>();
        feed.sourceErrors().forEach(error -> notes.add("Source ended early: " + error));
        if (feed.filter().equals("lean")) {
            notes.add(
                    "Lean filter: SMB1 messages that do not begin a segment were not counted, and a NEGOTIATE split over"
                            + " segments counts as incomplete");
        }
        note(notes, "Packets or files cut, what was beyond is not in here", feed.truncated());
        note(notes, "Packets that the mirror port sent twice, counted once", snapshot.duplicates());
        note(notes, "Flows seen in one direction alone, their silence says nothing", snapshot.oneWayFlows());
        Losses.of(feed).forEach((place, count) -> note(notes, loss(place), count));
        note(notes, "Hosts given up because the table was full", snapshot.hostsEvicted());
        byReason(notes, "Silent verdicts withheld", snapshot.suppressedVerdicts());
        byReason(notes, "Packets that could not be decoded", feed.decodeFailures());
        return notes.stream().map(Printable::of).toList();
    }

    private static String loss(String place) {
        return switch (place) {
            case "flow_evictions" -> "Flows given up because the table was full";
            case "observations" -> "Observations lost on the way to the inventory";
            default -> "Packets lost (" + place + ")";
        };
    }

    private static void note(List<String> notes, String what, long count) {
        if (count > 0) {
            notes.add(String.format(Locale.ROOT, "%s: %,d", what, count));
        }
    }

    private static void byReason(List<String> notes, String what, Map<String, Long> counts) {
        StringJoiner reasons = new StringJoiner(", ", " (", ")");
        long total = 0;
        for (Map.Entry<String, Long> count : new TreeMap<>(counts).entrySet()) {
            if (count.getValue() > 0) {
                reasons.add(count.getKey() + " " + count.getValue());
                total += count.getValue();
            }
        }
        note(notes, what + reasons, total);
    }
}
