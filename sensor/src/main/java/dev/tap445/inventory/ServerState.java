package dev.tap445.inventory;

import dev.tap445.decode.Dialects;
import dev.tap445.decode.Offer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A host as a server. Every update is a sum, a minimum, a maximum or a union: the order of updates changes nothing. */
final class ServerState {
    private static final int OFFER_BITS = 3;

    private final Map<Integer, long[]> answers = new HashMap<>(4);
    private int latestKey = -1;
    private long[] latestCount = {};
    private final List<PortEvidence> ports = new ArrayList<>(1);
    long firstSeen;
    long lastSeen;
    long smb1First;
    long smb1Last;
    long smb1Sessions;

    /** SMB1 was used on a connection that offered SMB2 too: this server chose it, whether or not its answer was seen. */
    boolean usedBesideSmb2;

    PortEvidence port(int port) {
        for (int i = 0; i < ports.size(); i++) {
            if (ports.get(i).port == port) {
                return ports.get(i);
            }
        }
        PortEvidence evidence = new PortEvidence(port);
        ports.add(evidence);
        ports.sort(Comparator.comparingInt(p -> p.port));
        return evidence;
    }

    /** Sorted by port. */
    List<PortEvidence> ports() {
        return ports;
    }

    void seen(long time) {
        firstSeen = firstSeen == 0 ? time : Math.min(firstSeen, time);
        lastSeen = Math.max(lastSeen, time);
    }

    void smb1At(long time) {
        smb1First = smb1First == 0 ? time : Math.min(smb1First, time);
        smb1Last = Math.max(smb1Last, time);
    }

    void answer(int dialect, Offer offer) {
        int key = dialect << OFFER_BITS | offer.ordinal();
        if (key != latestKey) {
            latestKey = key;
            latestCount = answers.computeIfAbsent(key, k -> new long[1]);
        }
        latestCount[0]++;
    }

    /** What an earlier run of the sensor had counted. */
    void restore(int dialect, Offer offer, long count) {
        long[] known = answers.computeIfAbsent(dialect << OFFER_BITS | offer.ordinal(), k -> new long[1]);
        known[0] = Math.max(known[0], count);
    }

    boolean hasAnswers() {
        return !answers.isEmpty();
    }

    private long answers(String family, Offer offer) {
        long sum = 0;
        for (Map.Entry<Integer, long[]> entry : answers.entrySet()) {
            int key = entry.getKey();
            if (Offer.of(key & (1 << OFFER_BITS) - 1) == offer
                    && Dialects.family(key >>> OFFER_BITS).equals(family)) {
                sum += entry.getValue()[0];
            }
        }
        return sum;
    }

    long answers(String family) {
        long sum = 0;
        for (Map.Entry<Integer, long[]> entry : answers.entrySet()) {
            if (Dialects.family(entry.getKey() >>> OFFER_BITS).equals(family)) {
                sum += entry.getValue()[0];
            }
        }
        return sum;
    }

    /** How often SMB1 was chosen though SMB2 was offered. */
    long choseSmb1() {
        return answers("smb1", Offer.SMB1_AND_SMB2);
    }

    long acceptedSmb1Alone() {
        return answers("smb1", Offer.SMB1_ONLY);
    }

    long refusedSmb1Alone() {
        return answers("none", Offer.SMB1_ONLY);
    }

    ServerVerdict verdict() {
        if (choseSmb1() > 0 || usedBesideSmb2) {
            return ServerVerdict.SMB1_ONLY;
        }
        if (answers("smb1") > 0 || smb1Sessions > 0) {
            return ServerVerdict.SMB1_ENABLED;
        }
        if (refusedSmb1Alone() > 0) {
            return ServerVerdict.SMB1_DISABLED;
        }
        return answers("smb2") + answers("smb3") > 0 ? ServerVerdict.SMB2 : ServerVerdict.UNKNOWN;
    }

    List<AnswerCount> answerCounts() {
        List<AnswerCount> counts = new ArrayList<>(answers.size());
        answers.forEach((key, count) -> {
            int dialect = key >>> OFFER_BITS;
            String offer = Offer.of(key & (1 << OFFER_BITS) - 1).label();
            counts.add(new AnswerCount(Dialects.name(dialect), Dialects.family(dialect), offer, count[0]));
        });
        counts.sort(Comparator.comparing(AnswerCount::dialect)
                .thenComparing(AnswerCount::family)
                .thenComparing(AnswerCount::offer));
        return counts;
    }
}
