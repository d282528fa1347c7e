package dev.tap445.track;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Bounded buffers for messages that come in pieces: a slot holds up to {@value #SLOT} bytes of one stream from a base
 * sequence number on, pieces in any order, the first copy of a byte wins. Slots are pooled, never sized by the packet,
 * and at most {@value #MAX_SLOTS} exist. One thread.
 */
final class Reassembly implements AutoCloseable {
    static final int SLOT = 8192;
    static final int MAX_SLOTS = 4096;
    /** Separate pieces a slot can hold. */
    static final int PIECES = 8;

    private static final int SLOTS_PER_SLAB = 64;

    private final List<ByteBuf> slabs = new ArrayList<>();
    private int[] free = new int[SLOTS_PER_SLAB];
    private int freeCount;
    private int[] bases = new int[0];
    private long[] opened = new long[0];
    private int[] pieceCounts = new int[0];
    private int[] pieces = new int[0]; // start, end pairs in order, relative to the base

    /** A slot for the stream from {@code base} on, or 0 where all are in use. */
    int open(int base, long time) {
        if (freeCount == 0 && !grow()) {
            return 0;
        }
        int slot = free[--freeCount];
        bases[slot] = base;
        opened[slot] = time;
        pieceCounts[slot] = 0;
        return slot + 1;
    }

    private boolean grow() {
        int existing = slabs.size() * SLOTS_PER_SLAB;
        if (existing >= MAX_SLOTS) {
            return false;
        }
        ByteBuf buffer = Unpooled.directBuffer(SLOTS_PER_SLAB * SLOT, SLOTS_PER_SLAB * SLOT);
        slabs.add(buffer);
        int count = existing + SLOTS_PER_SLAB;
        free = Arrays.copyOf(free, count);
        bases = Arrays.copyOf(bases, count);
        opened = Arrays.copyOf(opened, count);
        pieceCounts = Arrays.copyOf(pieceCounts, count);
        pieces = Arrays.copyOf(pieces, count * PIECES * 2);
        for (int i = count - 1; i >= existing; i--) {
            free[freeCount++] = i;
        }
        return true;
    }

    void release(int slot) {
        if (slot != 0) {
            free[freeCount++] = slot - 1;
        }
    }

    int base(int slot) {
        return bases[slot - 1];
    }

    /** When it was opened, as passed to {@link #open}. */
    long opened(int slot) {
        return opened[slot - 1];
    }

    ByteBuf memory(int slot) {
        return slabs.get((slot - 1) / SLOTS_PER_SLAB);
    }

    int offset(int slot) {
        return (slot - 1) % SLOTS_PER_SLAB * SLOT;
    }

    /** Bytes without a hole from the base on. */
    int contiguous(int slot) {
        int s = slot - 1;
        return pieceCounts[s] > 0 && pieces[s * PIECES * 2] == 0 ? pieces[s * PIECES * 2 + 1] : 0;
    }

    int pieceCount(int slot) {
        return pieceCounts[slot - 1];
    }

    int pieceStart(int slot, int piece) {
        return pieces[((slot - 1) * PIECES + piece) * 2];
    }

    int pieceEnd(int slot, int piece) {
        return pieces[((slot - 1) * PIECES + piece) * 2 + 1];
    }

    /**
     * Adds bytes that lie {@code at} bytes behind the base; what lies beyond the slot is left out.
     *
     * @return false where the slot cannot hold another separate piece, or nothing of it fits
     */
    boolean add(int slot, int at, ByteBuf from, int fromOffset, int length) {
        int start = Math.max(at, 0);
        int end = Math.min(at + length, SLOT);
        if (start >= end) {
            return false;
        }
        int s = slot - 1;
        int p = s * PIECES * 2;
        int count = pieceCounts[s];
        // copy what no piece covers yet: the first copy of a byte wins
        int cursor = start;
        for (int i = 0; i < count && cursor < end; i++) {
            int pieceStart = pieces[p + 2 * i];
            int pieceEnd = pieces[p + 2 * i + 1];
            if (pieceEnd <= cursor) {
                continue;
            }
            if (pieceStart > cursor) {
                copy(slot, cursor, Math.min(pieceStart, end), at, from, fromOffset);
            }
            cursor = Math.max(cursor, pieceEnd);
        }
        if (cursor < end) {
            copy(slot, cursor, end, at, from, fromOffset);
        }
        return merge(s, p, count, start, end);
    }

    private void copy(int slot, int start, int end, int at, ByteBuf from, int fromOffset) {
        memory(slot).setBytes(offset(slot) + start, from, fromOffset + start - at, end - start);
    }

    private boolean merge(int s, int p, int count, int start, int end) {
        int first = 0;
        while (first < count && pieces[p + 2 * first + 1] < start) {
            first++;
        }
        int last = first;
        int mergedStart = start;
        int mergedEnd = end;
        while (last < count && pieces[p + 2 * last] <= end) {
            mergedStart = Math.min(mergedStart, pieces[p + 2 * last]);
            mergedEnd = Math.max(mergedEnd, pieces[p + 2 * last + 1]);
            last++;
        }
        int newCount = count - (last - first) + 1;
        if (newCount > PIECES) {
            return false;
        }
        System.arraycopy(pieces, p + 2 * last, pieces, p + 2 * first + 2, 2 * (count - last));
        pieces[p + 2 * first] = mergedStart;
        pieces[p + 2 * first + 1] = mergedEnd;
        pieceCounts[s] = newCount;
        return true;
    }

    @Override
    public void close() {
        slabs.forEach(ByteBuf::release);
        slabs.clear();
        freeCount = 0;
    }
}
