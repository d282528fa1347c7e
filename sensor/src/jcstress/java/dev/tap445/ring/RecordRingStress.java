package dev.tap445.ring;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * One writes two records and publishes them together, one reads once: it sees none or both, and a record that it sees it
 * sees whole. What it did not see is there afterwards.
 */
@JCStressTest
@Outcome(id = "0, 0, 42", expect = ACCEPTABLE, desc = "read too early: both come out later")
@Outcome(id = "42, 42, 0", expect = ACCEPTABLE, desc = "both read")
@Outcome(expect = FORBIDDEN, desc = "half a batch, or a record without its bytes")
@State
public class RecordRingStress {
    private final RecordRing ring = RecordRing.allocate(RecordRing.MIN_CAPACITY);
    private final int[] seen = new int[2];
    private int count;

    @Actor
    public void writer() {
        write();
        write();
        ring.publish();
    }

    private void write() {
        int at = ring.claim(4);
        ring.slab().setInt(at, 42);
        ring.commit(at, 1);
    }

    private void read() {
        ring.drain((type, slab, at, length) -> seen[count++ & 1] = slab.getInt(at), 2);
    }

    @Actor
    public void reader(III_Result r) {
        read();
        r.r1 = seen[0];
        r.r2 = seen[1];
    }

    @Arbiter
    public void rest(III_Result r) {
        int before = count;
        read();
        r.r3 = count == before + 2 && before == 0 ? seen[1] : 0;
        ring.close();
    }
}
