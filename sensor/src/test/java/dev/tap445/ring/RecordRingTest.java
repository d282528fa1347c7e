package dev.tap445.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RecordRingTest {
    private final RecordRing ring = RecordRing.allocate(RecordRing.MIN_CAPACITY);
    private final List<String> seen = new ArrayList<>();
    private final RecordHandler handler = (type, slab, at, length) -> seen.add(type + ":" + text(slab, at, length));

    @AfterEach
    void free() {
        ring.close();
    }

    private static String text(ByteBuf slab, int at, int length) {
        return slab.toString(at, length, java.nio.charset.StandardCharsets.UTF_8);
    }

    private boolean write(String text) {
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        int at = ring.claim(bytes.length);
        if (at < 0) {
            return false;
        }
        ring.slab().setBytes(at, bytes);
        ring.commit(at, 7);
        return true;
    }

    @Test
    void recordsComeOutWholeAndInOrder() {
        write("a");
        write("");
        write("longer than eight bytes");
        ring.publish();
        assertThat(ring.drain(handler, 10)).isEqualTo(3);
        assertThat(seen).containsExactly("7:a", "7:", "7:longer than eight bytes");
    }

    @Test
    void whatIsNotPublishedIsInvisible() {
        write("a");
        assertThat(ring.drain(handler, 10)).isZero();
        assertThat(ring.isDrained()).isTrue();
        ring.publish();
        assertThat(ring.isDrained()).isFalse();
        assertThat(ring.drain(handler, 10)).isEqualTo(1);
        assertThat(ring.isDrained()).isTrue();
    }

    @Test
    void handsOverNoMoreThanAsked() {
        for (int i = 0; i < 5; i++) {
            write("r" + i);
        }
        ring.publish();
        assertThat(ring.drain(handler, 3)).isEqualTo(3);
        assertThat(ring.drain(handler, 3)).isEqualTo(2);
        assertThat(seen).containsExactly("7:r0", "7:r1", "7:r2", "7:r3", "7:r4");
    }

    @Test
    void whatIsShownAheadIsHandedOverAllTheSame() {
        for (int i = 0; i < 500; i++) { // round the ring several times, over its padding
            write("number " + i);
            write("and " + i);
            ring.publish();
            List<String> ahead = new ArrayList<>();
            ring.peek((type, slab, at, length) -> ahead.add(type + ":" + text(slab, at, length)), 1 + i % 3);
            seen.clear();
            ring.drain(handler, 10);
            assertThat(ahead).isEqualTo(seen.subList(0, Math.min(2, 1 + i % 3)));
            assertThat(seen).hasSize(2);
        }
    }

    @Test
    void aFullRingRefusesCountsAndLosesNothingElse() {
        int written = 0;
        while (write("0123456789abcdef")) {
            written++;
        }
        ring.publish();
        assertThat(written).isEqualTo(RecordRing.MIN_CAPACITY / 24);
        assertThat(ring.drops()).isEqualTo(1);
        assertThat(ring.tryClaim(16)).isEqualTo(-1);
        assertThat(ring.drops()).as("a producer that can wait drops nothing").isEqualTo(1);
        assertThat(ring.fillRatio()).isGreaterThan(0.95);
        assertThat(ring.drain(handler, 1000)).isEqualTo(written);
        assertThat(ring.fillRatio()).isZero();
        assertThat(write("again")).isTrue();
    }

    @Test
    void theBacklogIsWhatIsPublishedAndNotYetHandedOver() {
        assertThat(ring.backlog()).isZero();
        write("12345678");
        assertThat(ring.backlog()).as("not published").isZero();
        ring.publish();
        assertThat(ring.backlog()).isEqualTo(16);
        write("1");
        ring.publish();
        ring.peek(handler, 1);
        assertThat(ring.backlog()).as("shown is not handed over").isEqualTo(32);
        ring.drain(handler, 1);
        assertThat(ring.backlog()).isEqualTo(16);
        ring.drain(handler, 1);
        assertThat(ring.backlog()).isZero();
        while (write("0123456789abcdef")) {}
        ring.publish();
        assertThat(ring.backlog()).as("42 records, and 8 bytes of padding").isEqualTo(42 * 24 + 8);
    }

    @Test
    void aRecordThatCanNeverFitIsRefused() {
        assertThat(ring.claim(ring.maxPayload() + 1)).isEqualTo(-1);
        assertThat(ring.claim(ring.maxPayload())).isGreaterThanOrEqualTo(0);
    }

    @Test
    void theLongestRecordFitsWhereverTheRingStands() {
        String longest = "x".repeat(ring.maxPayload());
        for (int lead = 0; lead < RecordRing.MIN_CAPACITY; lead += 8) {
            assertThat(write("y")).isTrue();
            ring.publish();
            ring.drain(handler, 10);
            assertThat(write(longest)).as("after " + lead).isTrue();
            ring.publish();
            ring.drain(handler, 10);
            assertThat(seen.getLast()).isEqualTo("7:" + longest);
        }
    }

    @Test
    void aHandlerThatThrowsLosesItsRecordAlone() {
        write("a");
        write("bad");
        write("c");
        ring.publish();
        RecordHandler throwing = (type, slab, at, length) -> {
            if (text(slab, at, length).equals("bad")) {
                throw new IllegalStateException("bad");
            }
            handler.onRecord(type, slab, at, length);
        };
        assertThatThrownBy(() -> ring.drain(throwing, 10)).hasMessage("bad");
        assertThat(ring.drain(throwing, 10)).isEqualTo(1);
        assertThat(seen).containsExactly("7:a", "7:c");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 512, 1000, 1025, 3 << 10})
    void takesPowersOfTwoAlone(int capacity) {
        assertThatThrownBy(() -> RecordRing.allocate(capacity)).isInstanceOf(IllegalArgumentException.class);
    }

    /** A writer and a reader at full speed through a small ring: every record once, in order, with its bytes. */
    @Test
    void betweenTwoThreadsNothingIsLostTornOrTwice() throws InterruptedException {
        int records = 300_000;
        StringBuilder wrong = new StringBuilder(); // the reading thread alone
        Thread writer = Thread.ofPlatform().start(() -> produce(records));
        int[] next = new int[1];
        RecordHandler check = (type, slab, at, length) -> {
            int number = slab.getInt(at);
            for (int i = 4; i < length; i++) {
                if (slab.getByte(at + i) != (byte) number) {
                    wrong.append("record ").append(number).append(" torn");
                }
            }
            if (number != next[0]++) {
                wrong.append("record ").append(number).append(" out of order");
            }
        };
        while (next[0] < records && wrong.isEmpty()) {
            if (ring.drain(check, 64) == 0) {
                Thread.onSpinWait();
            }
        }
        writer.join();
        assertThat(wrong.toString()).isEmpty();
        assertThat(ring.isDrained()).isTrue();
    }

    private void produce(int records) {
        Random random = new Random(1);
        for (int number = 0; number < records; number++) {
            int length = 4 + random.nextInt(60);
            int at = ring.tryClaim(length);
            while (at < 0) {
                ring.publish();
                LockSupport.parkNanos(10_000);
                at = ring.tryClaim(length);
            }
            ring.slab().setInt(at, number);
            for (int i = 4; i < length; i++) {
                ring.slab().setByte(at + i, number);
            }
            ring.commit(at, 1);
            if (random.nextInt(8) == 0) {
                ring.publish();
            }
        }
        ring.publish();
    }
}
