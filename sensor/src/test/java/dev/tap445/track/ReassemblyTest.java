package dev.tap445.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReassemblyTest {
    private static ByteBuf bytes(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return Unpooled.wrappedBuffer(bytes);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void keepsTheFirstCopyOfEachByteAsAnArrayWould(long seed) {
        Random random = new Random(seed);
        try (Reassembly reassembly = new Reassembly()) {
            for (int round = 0; round < 500; round++) {
                int slot = reassembly.open(random.nextInt(), 0);
                int[] model = new int[Reassembly.SLOT];
                Arrays.fill(model, -1);
                for (int i = 0; i < 20; i++) {
                    int at = random.nextInt(300) - 20;
                    int length = 1 + random.nextInt(60);
                    int value = random.nextInt(128);
                    if (!reassembly.add(slot, at, bytes(length, value), 0, length)) {
                        continue;
                    }
                    for (int b = Math.max(0, at); b < at + length; b++) {
                        model[b] = model[b] < 0 ? value : model[b];
                    }
                }
                int contiguous = 0;
                while (model[contiguous] >= 0) {
                    assertThat((int) reassembly.memory(slot).getByte(reassembly.offset(slot) + contiguous))
                            .isEqualTo(model[contiguous]);
                    contiguous++;
                }
                assertThat(reassembly.contiguous(slot)).isEqualTo(contiguous);
                reassembly.release(slot);
            }
        }
    }

    @Test
    void holdsNoMoreThanItsSlot() {
        try (Reassembly reassembly = new Reassembly()) {
            int slot = reassembly.open(0, 0);
            assertThat(reassembly.add(slot, Reassembly.SLOT - 10, bytes(100, 1), 0, 100))
                    .isTrue();
            assertThat(reassembly.add(slot, Reassembly.SLOT, bytes(100, 1), 0, 100))
                    .isFalse();
            assertThat(reassembly.add(slot, -100, bytes(100, 1), 0, 100)).isFalse();
            assertThat(reassembly.pieceEnd(slot, 0)).isEqualTo(Reassembly.SLOT);
        }
    }

    @Test
    void refusesMorePiecesThanItHolds() {
        try (Reassembly reassembly = new Reassembly()) {
            int slot = reassembly.open(0, 0);
            for (int i = 0; i < Reassembly.PIECES; i++) {
                assertThat(reassembly.add(slot, 10 + 20 * i, bytes(5, i), 0, 5)).isTrue();
            }
            assertThat(reassembly.add(slot, 1000, bytes(5, 9), 0, 5)).isFalse();
            assertThat(reassembly.add(slot, 0, bytes(400, 9), 0, 400))
                    .as("joins them all")
                    .isTrue();
            assertThat(reassembly.pieceCount(slot)).isEqualTo(1);
        }
    }

    @Test
    void givesOutNoMoreSlotsThanThereAreAndEachAgain() {
        try (Reassembly reassembly = new Reassembly()) {
            int[] slots = new int[Reassembly.MAX_SLOTS];
            for (int i = 0; i < slots.length; i++) {
                slots[i] = reassembly.open(i, 0);
            }
            assertThat(Arrays.stream(slots).distinct().filter(s -> s > 0)).hasSize(slots.length);
            assertThat(reassembly.open(1, 0)).isZero();
            reassembly.release(slots[7]);
            assertThat(reassembly.open(1, 0)).isEqualTo(slots[7]);
        }
    }
}
