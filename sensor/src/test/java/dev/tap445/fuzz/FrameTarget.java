package dev.tap445.fuzz;

import dev.tap445.inventory.Inventory;
import dev.tap445.inventory.InventoryOptions;
import dev.tap445.support.RawFrame;
import dev.tap445.support.Replay;
import dev.tap445.track.FailureCounters;
import dev.tap445.wire.PacketHash;
import java.util.Arrays;

/**
 * The whole way of a frame: hash, tunnels put together, link layers, fragments, TCP, SMB, observations, inventory. The
 * bytes are frames one after another: link type (1), length (2), tenths of a second since the last (1), then the frame.
 */
public final class FrameTarget {
    private static final int[] LINKS = {1, 0, 9, 12, 14, 51, 101, 108, 113, 228, 229, 276, 105};
    private static final int REUSE = 5_000;
    private static final int HEADER = 4;

    private static final PacketHash HASH = new PacketHash();
    private static Inventory inventory = new Inventory(InventoryOptions.file());
    private static Replay.Lane lane = new Replay.Lane(inventory, new FailureCounters());
    private static Replay.Front front = new Replay.Front(lane);
    private static long runs;
    private static long clock = 1_700_000_000_000_000_000L;

    private FrameTarget() {}

    public static void fuzzerTestOneInput(byte[] data) {
        if (++runs % REUSE == 0) {
            lane.finish(clock);
            inventory.snapshot();
            inventory = new Inventory(InventoryOptions.file());
            lane = new Replay.Lane(inventory, new FailureCounters());
            front = new Replay.Front(lane);
        }
        int at = 0;
        while (at + HEADER <= data.length) {
            int link = LINKS[(data[at] & 0xff) % LINKS.length];
            int length = Math.min((data[at + 1] & 0xff) << 8 | data[at + 2] & 0xff, data.length - at - HEADER);
            clock += (data[at + 3] - 2) * 100_000_000L;
            byte[] frame = Arrays.copyOfRange(data, at + HEADER, at + HEADER + length);
            RawFrame packet = new RawFrame(frame, link, clock);
            int hash = HASH.hash(packet.segment(), 0, length, link);
            if (hash != HASH.hash(packet.segment(), 0, length, link)) {
                throw new AssertionError("the hash depends on what came before");
            }
            front.packet(packet);
            at += HEADER + length;
        }
        front.finish();
        lane.settle(clock);
    }

    /** Frames in the form that {@link #fuzzerTestOneInput} takes. */
    static byte[] input(java.util.List<RawFrame> packets) {
        dev.tap445.support.ByteWriter out = new dev.tap445.support.ByteWriter();
        for (RawFrame p : packets) {
            int link = 0;
            while (LINKS[link] != p.linkType()) {
                link++;
            }
            out.u8(link).u16(p.bytes().length).u8(2).put(p.bytes());
        }
        return out.toArray();
    }
}
