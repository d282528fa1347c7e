package dev.tap445.inventory;

import dev.tap445.track.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is held of one watched port of a server. The unanswered attempts kept are the latest, those with a
 * retransmission before those without: a set that does not depend on the order of arrival.
 */
final class PortEvidence {
    /** Unanswered attempts kept. */
    static final int KEPT = 64;

    private static final int ONE_WAY_IN_A_ROW = 3;

    /** An unanswered attempt; times in nanoseconds. */
    record Unanswered(Host client, long firstSyn, long lastSyn, int syns) implements Comparable<Unanswered> {
        /** By worth: by hand, since a flood asks this more often than anything else. */
        @Override
        public int compareTo(Unanswered other) {
            int order = Boolean.compare(syns > 1, other.syns > 1);
            if (order == 0) {
                order = Long.compare(firstSyn, other.firstSyn);
            }
            if (order == 0) {
                order = client.address.compareTo(other.client.address);
            }
            if (order == 0) {
                order = Long.compare(lastSyn, other.lastSyn);
            }
            return order != 0 ? order : Integer.compare(syns, other.syns);
        }
    }

    final int port;
    private final long[] outcomes = new long[Outcome.values().length];
    /** The latest one-way attempts, latest first. */
    private final long[] oneWay = new long[ONE_WAY_IN_A_ROW];

    private final TreeSet<Unanswered> unanswered = new TreeSet<>();
    /** The view of them, kept while they stay: most ports do not change from snapshot to snapshot. */
    private @Nullable List<PortView.Attempt> attempts;

    long unansweredSyns;
    long synRetransmissions;
    long wrongAcknowledgements;
    long lastAnswer;
    long lastRefused;
    long lastUnreachable;
    long lastOneWay;
    /** The last segment from the port that answered no attempt; of this run of the sensor. */
    long lastWrong;
    /** Client and client port of the latest unanswered attempt. */
    @Nullable Host lastTriedBy;

    int lastTriedFrom;
    /** Beginning of the silence that {@link PortWatch} told of; 0 while there is none. */
    long silentSince;
    /** Whether {@link PortWatch} follows it. */
    boolean watched;

    PortEvidence(int port) {
        this.port = port;
    }

    void count(Outcome outcome) {
        outcomes[outcome.ordinal()]++;
    }

    /** What an earlier run of the sensor had counted. */
    void restore(Outcome outcome, long count) {
        outcomes[outcome.ordinal()] = Math.max(count, outcomes[outcome.ordinal()]);
    }

    boolean hasUnanswered() {
        return !unanswered.isEmpty();
    }

    void count(Outcome outcome, int attempts) {
        outcomes[outcome.ordinal()] += attempts;
    }

    void addUnanswered(Unanswered attempt) {
        if (unanswered.size() == KEPT && attempt.compareTo(unanswered.first()) <= 0) {
            return;
        }
        attempts = null;
        unanswered.add(attempt);
        if (unanswered.size() > KEPT) {
            unanswered.pollFirst();
        }
    }

    /** A connection went on though its SYN-ACK was not seen. */
    void addOneWay(long time) {
        lastOneWay = Math.max(lastOneWay, time);
        long earlier = time;
        for (int i = 0; i < oneWay.length; i++) {
            long later = Math.max(oneWay[i], earlier);
            earlier = Math.min(oneWay[i], earlier);
            oneWay[i] = later;
        }
    }

    /**
     * Whether the return path of this port is not visible. A mirror that loses packets shows one such connection now
     * and then between others that it shows whole: where answers were seen within the window, it takes
     * {@value #ONE_WAY_IN_A_ROW} since the last of them.
     */
    boolean isOneWay(long windowStart) {
        if (lastOneWay == 0 || lastOneWay < windowStart || lastOneWay <= lastAnswer) {
            return false;
        }
        boolean answeredOfLate = lastAnswer != 0 && lastAnswer >= windowStart;
        return !answeredOfLate || oneWay[ONE_WAY_IN_A_ROW - 1] > lastAnswer;
    }

    /** The last time the port was heard in any way; 0 where it never was. */
    long lastResponse() {
        return Math.max(lastAnswer, Math.max(lastRefused, lastUnreachable));
    }

    /** As {@link #lastResponse}, or something that was no answer: attempts before it met no silence. */
    long lastHeard() {
        return Math.max(lastResponse(), lastWrong);
    }

    /** What the last response was; {@link PortState#UNKNOWN} where there is none. */
    PortState lastKindOfResponse() {
        long response = lastResponse();
        if (response == 0) {
            return PortState.UNKNOWN;
        }
        if (response == lastAnswer) {
            return PortState.ANSWERING;
        }
        return response == lastRefused ? PortState.REFUSING : PortState.UNREACHABLE;
    }

    boolean hasUnansweredSince(long after) {
        for (Unanswered attempt : unanswered) {
            if (attempt.firstSyn > after) {
                return true;
            }
        }
        return false;
    }

    /** Those whose first SYN came after {@code after}, oldest first. */
    List<Unanswered> unansweredSince(long after) {
        List<Unanswered> since = new ArrayList<>();
        for (Unanswered attempt : unanswered) {
            if (attempt.firstSyn > after) {
                since.add(attempt);
            }
        }
        since.sort(Comparator.comparingLong(Unanswered::firstSyn));
        return since;
    }

    /** What is kept, oldest first. */
    List<PortView.Attempt> attempts() {
        List<PortView.Attempt> view = attempts;
        if (view == null) {
            view = unanswered.stream()
                    .sorted(Comparator.comparingLong(Unanswered::firstSyn).thenComparing(Comparator.naturalOrder()))
                    .map(a -> new PortView.Attempt(a.client.address, a.firstSyn, a.lastSyn, a.syns))
                    .toList();
            attempts = view;
        }
        return view;
    }

    HandshakeCounts counts() {
        return new HandshakeCounts(
                outcomes[Outcome.ANSWERED.ordinal()],
                outcomes[Outcome.REFUSED.ordinal()],
                outcomes[Outcome.UNREACHABLE.ordinal()],
                outcomes[Outcome.UNANSWERED.ordinal()],
                outcomes[Outcome.ONE_WAY.ordinal()],
                outcomes[Outcome.ABORTED.ordinal()],
                outcomes[Outcome.PENDING.ordinal()]);
    }
}
