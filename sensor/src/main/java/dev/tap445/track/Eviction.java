package dev.tap445.track;

import static dev.tap445.track.FlowLayout.CLIENT;
import static dev.tap445.track.FlowLayout.OFFERED;
import static dev.tap445.track.FlowLayout.RESET;
import static dev.tap445.track.FlowLayout.SERVER;
import static dev.tap445.track.FlowLayout.SMB1_SESSION;

/** Which flow of a full table goes first: the one with the least evidence out of a few, by a hand that goes round. */
final class Eviction {
    private static final int SAMPLE = 16;

    private final FlowTable table;
    private final Flow victim;
    private int hand;

    Eviction(FlowTable table) {
        this.table = table;
        this.victim = new Flow(table);
    }

    /** Every entry of the table must be in use. */
    Flow choose() {
        int chosen = FlowTable.NONE;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < SAMPLE; i++) {
            hand = hand + 1 == table.entries() ? 0 : hand + 1;
            int evidence = evidence(victim.at(hand));
            if (evidence < least) {
                least = evidence;
                chosen = hand;
            }
        }
        return victim.at(chosen);
    }

    /** More is worth keeping longer: SMB, an established connection, a retransmitted SYN, a single SYN, what is over. */
    private static int evidence(Flow f) {
        if (f.is(OFFERED) || f.is(SMB1_SESSION)) {
            return f.is(RESET) ? 3 : 6;
        }
        if (f.is(RESET) || f.isSettled() && f.outcome() != Outcome.ANSWERED) {
            return 0;
        }
        if (f.isPending()) {
            return f.syns() > 1 ? 4 : 1;
        }
        return f.packets(CLIENT) > 1 && f.packets(SERVER) > 1 ? 5 : 2;
    }
}
