package dev.tap445.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table and the timer wheel against the simplest thing that could be right. */
final class FlowTableTest {
    private static final int CAPACITY = 4096;

    private record Key(long client, long server, long ports, int zone) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void behavesAsAMap(long seed) {
        Random random = new Random(seed);
        FlowTable table = new FlowTable(CAPACITY, seed, true);
        Map<Key, Integer> model = new HashMap<>();
        for (int i = 0; i < 300_000; i++) {
            Key key = new Key(
                    random.nextInt(20),
                    random.nextInt(20),
                    FlowTable.ports(random.nextInt(40), 445, 0),
                    random.nextInt(3));
            int entry = table.find(0, key.client, 0, key.server, key.ports, key.zone);
            Integer expected = model.get(key);
            assertThat(entry).isEqualTo(expected == null ? FlowTable.NONE : expected);
            if (expected == null && !table.isFull()) {
                int added = table.insert(0, key.client, 0, key.server, key.ports, key.zone);
                assertThat(model.values()).doesNotContain(i % 1000 == 0 ? added : FlowTable.NONE);
                model.put(key, added);
            } else if (expected != null && random.nextBoolean()) {
                table.remove(entry);
                model.remove(key);
            }
            assertThat(table.size()).isEqualTo(model.size());
        }
        model.forEach((key, entry) -> assertThat(table.find(0, key.client, 0, key.server, key.ports, key.zone))
                .isEqualTo(entry));
    }

    @Test
    void isFullAtItsCapacityAndEmptyAgain() {
        FlowTable table = new FlowTable(CAPACITY, 1, false);
        for (int i = 0; i < CAPACITY; i++) {
            assertThat(table.isFull()).isFalse();
            table.insert(0, i, 0, 1, 0, 0);
        }
        assertThat(table.isFull()).isTrue();
        for (int i = 0; i < CAPACITY; i++) {
            table.remove(table.find(0, i, 0, 1, 0, 0));
        }
        assertThat(table.size()).isZero();
        assertThat(table.find(0, 5, 0, 1, 0, 0)).isEqualTo(FlowTable.NONE);
    }

    /** Keys that collide under one seed are spread under another, which nobody outside can know. */
    @Test
    void aMillionFlowsFitIn256MiB() {
        int flows = 1 << 20;
        long before = usedHeap();
        FlowTable table = new FlowTable(flows, 1, false);
        for (int i = 0; i < flows; i++) {
            table.insert(0, i, 0, 1, FlowTable.ports(i & 0xffff, 445, 0), 0);
        }
        long used = usedHeap() - before;
        assertThat(table.size()).isEqualTo(flows);
        assertThat(used).isLessThan(256L << 20);
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void aSeedOfItsOwnSpreadsWhatCollidesElsewhere() {
        FlowTable known = new FlowTable(1 << 16, 0, false);
        FlowTable other = new FlowTable(1 << 16, 0x1234_5678_9abc_def1L, false);
        Set<Integer> hashesKnown = new HashSet<>();
        Set<Integer> hashesOther = new HashSet<>();
        for (int i = 0; i < 20_000; i++) {
            hashesKnown.add(hash(known, known.insert(0, i, 0, i * 31L, 0, 0)));
            hashesOther.add(hash(other, other.insert(0, i, 0, i * 31L, 0, 0)));
        }
        assertThat(hashesKnown).isNotEqualTo(hashesOther);
        assertThat(hashesOther.size()).isGreaterThan(19_900);
    }

    private static int hash(FlowTable table, int entry) {
        return (int) (table.chunk(entry)[FlowTable.base(entry) + FlowLayout.HASH_FLAGS] >>> 32);
    }

    /** The last of them arms and cancels so often while time stands still that stale notes have to be swept away. */
    @ParameterizedTest
    @CsvSource({"1, 20000, 100000000", "2, 20000, 100000000", "3, 20000, 100000000", "4, 800000, 1000"})
    void timersFireOnceNotEarlyAndAtMostTwoTicksLate(long seed, int changes, int nanosBetween) {
        Random random = new Random(seed);
        FlowTable table = new FlowTable(CAPACITY, seed, false);
        TimerWheel wheel = new TimerWheel(table);
        Map<Integer, Long> due = new HashMap<>();
        long[] now = new long[1];
        TimerWheel.Expiry expiry = entry -> {
            Long deadline = due.remove(entry);
            assertThat(deadline).as("armed, and fired once").isNotNull();
            if (deadline != null) {
                assertThat((long) wheel.tick() << TimerWheel.TICK_SHIFT)
                        .isBetween(deadline, deadline + (2L << TimerWheel.TICK_SHIFT));
            }
        };
        List<Integer> entries = new java.util.ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            entries.add(table.insert(0, i, 0, 1, 0, 0));
        }
        for (int i = 0; i < changes; i++) {
            int entry = entries.get(random.nextInt(entries.size()));
            if (due.containsKey(entry) && random.nextBoolean()) {
                wheel.cancel(entry);
                due.remove(entry);
            } else if (!due.containsKey(entry)) {
                long nanos = random.nextInt(200) * 1_000_000_000L + random.nextInt(1_000_000_000);
                wheel.arm(entry, TimerWheel.ticks(nanos));
                due.put(entry, now[0] + nanos);
            }
            now[0] += random.nextInt(nanosBetween);
            wheel.advance(now[0], expiry);
        }
        wheel.advance(now[0] + 300_000_000_000L, expiry);
        assertThat(due).isEmpty();
    }

    @Test
    void aTimerMayBeArmedOrItsFlowRemovedWhileItFires() {
        FlowTable table = new FlowTable(CAPACITY, 1, false);
        TimerWheel wheel = new TimerWheel(table);
        int again = table.insert(0, 1, 0, 1, 0, 0);
        int gone = table.insert(0, 2, 0, 1, 0, 0);
        wheel.arm(again, 3);
        wheel.arm(gone, 3);
        int[] fired = new int[2];
        TimerWheel.Expiry expiry = entry -> {
            fired[entry == again ? 0 : 1]++;
            if (entry == gone) {
                table.remove(entry);
            } else if (fired[0] < 3) {
                wheel.arm(entry, 1);
            }
        };
        wheel.advance(100L << TimerWheel.TICK_SHIFT, expiry);
        assertThat(fired).containsExactly(3, 1);
    }
}
