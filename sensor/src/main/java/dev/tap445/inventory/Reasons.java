package dev.tap445.inventory;

import dev.tap445.wire.IpAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Says in words and numbers what a verdict rests on. */
final class Reasons {
    private static final int LISTED = 6;

    private Reasons() {}

    static String of(ClientView client) {
        return of(
                client.verdict(),
                client.offers(),
                client.dialects(),
                new Smb1(client.smb1Sessions(), client.smb1LastSeen(), client.smb1Refused(), client.refusedBy()),
                client.firstSeen(),
                client.unansweredSyns());
    }

    static String of(ClientState client, ClientVerdict verdict, List<String> dialects, List<IpAddress> refusedBy) {
        return of(
                verdict,
                client.offerCounts(),
                dialects,
                new Smb1(client.sessions, client.smb1Last, client.refused, refusedBy),
                client.firstSeen,
                client.unansweredSyns);
    }

    private record Smb1(long sessions, long last, long refused, List<IpAddress> refusedBy) {}

    private static String of(
            ClientVerdict verdict,
            OfferCounts offers,
            List<String> dialects,
            Smb1 smb1,
            long firstSeen,
            long unansweredSyns) {
        List<String> parts = new ArrayList<>();
        if (offers.total() > 0) {
            parts.add(count(offers.total(), "offer") + " since " + time(firstSeen) + kinds(offers));
        }
        if (!dialects.isEmpty() && verdict != ClientVerdict.SMB2_ONLY) {
            parts.add("dialects " + String.join(", ", dialects));
        }
        if (smb1.sessions > 0) {
            parts.add(count(smb1.sessions, "SMB1 session") + ", last use " + time(smb1.last));
        }
        if (smb1.refused > 0) {
            parts.add(smb1.refused + " refused by " + list(smb1.refusedBy));
        }
        if (parts.isEmpty() && unansweredSyns > 0) {
            parts.add(count(unansweredSyns, "SYN") + " never answered");
        }
        return parts.isEmpty() ? "no offer seen" : String.join("; ", parts);
    }

    private static String kinds(OfferCounts offers) {
        if (offers.smb1Only() == offers.total()) {
            return ", all SMB1-only";
        }
        if (offers.smb2Only() == offers.total()) {
            return ", all SMB2-only";
        }
        if (offers.smb1AndSmb2() == offers.total()) {
            return ", all SMB1 beside SMB2";
        }
        List<String> kinds = new ArrayList<>();
        add(kinds, offers.smb1Only(), "SMB1-only");
        add(kinds, offers.smb1AndSmb2(), "SMB1 beside SMB2");
        add(kinds, offers.smb2Only(), "SMB2-only");
        add(kinds, offers.incomplete(), "not seen whole");
        return ": " + String.join(", ", kinds);
    }

    private static void add(List<String> kinds, long count, String kind) {
        if (count > 0) {
            kinds.add(count + " " + kind);
        }
    }

    /**
     * @param watched how long the server was in sight, nanoseconds
     * @param window how long it must go without a dependent client to be ready
     */
    static String of(ServerState server, List<IpAddress> dependents, long watched, long window) {
        List<String> parts = new ArrayList<>();
        if (server.choseSmb1() > 0) {
            String times = server.choseSmb1() == 1 ? "once" : server.choseSmb1() + " times";
            parts.add(times + " chose SMB1 though SMB2 was offered");
        }
        if (server.usedBesideSmb2 && server.choseSmb1() == 0) {
            parts.add("SMB1 used where SMB2 was offered too, its answer not seen");
        }
        addCount(parts, server.acceptedSmb1Alone(), "SMB1-only offer", " accepted");
        addCount(parts, server.refusedSmb1Alone(), "SMB1-only offer", " refused");
        addCount(parts, server.answers("smb2") + server.answers("smb3"), "SMB2 or SMB3 answer", "");
        if (server.smb1Last != 0 && server.smb1Sessions > 0) {
            parts.add("SMB1 last used " + time(server.smb1Last));
        }
        if (!dependents.isEmpty()) {
            parts.add(count(dependents.size(), "dependent client") + ": " + list(dependents));
        }
        if (parts.isEmpty()) {
            return "no answer seen";
        }
        if (dependents.isEmpty()) {
            parts.add("no dependent client in " + span(Math.min(watched, window))
                    + (watched < window ? " of the " + span(window) + " asked for" : ""));
        }
        return String.join("; ", parts);
    }

    /** In the largest unit that leaves more than one of it. */
    private static String span(long nanos) {
        long seconds = nanos / 1_000_000_000L;
        long days = seconds / 86_400;
        long hours = seconds / 3600;
        long minutes = seconds / 60;
        if (days > 1) {
            return days + " days";
        }
        if (hours > 1) {
            return hours + " hours";
        }
        return minutes > 1 ? minutes + " min" : seconds + " s";
    }

    private static void addCount(List<String> parts, long count, String noun, String what) {
        if (count > 0) {
            parts.add(count(count, noun) + what);
        }
    }

    private static String count(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private static String list(List<IpAddress> addresses) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(addresses.size(), LISTED); i++) {
            text.append(i == 0 ? "" : ", ").append(addresses.get(i));
        }
        if (addresses.size() > LISTED) {
            text.append(" and ").append(addresses.size() - LISTED).append(" more");
        }
        return text.toString();
    }

    private static String time(long nanos) {
        return Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L))
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }
}
