package dev.tap445.track;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Many lists of ints, each a chain of blocks out of one pool. What is taken out makes
 * room for others. One thread.
 */
final class NoteBlocks {
    private static final int BLOCK = 32; // two cache lines: next block + 1, count, notes
    private static final int COUNT = 1;
    private static final int FIRST = 2;
    private static final int ROOM = BLOCK - FIRST;

    private final int[] heads; // block + 1; 0 is empty
    private int[] blocks = {};
    private int used; // blocks that ever were
    private int free; // block + 1
    private final int[] moved = new int[ROOM];

    NoteBlocks(int lists, int notes) {
        heads = new int[lists];
        reserve(notes);
    }

    /** Makes room for as many notes, however they are spread over the lists. */
    void reserve(int notes) {
        int needed = (heads.length + (notes + ROOM - 1) / ROOM) * BLOCK;
        if (needed > blocks.length) {
            blocks = Arrays.copyOf(blocks, needed);
        }
    }

    /** Adds a note; false where there is no room. */
    boolean add(int list, int note) {
        int head = heads[list];
        if (head == 0 || blocks[(head - 1) * BLOCK + COUNT] == ROOM) {
            int fresh = takeBlock();
            if (fresh == 0) {
                return false;
            }
            blocks[(fresh - 1) * BLOCK] = head;
            blocks[(fresh - 1) * BLOCK + COUNT] = 0;
            heads[list] = fresh;
            head = fresh;
        }
        int at = (head - 1) * BLOCK;
        blocks[at + FIRST + blocks[at + COUNT]++] = note;
        return true;
    }

    private int takeBlock() {
        if (free != 0) {
            int block = free;
            free = blocks[(block - 1) * BLOCK];
            return block;
        }
        return used * BLOCK < blocks.length ? ++used : 0;
    }

    /** Notes in the foremost block of a list; 0 where the list is empty. */
    int count(int list) {
        int head = heads[list];
        return head == 0 ? 0 : blocks[(head - 1) * BLOCK + COUNT];
    }

    /** A note of the foremost block, which has {@link #count} of them. */
    int get(int list, int index) {
        return blocks[(heads[list] - 1) * BLOCK + FIRST + index];
    }

    /** Takes the last note out of the foremost block. */
    int takeLast(int list) {
        int head = heads[list];
        int at = (head - 1) * BLOCK;
        int note = blocks[at + FIRST + --blocks[at + COUNT]];
        if (blocks[at + COUNT] == 0) {
            heads[list] = blocks[at];
            giveBlock(head);
        }
        return note;
    }

    private void giveBlock(int block) {
        blocks[(block - 1) * BLOCK] = free;
        free = block;
    }

    /** Keeps the notes of a list for which the predicate holds, and gives room back. */
    void retain(int list, IntPredicate keep) {
        int block = heads[list];
        heads[list] = 0;
        while (block != 0) {
            int at = (block - 1) * BLOCK;
            int next = blocks[at];
            int count = blocks[at + COUNT];
            System.arraycopy(blocks, at + FIRST, moved, 0, count);
            giveBlock(block);
            for (int i = 0; i < count; i++) {
                if (keep.test(moved[i])) {
                    add(list, moved[i]); // into blocks just given back
                }
            }
            block = next;
        }
    }
}
