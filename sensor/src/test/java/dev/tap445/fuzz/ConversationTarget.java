package dev.tap445.fuzz;

import dev.tap445.support.RawFrame;
import dev.tap445.support.Replay;
import dev.tap445.track.FailureCounters;
import java.util.ArrayList;
import java.util.List;

/**
 * Grammar-aware: a connection, mangled in ways that change nothing, must mean what the reference says; one with losses
 * must never claim what was not there.
 */
public final class ConversationTarget {
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 40_000;
    private static final long APART = Wire.SECOND;
    /** A tracker is used this often: it must not matter what came before. */
    private static final int REUSE = 2_000;

    private static Heard heard = new Heard();
    private static Replay.Lane lane = new Replay.Lane(heard, new FailureCounters());
    private static long runs;
    private static long clock = 1_700_000_000L * Wire.SECOND;

    private ConversationTarget() {}

    public static void fuzzerTestOneInput(byte[] data) {
        if (++runs % REUSE == 0) {
            lane.finish(clock);
            heard = new Heard();
            lane = new Replay.Lane(heard, new FailureCounters());
        }
        clock += APART;
        Choices c = new Choices(data);
        boolean chaos = !c.oneIn(4);
        boolean lossy = c.oneIn(3);
        Script script = new Script(c);
        Wire wire = new Wire(script, c, clock, FIRST_PORT + (int) (runs % PORTS), chaos);
        List<String> expected = Reference.facts(wire.packets, script.port);
        List<RawFrame> seen = lossy ? Wire.lossy(wire.packets, c) : wire.packets;
        long end = clock;
        for (RawFrame p : seen) {
            lane.packet(p);
            end = p.timeNanos();
        }
        lane.settle(end);
        clock = Math.max(clock, end);
        List<String> actual = heard.take();
        actual.removeIf(line -> line.startsWith("offer INCOMPLETE")); // offers nothing that could be read
        if (lossy) {
            checkSound(expected, actual, script.rounds);
        } else if (!actual.equals(expected)) {
            throw new AssertionError("expected " + expected + "\n but was " + actual + "\n" + script.messages.size()
                    + " messages, port " + script.port + ", " + script.handshake + ", " + script.end);
        }
    }

    /** With packets missing: no SMB1-only offer, no session and no dialect that was not there. */
    private static void checkSound(List<String> expected, List<String> actual, int rounds) {
        List<String> left = new ArrayList<>(actual);
        left.removeIf(line -> !line.startsWith("offer SMB1_ONLY")
                && !line.startsWith("session SMB1_ONLY")
                && !(line.startsWith("answer ") && line.contains("SMB1_ONLY") && !line.contains("refused")));
        for (String line : expected) {
            left.remove(line);
        }
        // messages behind a second offer are of a session that it led to, though one is counted, for the first
        left.removeIf(line -> rounds > 1
                && line.equals("session SMB1_ONLY")
                && expected.stream().anyMatch(l -> l.startsWith("offer SMB1_ONLY")));
        boolean answered = expected.stream().anyMatch(l -> l.startsWith("answer ") && !l.contains("refused"));
        boolean refused = expected.stream().anyMatch(l -> l.startsWith("answer refused"));
        // of several offers one was answered and another refused, though no more than one counts where all is seen
        if (rounds == 1 && answered && !refused && actual.stream().anyMatch(l -> l.startsWith("answer refused"))) {
            left.add("refused though answered");
        }
        if (!left.isEmpty()) {
            throw new AssertionError("claims " + left + "\n in " + actual + "\n of " + expected);
        }
    }
}
