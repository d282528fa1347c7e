package dev.tap445.app;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.tap445.capture.IdleStrategy;
import dev.tap445.inventory.Inventory;
import dev.tap445.inventory.InventoryOptions;
import dev.tap445.ring.RecordRing;
import dev.tap445.track.Endpoints;
import dev.tap445.track.ObservationReader;
import dev.tap445.track.ObservationWriter;
import dev.tap445.track.Outcome;
import java.util.List;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * One writes two attempts and publishes them together, then ends the inventory; one asks for a snapshot meanwhile. Whoever
 * asks is answered, also where the inventory ends in between, and sees neither attempt or both; afterwards both are there.
 */
@JCStressTest
@org.openjdk.jcstress.annotations.Outcome(
        id = {"0, 2", "2, 2"},
        expect = ACCEPTABLE,
        desc = "asked before or after")
@org.openjdk.jcstress.annotations.Outcome(expect = FORBIDDEN, desc = "half of what was published, or less at the end")
@State
public class SnapshotStress {
    private static final int QUEUE = 4096;
    private static final long TIME = 1_700_000_000_000_000_000L;
    private static final long ADDRESSES = 0xffff_c612_0000L;

    private final RecordRing queue = RecordRing.allocate(QUEUE);
    private final ObservationWriter writer = new ObservationWriter(queue, true);
    private final InventoryThread inventory;

    public SnapshotStress() {
        Inventory known = new Inventory(InventoryOptions.file());
        inventory = new InventoryThread(
                known,
                List.of(new ObservationReader(queue, known)),
                IdleStrategy.file(),
                false,
                () -> 0,
                InventoryThread.Companion.NONE);
    }

    @Actor
    public void worker() {
        inventory.start();
        attempt(1);
        attempt(2);
        writer.finish();
        try {
            inventory.finish();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void attempt(int client) {
        Endpoints ends = new Endpoints();
        ends.set(0, ADDRESSES + client, 0, ADDRESSES + 9, 445);
        writer.handshake(ends, Outcome.ANSWERED, TIME, TIME, 1, TIME + 1);
    }

    @Actor
    public void asker(II_Result r) {
        r.r1 = inventory.snapshot().clients().size();
    }

    @Arbiter
    public void end(II_Result r) {
        r.r2 = inventory.snapshot().clients().size();
        queue.close();
    }
}
