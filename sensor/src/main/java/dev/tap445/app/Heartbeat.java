package dev.tap445.app;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Whether every stage still goes round. A stage turns with each batch of packets and, where none comes, with each look
 * for one; a stage whose count stands still hangs or has ended. One thread.
 */
final class Heartbeat {
    private static final class Stage {
        private final String name;
        private final LongSupplier turns;
        private long known;

        private Stage(String name, LongSupplier turns) {
            this.name = name;
            this.turns = turns;
            this.known = turns.getAsLong();
        }

        private boolean moved() {
            long now = turns.getAsLong();
            boolean moved = now != known;
            known = now;
            return moved;
        }
    }

    private final List<Stage> stages = new ArrayList<>();

    /** Watches one more stage. */
    Heartbeat watch(String name, LongSupplier turns) {
        stages.add(new Stage(name, turns));
        return this;
    }

    /** The stages that have not turned since the last call. */
    List<String> stalled() {
        List<String> stalled = new ArrayList<>();
        for (Stage stage : stages) {
            if (!stage.moved()) {
                stalled.add(stage.name);
            }
        }
        return stalled;
    }
}
